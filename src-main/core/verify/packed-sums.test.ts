import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { openSqlite, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { tempFolder, testSeed, type TempFolder } from '../../test-support/index.ts';
import { packedSums, partsOf } from './packed-sums.ts';
import { createRowDigest } from './row-digest.ts';
import { tableShape } from './shape.ts';
import { createSourceRows, needsRaw } from './source-rows.ts';
import { createGrandSum, type BucketSum } from './sums.ts';
import { planTable } from './test-fixture.ts';

const seed = testSeed();

/** Declared type in SQLite, type in PostgreSQL, and values that mostly fit. */
const kinds = [
  ['TEXT', 'text'], ['TEXT', 'varchar(12)'], ['INTEGER', 'bigint'], ['INTEGER', 'integer'], ['INTEGER', 'smallint'], ['REAL', 'double precision'], ['REAL', 'text'], ['NUMERIC', 'numeric'], ['', 'text'], ['BLOB', 'bytea'], ['TEXT', 'uuid'], ['INTEGER', 'boolean'], ['', 'bytea'],
] as const;
const valueFor = (type: string): fc.Arbitrary<string | number | bigint | null | Uint8Array> => {
  const usual: Record<string, fc.Arbitrary<string | number | bigint | Uint8Array>> = {
    'bigint': fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), 'integer': fc.integer(), 'smallint': fc.integer({ min: -32_768, max: 32_767 }), 'double precision': fc.double({ noNaN: true }),
    'numeric': fc.oneof(fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }), fc.constantFrom(0.5, 1.25, -7.125)), 'bytea': fc.uint8Array({ maxLength: 90 }), 'uuid': fc.uuid(), 'boolean': fc.constantFrom(0, 1), 'varchar(12)': fc.string({ unit: 'grapheme', maxLength: 8 }),
  };
  const text = fc.oneof({ weight: 20, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) }, fc.string({ unit: 'binary', maxLength: 40 }).map((each) => each.toWellFormed().replaceAll('\0', '0')), fc.constantFrom('', 'Ação', '😀', 'plain', '\uFFFD', '\uFEFFx', '\u0001', 'y'.repeat(5000)), fc.integer(), fc.double({ noNaN: true }), fc.constant(new Uint8Array([65])));
  return fc.oneof({ weight: 8, arbitrary: usual[type] ?? text }, { weight: 1, arbitrary: fc.constant(null) });
};
const scene = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 36 }).chain((columns) =>
  fc.record({ columns: fc.constant(columns), alias: fc.boolean(), large: fc.boolean(), rows: fc.array(fc.tuple(...columns.map(([, type]) => valueFor(type))), { maxLength: 25 }) }));

const byRowid = (name: string): Pick<PlanTable, 'reading'> => ({ reading: { by: 'rowid', columns: [name], plainIntegers: false } });

function suits(value: unknown, type = ''): boolean {
  if (value === null) return true;
  if (type === 'text' || type.startsWith('varchar')) return typeof value === 'string' && !value.includes('\u0001') && !value.includes('\0');
  if (type.endsWith('int') || type === 'integer') return typeof value === 'bigint' || Number.isInteger(value);
  return !(typeof value === 'string' && value.includes('\uFFFD'));
}

function rowByRow(db: SqliteDb, shape: ReturnType<typeof tableShape>): BucketSum | null {
  const source = createSourceRows(db, { table: 't', names: shape.names, filter: undefined, encoding: 'UTF-8' });
  const digest = createRowDigest(shape.columns, shape.columns.map((_, index) => index));
  const sum = createGrandSum();
  for (const row of source.scan()) source.addRaw(needsRaw(row, source));
  for (const row of source.scan()) {
    if (digest.digest(row) !== null) return null;
    sum.add(digest.hash);
  }
  return sum.total();
}

function fileOf(folder: TempFolder, sql: string): ReturnType<typeof openSqlite> {
  const path = join(folder.path, 'test.db');
  const writer = openSqlite(path, { mode: 'write', create: true });
  writer.db.exec(sql);
  writer.close();
  return openSqlite(path, { mode: 'read' });
}

describe(`sums of packed rows (seed ${seed})`, () => {
  it('are those of the rows read one by one, or there is none', async () => {
    let compared = 0;
    await fc.assert(fc.asyncProperty(scene, async ({ columns, alias, large, rows }) => {
      using folder = tempFolder('sums');
      const path = join(folder.path, 'test.db');
      const all = [...(alias ? [['INTEGER PRIMARY KEY', 'bigint'] as const] : []), ...columns];
      const writer = openSqlite(path, { mode: 'write', create: true });
      writer.db.exec(`PRAGMA synchronous = OFF; CREATE TABLE t (${all.map(([declared], index) => `c${index} ${declared}`).join(', ')})`);
      const insert = writer.db.prepare(`INSERT INTO t VALUES (${all.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(...(alias ? [null] : []), ...row);
      writer.close();
      const table = planTable('t', all.map(([, type], index) => ({ source: `c${index}`, type })), { ...byRowid('rowid'), maxRowBytes: large ? 800_000 : 1000 });
      const shape = tableShape(table, { schema: 'public', table: 't' }, true);
      using opened = openSqlite(path, { mode: 'read' });
      const sums = await packedSums({ shape, db: opened.db, encoding: 'UTF-8' });
      const expected = rowByRow(opened.db, shape);
      // Values of another kind than their column's may add up otherwise: only equality is ever taken from the sums.
      const packs = all.some(([, type]) => /^(text|varchar|.*int)/.test(type));
      if (!packs) expect(sums).toBe(null);
      else if (rows.every((row) => row.every((value, index) => suits(value, columns[index]?.[1])))) {
        compared += 1;
        expect(sums).toEqual(expected);
      } else if (sums !== null && sums.sum === expected?.sum) {
        expect(sums.rows).toBe(expected.rows);
      }
    }), { seed, numRuns: 150 });
    expect(compared).toBeGreaterThan(50);
  });
  it('are those of all parts of a table', async () => {
    using folder = tempFolder('sums');
    using opened = fileOf(folder, "PRAGMA page_size = 512; CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, r REAL); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9000) INSERT INTO t SELECT i * i, 'Ação ' || i, i / 7.0 FROM n");
    const table = planTable('t', [{ source: 'id', type: 'bigint' }, { source: 'a', type: 'text' }, { source: 'r', type: 'double precision' }], byRowid('id'));
    const shape = tableShape(table, { schema: 'public', table: 't' }, true);
    const parts = partsOf(opened.db, table, 16);
    const sums = await Promise.all(parts.map((part) => packedSums({ shape, part, db: opened.db, encoding: 'UTF-8' })));
    const whole = sums.reduce<BucketSum>((sum, each) => ({ rows: sum.rows + (each?.rows ?? 0), sum: sum.sum + (each?.sum ?? 0n) }), { rows: 0, sum: 0n });
    expect({ parts: parts.length, ...whole }).toEqual({ parts: 16, ...rowByRow(opened.db, shape) });
  });
  it('are of the rows that a filter lets through', async () => {
    using folder = tempFolder('sums');
    using opened = fileOf(folder, "CREATE TABLE t (a TEXT); INSERT INTO t VALUES ('one'), ('two'), (NULL)");
    const of = (filter?: string): Promise<BucketSum | null> => packedSums({ shape: tableShape(planTable('t', [{ source: 'a', type: 'text' }], { ...byRowid('rowid'), ...(filter === undefined ? {} : { filter }) }), { schema: 'public', table: 't' }, true), db: opened.db, encoding: 'UTF-8' });
    expect([(await of("a = 'one' -- or not"))?.rows, (await of())?.rows]).toEqual([1, 3]);
  });
  it.each([
    ['holds NUL', "CAST(x'410042' AS TEXT)", 'text'], ['is invalid', "CAST(x'c328' AS TEXT)", 'text'], ['is too long', "'12345678é'", 'varchar(8)'], ['is a blob', "x'41'", 'text'], ['has what parts two values', "'a' || char(1) || 'b'", 'text'],
    ['is a single byte that stands for NULL', "CAST(x'fe' AS TEXT)", 'text'], ['is that byte under a number', "CAST(x'fe' AS TEXT)", 'bigint'], ['is a real under text', '-0.0', 'text'], ['is text under a number', "'5'", 'bigint'], ['is the smallest row number', '1', 'rowid'],
  ])('are left out where a value %s', async (_, value, type) => {
    using folder = tempFolder('sums');
    using opened = fileOf(folder, `CREATE TABLE t (a); INSERT INTO t (rowid, a) VALUES (${type === 'rowid' ? '-9223372036854775808' : '1'}, ${value})`);
    const shape = tableShape(planTable('t', [{ source: 'a', type: type === 'rowid' ? 'bigint' : type }], byRowid('rowid')), { schema: 'public', table: 't' }, true);
    const sum = await packedSums({ shape, db: opened.db, encoding: 'UTF-8' });
    // What counts is that the comparison does not end with them: no sum, or not all rows.
    expect(sum?.rows ?? 0).toBe(0);
  });
});
