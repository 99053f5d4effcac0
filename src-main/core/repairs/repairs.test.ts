/**
 * Random tables with orphans, NULL and duplicate keys, self references, composite keys and repairs that give one another work: after
 * the repair no chosen key is broken, and what was kept, applied backwards by hand, gives the source.
 */
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { thresholdsSchema } from '../../../shared/model/assessment.ts';
import { planOptionsSchema, type Plan, type PlanOptions } from '../../../shared/model/plan.ts';
import { repairChoices, type RepairRule } from '../../../shared/model/repair.ts';
import { openSqlite, readSqliteCatalog, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { tempFolder, testSeed } from '../../test-support/index.ts';
import { assessSnapshot } from '../assess/index.ts';
import { everyExactRow } from '../load/exact-rows.ts';
import { createPlan } from '../plan/create-plan.ts';
import { sqliteSource } from '../sources/index.ts';
import type { Measured } from './draft.ts';
import { repairedPath, repairFiles } from './files.ts';
import { openKept } from './kept.ts';
import { repairCopy, type RepairReport } from './repair-copy.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';

serveThreadsHere();

const { signal } = new AbortController();

async function planner(path: string): Promise<(rules: readonly RepairRule[], measured?: Measured) => Plan> {
  const assessment = await assessSnapshot({ source: sqliteSource(path), snapshotPath: path, thresholds: thresholdsSchema.parse({}), answers: {} }, { signal, onProgress: () => undefined });
  using opened = openSqlite(path, { mode: 'read' });
  const catalog = readSqliteCatalog(opened.db);
  return (rules, measured) => {
    const options: PlanOptions = { ...planOptionsSchema.parse({ schema: 'public' }), repairs: [...rules] };
    return createPlan({ id: 'plan', version: 1, createdAt: '2026-01-01', sources: [{ assessment, catalog, schema: 'public' }], target: 'test', options, ...(measured === undefined ? {} : { measured }) });
  };
}

function build(path: string, statements: readonly string[]): void {
  const db = new Database(path);
  db.pragma('foreign_keys = OFF');
  for (const sql of statements) db.exec(sql);
  db.close();
}

function repaired(path: string, plan: Plan): { readonly report: RepairReport; readonly snapshotPath: string } {
  const snapshotPath = repairedPath(path);
  const { original, kept } = repairFiles(snapshotPath);
  copyFileSync(path, snapshotPath);
  return { snapshotPath, report: repairCopy({ database: plan.sources[0]?.database ?? '', originalPath: original, copyPath: snapshotPath, keptPath: kept, repairs: plan.repairs ?? [], tables: plan.tables }) };
}

/** Every row by its key, each value with its class. */
function rowsOf(db: SqliteDb, plan: Plan, name: string): Map<string, Record<string, unknown>> {
  const catalog = readSqliteCatalog(db);
  const table = catalog.tables.find((each) => each.name === name);
  const planned = plan.tables.find((each) => each.source.table === name);
  if (table === undefined || planned === undefined) throw new Error(name);
  const rows = everyExactRow({ db, table, columns: planned.columns.map((column) => column.source), rowKey: planned.rowKey, encoding: catalog.encoding, filter: undefined });
  return new Map([...rows].map((row) => [row.key, row.typed()]));
}

const schema = [
  'CREATE TABLE country (code TEXT PRIMARY KEY COLLATE NOCASE, name TEXT)',
  "CREATE TABLE customer (id INTEGER PRIMARY KEY, country TEXT REFERENCES country(code), boss INTEGER REFERENCES customer(id), name TEXT DEFAULT 'new')",
  'CREATE TABLE tenant (tenant INTEGER NOT NULL, number, label, UNIQUE (tenant, number))',
  'CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INTEGER REFERENCES customer(id), tenant INTEGER, number, FOREIGN KEY (tenant, number) REFERENCES tenant(tenant, number))',
  'CREATE TABLE line (customer_order INTEGER NOT NULL REFERENCES orders(id), pos, PRIMARY KEY (customer_order, pos))',
  'CREATE TABLE tag (order_id INTEGER, word TEXT, PRIMARY KEY (order_id, word), FOREIGN KEY (order_id) REFERENCES orders(id)) WITHOUT ROWID',
  'CREATE TABLE heard (what)',
  'CREATE TRIGGER heard_order AFTER DELETE ON orders BEGIN INSERT INTO heard VALUES (old.id); END',
  'CREATE TRIGGER heard_customer AFTER INSERT ON customer BEGIN INSERT INTO heard VALUES (new.id); END',
];
const small = fc.integer({ min: 1, max: 8 });
const loose = fc.oneof(small.map(String), small.map((n) => `'${n}'`), fc.constantFrom('NULL', "'x'", '1.5', "x'31'"));
const some = <T>(values: fc.Arbitrary<T>, most = 8) => fc.array(values, { maxLength: most });
const code = fc.constantFrom("'br'", "'BR'", "'pt'", "'xx'", 'NULL');
const inserts = fc.tuple(
  some(fc.tuple(code, fc.constantFrom("'a'", 'NULL')).map((v) => `country VALUES (${v.join(', ')})`), 4),
  some(fc.tuple(small, code, fc.oneof(small.map(String), fc.constant('NULL'))).map(([id, country, boss]) => `customer (id, country, boss) VALUES (${id}, ${country}, ${boss})`)),
  some(fc.tuple(small, loose).map((v) => `tenant VALUES (${v.join(', ')}, 'l')`)),
  some(fc.tuple(small, fc.oneof(small.map(String), fc.constant('NULL')), fc.oneof(small.map(String), fc.constant('NULL')), loose).map((v) => `orders VALUES (${v.join(', ')})`)),
  some(fc.tuple(small, loose).map((v) => `line VALUES (${v.join(', ')})`)),
  some(fc.tuple(small, fc.constantFrom("'a'", "'b'")).map((v) => `tag VALUES (${v.join(', ')})`)),
).map((tables) => tables.flat().map((values) => `INSERT OR IGNORE INTO ${values}`));

const rule: fc.Arbitrary<RepairRule> = fc.oneof(
  fc.constantFrom<RepairRule>({ problem: 'orphan', choice: 'quarantine' }, { problem: 'null-key', choice: 'quarantine' }, { problem: 'unique-violation', choice: 'quarantine' }, { problem: 'duplicate-key', choice: 'quarantine' }),
  fc.record({ table: fc.constantFrom('customer', 'orders', 'line', 'tag', 'tenant', 'country'), choice: fc.constantFrom(...repairChoices) }),
  fc.record({ table: fc.constant('customer'), object: fc.constantFrom('country', 'boss'), choice: fc.constantFrom(...repairChoices) }),
  fc.record({ table: fc.constant('orders'), object: fc.constantFrom('customer', 'tenant,number'), choice: fc.constantFrom(...repairChoices) }),
);

const seed = testSeed();
const cases = Number(process.env['TRAVESSIA_PROPERTY_CASES'] ?? 40);

describe('repairs', () => {
  test(`leave nothing broken and lose nothing (${cases} cases, seed ${seed})`, { timeout: 60_000 + cases * 1000 }, async () => {
    const seen = { repaired: 0, refused: 0, quarantined: 0, nulled: 0, created: 0 };
    await fc.assert(fc.asyncProperty(inserts, fc.array(rule, { minLength: 1, maxLength: 5 }), async (data, rules) => {
      using folder = tempFolder('repairs');
      const path = join(folder.path, 'shop.db');
      build(path, [...schema, ...data]);
      const make = await planner(path);
      let done: ReturnType<typeof repaired>;
      let plan: Plan;
      try {
        const first = make(rules);
        done = repaired(path, first);
        plan = make(rules, new Map([...done.report.counts].map(([id, each]) => [`shop.db\0${id}`, each])));
      } catch (error) {
        // What a choice cannot do is said by a code of its own, never half done.
        if (!(error instanceof TravessiaError) || error.code !== 'REPAIR_NOT_POSSIBLE') throw error;
        seen.refused += 1;
        return;
      }
      seen.repaired += 1;
      using before = openSqlite(path, { mode: 'read' });
      using after = openSqlite(done.snapshotPath, { mode: 'read' });
      for (const repair of plan.repairs ?? []) expect(repair.count).not.toBe('0');
      const violations = after.db.prepare<unknown[], unknown[]>('SELECT "table", fkid FROM pragma_foreign_key_check').raw().safeIntegers(false).all();
      for (const table of plan.tables) {
        for (const key of table.foreignKeys) {
          const found = violations.filter(([name, id]) => name === table.source.table && readSqliteCatalog(after.db).tables.find((each) => each.name === name)?.foreignKeys.find((each) => each.id === id)?.columns.join() === key.columns.join());
          if (key.validate) expect([key.name, found.length]).toEqual([key.name, 0]);
        }
      }
      const triggers = ({ db }: { db: SqliteDb }) => readSqliteCatalog(db).triggers.toSorted((a, b) => a.name.localeCompare(b.name));
      expect(triggers(after)).toEqual(triggers(before));
      // Backwards: added rows go, emptied cells get their value again, rows that left return.
      using kept = openKept(done.snapshotPath, make(rules).repairs ?? [], plan.tables);
      const changes = [...kept.changes()];
      for (const { source: { table: name } } of plan.tables) {
        const was = rowsOf(before.db, plan, name);
        const now = rowsOf(after.db, plan, name);
        const own = changes.filter((change) => change.table === name);
        const left = [...kept.rejects(name)];
        const created = own.filter((change) => change.change === 'created');
        expect(was.size + created.length).toBe(now.size + left.length);
        for (const { key } of created) expect(now.delete(key)).toBe(true);
        for (const { key, column, before: value } of own.filter((change) => change.change === 'nulled')) {
          expect(now.get(key)?.[column]).toBe(null);
          now.set(key, { ...now.get(key), [column]: value });
          seen.nulled += 1;
        }
        for (const { key, row } of left) now.set(key, row);
        expect(new Map([...now].toSorted())).toEqual(new Map([...was].toSorted()));
        seen.quarantined += left.length;
        seen.created += created.length;
      }
    }), { numRuns: cases, seed });
    process.stdout.write(`repairs: seed ${seed}, ${JSON.stringify(seen)}\n`);
    expect(seen.repaired).toBeGreaterThan(cases / 20);
  });
});
