import Database from 'better-sqlite3';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SourceValue } from '../../../shared/model/values.ts';
import { readSqliteCatalog } from './catalog.ts';
import { chunkReader } from './read.ts';
import type { ReadColumn, ReadOptions } from './read.ts';
import type { SqliteDb } from './types.ts';

function build(...statements: string[]): SqliteDb {
  const db = new Database(':memory:');
  for (const statement of statements) db.exec(statement);
  return db;
}

function readAll(db: SqliteDb, table: string, columns: readonly ReadColumn[], options: ReadOptions = {}): SourceValue[][] {
  const found = readSqliteCatalog(db).tables.find((each) => each.name === table);
  if (found === undefined) throw new Error(`no table ${table}`);
  return [...chunkReader(db, found, columns, options)].flatMap((chunk) => chunk.rows.map((row) => [...row]));
}

describe('reading in chunks', () => {
  it('delivers every row once, in key order, and resumes after any chunk', () => {
    const db = build('CREATE TABLE t (id INTEGER PRIMARY KEY, v)', 'WITH RECURSIVE n(i) AS (SELECT -50 UNION ALL SELECT i + 1 FROM n WHERE i < 950) INSERT INTO t SELECT i * 3, i FROM n');
    const table = readSqliteCatalog(db).tables[0];
    if (table === undefined) throw new Error('no table');
    const chunks = [...chunkReader(db, table, [{ name: 'v' }], { rowsPerChunk: 97 })];
    expect(chunks.flatMap((c) => c.rows.map((r) => r[1]))).toEqual(Array.from({ length: 1001 }, (_, i) => BigInt((i - 50) * 3)));
    const third = chunks[3];
    const rest = [...chunkReader(db, table, [{ name: 'v' }], { rowsPerChunk: 1000, from: third?.last ?? null })];
    expect(rest.flatMap((c) => c.rows)).toHaveLength(1001 - 4 * 97);
    const upTo = [...chunkReader(db, table, [{ name: 'v' }], { to: third?.last ?? null })];
    expect(upTo.flatMap((c) => c.rows)).toHaveLength(4 * 97);
  });

  it('keeps the extremes of a 64-bit rowid, with plain numbers too', () => {
    const db = build('CREATE TABLE t (id INTEGER PRIMARY KEY)', 'INSERT INTO t VALUES (-9223372036854775808), (9007199254740993), (9007199254740995), (9223372036854775807)');
    const expected = [-9223372036854775808n, 9007199254740993n, 9007199254740995n, 9223372036854775807n];
    expect(readAll(db, 't', [{ name: 'id' }], { rowsPerChunk: 1 }).map((r) => r[0])).toEqual(expected);
    expect(readAll(db, 't', [{ name: 'id' }], { rowsPerChunk: 1, safeIntegers: false }).map((r) => r[0])).toEqual(expected);
  });

  it('reads a table that hides all three rowid names, although an index covers the columns', () => {
    const db = build('CREATE TABLE t (rowid, _rowid_, oid)', 'CREATE INDEX i ON t (oid, _rowid_, rowid)', 'INSERT INTO t VALUES (9, 1, 3), (8, 2, 2), (7, 3, 1)');
    const rows = readAll(db, 't', [{ name: 'rowid' }, { name: '_rowid_' }], { rowsPerChunk: 2 });
    expect(rows).toEqual([[9n, 1n], [8n, 2n], [7n, 3n]]);
  });

  it('stops a chunk at its bytes, and a single larger row still passes', () => {
    const db = build('CREATE TABLE t (v BLOB)', 'INSERT INTO t VALUES (zeroblob(10)), (zeroblob(5000000)), (zeroblob(10)), (zeroblob(900000)), (zeroblob(900000))');
    const table = readSqliteCatalog(db).tables[0];
    if (table === undefined) throw new Error('no table');
    expect([...chunkReader(db, table, [{ name: 'v' }], { bytesPerChunk: 1_000_000 })].map((c) => c.rows.length)).toEqual([2, 3]);
  });

  it('gives raw bytes and the storage class where asked', () => {
    const db = build('CREATE TABLE t (v TEXT)', "INSERT INTO t VALUES (CAST(x'61ff62' AS TEXT)), (CAST(x'610062' AS TEXT)), (NULL)");
    const rows = readAll(db, 't', [{ name: 'v', read: 'bytes' }, { name: 'v', read: 'type' }]).map((r) => [r[0] instanceof Uint8Array ? Buffer.from(r[0]).toString('hex') : r[0], r[1]]);
    expect(rows).toEqual([['61ff62', 'text'], ['610062', 'text'], [null, 'null']]);
  });

  it('applies a row filter, an ill-formed end of which cannot swallow the rest', () => {
    const db = build('CREATE TABLE t (id INTEGER PRIMARY KEY, v)', 'INSERT INTO t VALUES (1, 1), (2, 2), (3, 1), (4, 2)');
    expect(readAll(db, 't', [{ name: 'id' }], { filter: 'v = 2 OR id = 1 -- note', rowsPerChunk: 1 }).map((r) => r[0])).toEqual([1n, 2n, 4n]);
  });

  it('reads a key whose collation differs from its column\'s', () => {
    const db = build('CREATE TABLE t (k TEXT COLLATE NOCASE, PRIMARY KEY (k COLLATE BINARY)) WITHOUT ROWID', "INSERT INTO t VALUES ('a'), ('A'), ('b'), ('B'), ('c')");
    expect(readAll(db, 't', [{ name: 'k' }], { rowsPerChunk: 1 }).map((r) => r[0])).toEqual(['A', 'B', 'a', 'b', 'c']);
  });

  it.each(['PRAGMA encoding = \'UTF-8\'', 'PRAGMA encoding = \'UTF-16le\''])('finds every row of a WITHOUT ROWID table whatever its keys hold (%s)', (encoding) => {
    const value = fc.oneof(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.double({ noNaN: true }),
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom('5', '05', '5.0', '', 'A', 'a', 'a ', 'A '),
      fc.uint8Array({ maxLength: 4 }),
    );
    const declared = fc.constantFrom('', 'TEXT', 'INTEGER', 'NUMERIC', 'BLOB', 'REAL', 'TEXT COLLATE NOCASE', 'COLLATE RTRIM');
    fc.assert(
      fc.property(fc.array(fc.tuple(value, value), { maxLength: 40 }), declared, declared, fc.constantFrom('', 'DESC'), (pairs, first, second, direction) => {
        const db = build(encoding, `CREATE TABLE t (a ${first}, b ${second}, PRIMARY KEY (b ${direction}, a)) WITHOUT ROWID`);
        const insert = db.prepare("INSERT OR IGNORE INTO t VALUES (?, ?)");
        for (const [a, b] of pairs) insert.run(...[a, b].map((v) => (v instanceof Uint8Array ? Buffer.from(v) : v)));
        db.exec("INSERT OR IGNORE INTO t VALUES (CAST(x'ff61' AS TEXT), 1), (CAST(x'fe61' AS TEXT), 1), (1, CAST(x'c3' AS TEXT))");
        const digest = 'hex(CAST(a AS BLOB))';
        const expected = db.prepare<unknown[], string>(`SELECT typeof(a) || ${digest} || typeof(b) || hex(CAST(b AS BLOB)) FROM t ORDER BY b, a`).pluck().all();
        const rows = readAll(db, 't', [{ name: 'a', read: 'type' }, { name: 'a', read: 'bytes' }, { name: 'b', read: 'type' }, { name: 'b', read: 'bytes' }], { rowsPerChunk: 2 });
        const hex = (v: SourceValue | undefined): string => (v instanceof Uint8Array ? Buffer.from(v).toString('hex').toUpperCase() : '');
        expect(rows.map((r) => `${String(r[0])}${hex(r[1])}${String(r[2])}${hex(r[3])}`)).toEqual(expected);
        db.close();
      }),
      { numRuns: 150 },
    );
  });
});
