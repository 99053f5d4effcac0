import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { corpusCopy, corpusPath, hasCorpus, tempFolder, testSeed } from '../../../test-support/index.ts';
import { isSqliteFile, openSqlite, type SqliteDb } from '../index.ts';
import { openTablePages, PagesUnfit, storage, type RecordCursor } from './index.ts';

const seed = testSeed();

/** A value as text that tells its class and its last bit. */
function shown(value: unknown): string {
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString('hex')}`;
  return typeof value === 'number' ? `real ${Object.is(value, -0) ? '-0' : value}` : `${typeof value} ${String(value)}`;
}

function cellOf(cursor: RecordCursor, index: number, real: boolean): string {
  switch (cursor.kinds[index]) {
    case storage.null: return shown(null);
    case storage.integer: return real ? shown(Number(cursor.bigint(index))) : shown(cursor.bigint(index));
    case storage.real: return shown(cursor.real(index));
    case storage.blob: return shown(cursor.slice(index));
    default: return `text ${cursor.slice(index).toString('hex')}`;
  }
}

/** Every row as the pages hold it. */
function byPages(db: SqliteDb, path: string, table: string): string[] {
  const pages = openTablePages(db, path, table);
  try {
    const rows: string[] = [];
    const { cursor, columns } = pages;
    const each = (): void => void rows.push(columns.map((column) => (column.rowid ? shown(BigInt(cursor.rowid)) : cellOf(cursor, column.index, column.real))).join('|'));
    let told = 0;
    for (const stretch of pages.walk()) told += stretch.rows(each);
    expect(told).toBe(rows.length);
    return rows;
  } finally {
    pages.close();
  }
}

/** Every row as SQLite answers it, text as its bytes. */
function bySqlite(db: SqliteDb, table: string): string[] {
  const names = db.prepare<[string], string>('SELECT name FROM pragma_table_xinfo(?) ORDER BY cid').pluck().all(table);
  const select = names.flatMap((name) => [`typeof(t.${quoteIdent(name)})`, `CASE typeof(t.${quoteIdent(name)}) WHEN 'text' THEN CAST(t.${quoteIdent(name)} AS BLOB) ELSE t.${quoteIdent(name)} END`]);
  const rows = db.prepare<[], unknown[]>(`SELECT ${select.join(', ')} FROM ${quoteIdent(table)} AS t NOT INDEXED`).raw().safeIntegers(true).all();
  return rows.map((row) => names.map((_, index) => (row[index * 2] === 'text' && row[index * 2 + 1] instanceof Uint8Array ? shown(row[index * 2 + 1]).replace('blob', 'text') : shown(row[index * 2 + 1]))).join('|'));
}

const cell = fc.oneof(
  fc.constantFrom(null, 0, 1, 127, 128, -129, 32_768, -8_388_609, 2 ** 31, 2 ** 40, 2 ** 47, -(2 ** 50), 0.5, -0.5, 5e-324, 'é', '', 'x'.repeat(700)),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double({ noNaN: true }), fc.string({ unit: 'binary', maxLength: 20 }).map((text) => text.toWellFormed()),
  fc.uint8Array({ maxLength: 30 }), fc.nat(90_000).map((length) => Buffer.alloc(length, length % 251)),
);
const scene = fc.record({
  pageSize: fc.constantFrom(512, 1024, 4096, 65_536), autoVacuum: fc.constantFrom(0, 1), declared: fc.array(fc.constantFrom('', 'TEXT', 'INTEGER', 'REAL', 'DOUBLE', 'NUMERIC', 'BLOB', 'VARCHAR(9)'), { minLength: 1, maxLength: 5 }),
  alias: fc.boolean(), rows: fc.array(fc.array(cell, { minLength: 5, maxLength: 5 }), { maxLength: 60 }), rowids: fc.constantFrom('plain', 'sparse', 'negative'), added: fc.boolean(), removed: fc.boolean(),
});

describe(`pages of a SQLite file (seed ${seed})`, () => {
  it('hold what SQLite answers, whatever the page size, the types and the lengths', () => {
    fc.assert(fc.property(scene, ({ pageSize, autoVacuum, declared, alias, rows, rowids, added, removed }) => {
      using folder = tempFolder('pages');
      const path = join(folder.path, 'test.db');
      using opened = openSqlite(path, { mode: 'write', create: true });
      const { db } = opened;
      db.exec(`PRAGMA synchronous = OFF; PRAGMA page_size = ${pageSize}; PRAGMA auto_vacuum = ${autoVacuum}; CREATE TABLE other (x); CREATE TABLE t (${[...(alias ? ['id INTEGER PRIMARY KEY'] : []), ...declared.map((type, index) => `c${index} ${type}`)].join(', ')})`);
      const insert = db.prepare(`INSERT INTO t (rowid, ${declared.map((_, index) => `c${index}`).join(', ')}) VALUES (?, ${declared.map(() => '?').join(', ')})`);
      const other = db.prepare('INSERT INTO other VALUES (?)');
      rows.forEach((row, index) => {
        insert.run(rowids === 'plain' ? index + 1 : rowids === 'sparse' ? BigInt(index) ** 7n : BigInt(index) - 30n, ...row.slice(0, declared.length));
        // Pages of another table lie in between.
        other.run('y'.repeat(index * 37));
      });
      if (removed) db.exec('DELETE FROM t WHERE rowid % 3 = 0');
      if (added) db.exec('ALTER TABLE t ADD COLUMN later TEXT');
      expect(byPages(db, path, 't')).toEqual(bySqlite(db, 't'));
    }), { seed, numRuns: 60 });
  });
  it.skipIf(!hasCorpus())('of every table of the corpus hold what SQLite answers, or say why they are not read', () => {
    let read = 0;
    const files = readdirSync(corpusPath('sqlite'), { recursive: true, encoding: 'utf8' }).filter((name) => isSqliteFile(corpusPath(join('sqlite', name))));
    for (const file of files) {
      using folder = tempFolder('pages');
      const path = corpusCopy(join('sqlite', file), folder.path);
      using opened = openSqlite(path, { mode: 'write' });
      const { db } = opened;
      db.pragma('journal_mode = DELETE');
      for (const table of db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table'").pluck().all()) {
        try {
          const rows = byPages(db, path, table);
          expect(rows, `${file} ${table}`).toEqual(bySqlite(db, table));
          read += 1;
        } catch (error) {
          if (!(error instanceof PagesUnfit)) throw error;
          expect(['without rowid', 'virtual', 'encoding', 'generated column', 'added column']).toContain(error.reason);
        }
      }
    }
    expect(read).toBeGreaterThan(100);
  });
  it('that are damaged end in a reason or in other rows, and always end', () => {
    using folder = tempFolder('pages');
    const path = join(folder.path, 'test.db');
    using opened = openSqlite(path, { mode: 'write', create: true });
    opened.db.exec("PRAGMA page_size = 512; CREATE TABLE t (a TEXT, b BLOB); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO t SELECT 'row ' || i, zeroblob(i * 3) FROM n");
    const whole = readFileSync(path);
    const damaged = join(folder.path, 'damaged.db');
    let refused = 0;
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 512, max: whole.length - 1 }), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 200 }), (faults) => {
      const copy = Buffer.from(whole);
      for (const [at, byte] of faults) copy[at] = byte;
      writeFileSync(damaged, copy);
      try {
        byPages(opened.db, damaged, 't');
      } catch (error) {
        if (!(error instanceof PagesUnfit) && !(error instanceof RangeError)) throw error;
        refused += 1;
      }
    }), { seed, numRuns: 200 });
    expect(refused).toBeGreaterThan(0);
  });
  it.each([
    ['encoding', "PRAGMA encoding = 'UTF-16le'; CREATE TABLE t (a)"], ['without rowid', 'CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES (1)'], ['generated column', 'CREATE TABLE t (a, b AS (a + 1))'],
    ['added column', "CREATE TABLE t (a); INSERT INTO t VALUES (1); ALTER TABLE t ADD COLUMN b DEFAULT 'x'"], ['virtual', 'CREATE VIRTUAL TABLE t USING fts5(a)'], ['log', 'PRAGMA journal_mode = WAL; CREATE TABLE t (a)'], ['large rowid', 'CREATE TABLE t (a); INSERT INTO t (rowid) VALUES (9223372036854775807)'],
  ])('are left to SQLite: %s', (reason, sql) => {
    using folder = tempFolder('pages');
    const path = join(folder.path, 'test.db');
    using opened = openSqlite(path, { mode: 'write', create: true });
    opened.db.exec(sql);
    expect(() => byPages(opened.db, path, 't')).toThrow(expect.objectContaining({ reason }));
  });
  it('of invalid text keep its bytes', () => {
    using folder = tempFolder('pages');
    const path = join(folder.path, 'test.db');
    using opened = openSqlite(path, { mode: 'write', create: true });
    opened.db.exec("CREATE TABLE t (a); INSERT INTO t VALUES (CAST(x'c328' AS TEXT))");
    expect(byPages(opened.db, path, 't')).toEqual(['text c328']);
  });
});
