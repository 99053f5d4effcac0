import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { tempFolder, testSeed } from '../../test-support/index.ts';
import { pageSums } from './page-sums.ts';
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
  const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 40 }).map((each) => each.toWellFormed().replaceAll('\0', '0')), fc.constantFrom('', 'Ação', '😀', 'plain', '\uFFFD', '\uFEFFx', 'y'.repeat(5000)), fc.integer(), fc.double({ noNaN: true }));
  return fc.oneof({ weight: 8, arbitrary: usual[type] ?? text }, { weight: 1, arbitrary: fc.constant(null) });
};
const scene = fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 36 }).chain((columns) =>
  fc.record({ columns: fc.constant(columns), alias: fc.boolean(), rows: fc.array(fc.tuple(...columns.map(([, type]) => valueFor(type))), { maxLength: 25 }) }));

function sqliteSum(path: string, shape: ReturnType<typeof tableShape>): BucketSum | 'no form' {
  using opened = openSqlite(path, { mode: 'read' });
  const source = createSourceRows(opened.db, { table: 't', names: shape.names, filter: undefined, encoding: 'UTF-8' });
  const digest = createRowDigest(shape.columns, shape.columns.map((_, index) => index));
  const sum = createGrandSum();
  for (const row of source.scan()) source.addRaw(needsRaw(row, source));
  for (const row of source.scan()) {
    if (digest.digest(row) !== null) return 'no form';
    sum.add(digest.hash);
  }
  return sum.total();
}

describe(`sums from the pages (seed ${seed})`, () => {
  it('are those of the rows that SQLite answers', async () => {
    let compared = 0;
    await fc.assert(fc.asyncProperty(scene, async ({ columns, alias, rows }) => {
      using folder = tempFolder('sums');
      const path = join(folder.path, 'test.db');
      const all = [...(alias ? [['INTEGER PRIMARY KEY', 'bigint'] as const] : []), ...columns];
      const writer = openSqlite(path, { mode: 'write', create: true });
      writer.db.exec(`PRAGMA synchronous = OFF; CREATE TABLE t (${all.map(([declared], index) => `c${index} ${declared}`).join(', ')})`);
      const insert = writer.db.prepare(`INSERT INTO t VALUES (${all.map(() => '?').join(', ')})`);
      for (const row of rows) insert.run(...(alias ? [null] : []), ...row);
      writer.close();
      const shape = tableShape(planTable('t', all.map(([, type], index) => ({ source: `c${index}`, type }))), { schema: 'public', table: 't' }, true);
      using opened = openSqlite(path, { mode: 'read' });
      const sums = await pageSums({ shape, db: opened.db });
      if (typeof sums === 'object') compared += 1;
      expect(sums).toEqual(sqliteSum(path, shape));
    }), { seed, numRuns: 150 });
    expect(compared).toBeGreaterThan(50);
  });
  it('are left out where a text is invalid, holds NUL or is too long', async () => {
    using folder = tempFolder('sums');
    const path = join(folder.path, 'test.db');
    const writer = openSqlite(path, { mode: 'write', create: true });
    writer.db.exec("CREATE TABLE nul (a); INSERT INTO nul VALUES (CAST(x'410042' AS TEXT)); CREATE TABLE invalid (a); INSERT INTO invalid VALUES (CAST(x'c328' AS TEXT)); CREATE TABLE long (a); INSERT INTO long VALUES ('12345678é')");
    writer.close();
    using opened = openSqlite(path, { mode: 'read' });
    const answers = await Promise.all(['nul', 'invalid', 'long'].map((table) => pageSums({ shape: tableShape(planTable(table, [{ source: 'a', type: table === 'long' ? 'varchar(8)' : 'text' }]), { schema: 'public', table }, true), db: opened.db })));
    expect(answers).toEqual(['no form', 'no form', 'no form']);
  });
});
