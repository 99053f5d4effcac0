import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { buildSqlite, tempFolder } from '../../test-support/index.ts';
import { checkIntegrity } from './integrity.ts';

const rows = 'WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 500)';

/** A file whose index holds an older value of row 7: SQLite is kept from seeing it while the row changes. */
function withOldEntry(path: string, index: string): string {
  buildSqlite(path, `CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT NOT NULL); ${index}; CREATE TABLE plain (x); ${rows} INSERT INTO t SELECT i, i * 2, 'row ' || i FROM k`);
  const edit = (sql: string): void => {
    using opened = openSqlite(path, { mode: 'write' });
    opened.db.unsafeMode(true);
    opened.db.exec(`PRAGMA writable_schema = ON; ${sql}`);
  };
  edit("CREATE TABLE hidden AS SELECT * FROM sqlite_schema WHERE name = 'i'; DELETE FROM sqlite_schema WHERE name = 'i'; UPDATE sqlite_schema SET sql = replace(sql, ' NOT NULL', '') WHERE name = 't'");
  edit("UPDATE t SET b = 'other' WHERE id = 7; UPDATE t SET b = NULL WHERE id = 9");
  edit("INSERT INTO sqlite_schema SELECT * FROM hidden; UPDATE sqlite_schema SET sql = replace(sql, 'b TEXT', 'b TEXT NOT NULL') WHERE name = 't'");
  edit('DROP TABLE hidden');
  return path;
}

describe('the checks of a file', () => {
  it.each([
    ['compared from the pages', 'CREATE INDEX i ON t (a, b)'],
    ['left to SQLite', 'CREATE INDEX i ON t (a, b) WHERE a > 0'],
  ])('say the same of an index that is out of date, %s', (_, index) => {
    using folder = tempFolder('integrity');
    using opened = openSqlite(withOldEntry(join(folder.path, 'test.db'), index), { mode: 'read' });
    const bySqlite = checkIntegrity(opened.db, { pagesFromBytes: Number.POSITIVE_INFINITY });
    const { tablesByPages, ...checks } = checkIntegrity(opened.db, { pagesFromBytes: 0 });
    expect({ ...checks, integrityCheck: checks.integrityCheck.toSorted() }).toEqual({ ...bySqlite, integrityCheck: bySqlite.integrityCheck.toSorted() });
    expect(checks.integrityCheck).toEqual(expect.arrayContaining(['row 7 missing from index i', 'NULL value in t.b']));
    // The table without an index.
    expect(tablesByPages).toBe(1);
  });

  it('say how many tables were compared from the pages', () => {
    using folder = tempFolder('integrity');
    using opened = openSqlite(buildSqlite(join(folder.path, 'test.db'), `CREATE TABLE t (a, b UNIQUE); CREATE TABLE w (k PRIMARY KEY, n UNIQUE) WITHOUT ROWID; CREATE VIRTUAL TABLE f USING fts5(x); ${rows} INSERT INTO t SELECT i, i FROM k; INSERT INTO w VALUES (1, 2)`), { mode: 'read' });
    // t, and three of the five tables in which FTS5 keeps its words; the others have no rowid.
    expect(checkIntegrity(opened.db, { pagesFromBytes: 0 })).toEqual({ quickCheck: ['ok'], integrityCheck: ['ok'], tablesByPages: 4 });
  });
});
