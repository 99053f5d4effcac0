/** The proof on which comparing indexes from pages stands: wherever SQLite finds an index damaged, it is found so here, too. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { buildSqlite, corpusCopy, corpusPath, hasCorpus, tempFolder, testSeed } from '../../../test-support/index.ts';
import { isSqliteFile, openSqlite, type SqliteDb } from '../index.ts';
import { indexesHold, PagesUnfit } from './index.ts';

const seed = testSeed();

function fullCheck(db: SqliteDb, table: string): string[] {
  try {
    return db.prepare<[], string>(`PRAGMA integrity_check(${quoteIdent(table)})`).pluck().all();
  } catch (error) {
    return [String(error)];
  }
}

function quickCheck(db: SqliteDb): string[] {
  try {
    return db.prepare<[], string>('PRAGMA quick_check').pluck().all();
  } catch (error) {
    return [String(error)];
  }
}

/** null: not by pages. */
function held(db: SqliteDb, table: string): boolean | null {
  try {
    return indexesHold(db, db.name, table);
  } catch (error) {
    if (!(error instanceof PagesUnfit)) throw error;
    return null;
  }
}

const cell = fc.oneof(
  fc.constantFrom(null, null, 0, 1, -1, 127, 128, 2 ** 31, 2 ** 47, 2 ** 48, 2 ** 51, 2 ** 53, 0.5, 1e300, 5e-324, Number.POSITIVE_INFINITY, 'a', 'A', 'b ', 'b', 'B  ', 'a\0b', 'A\0c', '', 'é', 'É'),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.double({ noNaN: true }), fc.string({ unit: 'grapheme', maxLength: 8 }), fc.stringMatching(/^[abAB ]{0,3}$/), fc.uint8Array({ maxLength: 8 }),
  fc.nat(1500).map((length) => 'x'.repeat(length)), fc.nat(9000).map((length) => Buffer.alloc(length, length % 251)),
);
const field = fc.record({ column: fc.constantFrom('c0', 'c1', 'c2', 'id'), collation: fc.constantFrom('', '', ' COLLATE NOCASE', ' COLLATE RTRIM', ' COLLATE BINARY'), order: fc.constantFrom('', '', ' DESC') });
const scene = fc.record({
  pageSize: fc.constantFrom(512, 1024, 4096), declared: fc.array(fc.constantFrom('', 'TEXT', 'TEXT COLLATE NOCASE', 'INTEGER', 'REAL', 'NUMERIC', 'BLOB'), { minLength: 3, maxLength: 3 }), alias: fc.boolean(),
  indexes: fc.array(fc.record({ fields: fc.uniqueArray(field, { minLength: 1, maxLength: 3, selector: ({ column }) => column }), unique: fc.boolean() }), { minLength: 1, maxLength: 3 }),
  rows: fc.array(fc.tuple(cell, cell, cell), { minLength: 0, maxLength: 120 }), later: fc.boolean(),
});

/** A file with one table, whose indexes stand before its rows or come after them. */
function build(path: string, { pageSize, declared, alias, indexes, rows, later }: typeof scene extends fc.Arbitrary<infer T> ? T : never): void {
  const statements = indexes.map(({ fields, unique }, index) => `CREATE ${unique ? 'UNIQUE ' : ''}INDEX i${index} ON t (${fields.map(({ column, collation, order }) => `${column}${collation}${order}`).join(', ')})`);
  buildSqlite(path, `PRAGMA page_size = ${pageSize}; CREATE TABLE t (${alias ? 'id INTEGER PRIMARY KEY' : 'id INTEGER'}, ${declared.map((type, index) => `c${index} ${type}`).join(', ')})`, (db) => {
    const make = (): void => {
      for (const statement of statements) {
        try {
          db.exec(statement);
        } catch {
          // Rows that are no unique ones: then it is an index like others.
          db.exec(statement.replace('UNIQUE ', ''));
        }
      }
    };
    if (!later) make();
    const insert = db.prepare('INSERT OR IGNORE INTO t VALUES (?, ?, ?, ?)');
    rows.forEach((row, index) => insert.run(index * 3 - 9, ...row));
    if (later) make();
  });
}

describe(`indexes compared with their tables from the pages (seed ${seed})`, () => {
  it('are sound where SQLite says so, whatever they are by', () => {
    fc.assert(fc.property(scene, (built) => {
      using folder = tempFolder('index-check');
      const path = join(folder.path, 'test.db');
      build(path, built);
      using opened = openSqlite(path, { mode: 'read' });
      expect(fullCheck(opened.db, 't')).toEqual(['ok']);
      expect(held(opened.db, 't')).toBe(true);
    }), { seed, numRuns: 150 });
  });

  it('are damaged where SQLite says so, wherever a byte is changed', () => {
    let found = 0;
    fc.assert(fc.property(scene, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 255 })), { minLength: 40, maxLength: 40 }), (built, faults) => {
      using folder = tempFolder('index-check');
      const path = join(folder.path, 'test.db');
      build(path, built);
      const pages = (() => {
        using opened = openSqlite(path, { mode: 'read' });
        return opened.db.prepare<[], number>("SELECT pageno FROM dbstat WHERE name LIKE 'i_'").pluck().safeIntegers(false).all();
      })();
      const whole = readFileSync(path);
      const damaged = join(folder.path, 'damaged.db');
      for (const [where, change] of faults) {
        const copy = Buffer.from(whole);
        const place = Math.floor(where * (pages.length * built.pageSize - 1));
        const at = ((pages[Math.floor(place / built.pageSize)] ?? 1) - 1) * built.pageSize + (place % built.pageSize);
        copy[at] = (copy[at] ?? 0) ^ change;
        writeFileSync(damaged, copy);
        using opened = openSqlite(damaged, { mode: 'read' });
        // Pages that are no tree any more are found by the quick check, and nothing is compared then.
        if (quickCheck(opened.db).join('\n') !== 'ok') continue;
        const isSound = fullCheck(opened.db, 't').join('\n') === 'ok';
        const holds = held(opened.db, 't');
        if (!isSound) expect(holds).not.toBe(true);
        if (!isSound && holds === false) found += 1;
      }
    }), { seed, numRuns: 60 });
    expect(found).toBeGreaterThan(30);
  });

  it.each([
    ['lacks a row', 'DELETE FROM shadow WHERE b = 7'],
    ['has a row too many', "INSERT INTO shadow VALUES (8, 'x', 1001)"],
    ['names another row', 'UPDATE shadow SET b = 1001 WHERE b = 7'],
    ['holds another value', "UPDATE shadow SET a = 'row 5x' WHERE b = 5"],
  ])('are damaged where one %s', (_, change) => {
    using folder = tempFolder('index-check');
    const path = buildSqlite(join(folder.path, 'test.db'), "CREATE TABLE t (n INTEGER, a TEXT); CREATE INDEX t_na ON t (n, a); WITH RECURSIVE k(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 1000) INSERT INTO t SELECT i, 'row ' || i FROM k");
    {
      using opened = openSqlite(path, { mode: 'write' });
      const { db } = opened;
      db.unsafeMode(true);
      // The index seen as a table of its own: a table without rowid is stored as one (https://sqlite.org/fileformat2.html, section 2.4).
      const root = db.prepare<[], number>("SELECT rootpage FROM sqlite_schema WHERE name = 't_na'").pluck().get();
      db.pragma('writable_schema = ON');
      db.exec('CREATE TABLE shadow (n INTEGER, a TEXT, b INTEGER, PRIMARY KEY (n, a, b)) WITHOUT ROWID');
      db.prepare("UPDATE sqlite_schema SET rootpage = ? WHERE name = 'shadow'").run(root);
    }
    {
      using opened = openSqlite(path, { mode: 'write' });
      opened.db.exec(change);
      opened.db.unsafeMode(true);
      opened.db.pragma('writable_schema = ON');
      opened.db.exec("DELETE FROM sqlite_schema WHERE name = 'shadow'");
    }
    using opened = openSqlite(path, { mode: 'read' });
    expect(fullCheck(opened.db, 't')[0]).toMatch(/missing from index|wrong # of entries/);
    expect(held(opened.db, 't')).toBe(false);
  });

  it.each([
    ['a condition', 'CREATE INDEX i ON t (a) WHERE a > 1'], ['an expression', 'CREATE INDEX i ON t (a + 1)'], ['another column that is computed', 'ALTER TABLE t ADD COLUMN g AS (a + 1); CREATE INDEX i ON t (g)'],
  ])('are left to SQLite where one has %s', (_, sql) => {
    using folder = tempFolder('index-check');
    using opened = openSqlite(buildSqlite(join(folder.path, 'test.db'), `CREATE TABLE t (a INTEGER); ${sql}; INSERT INTO t (a) VALUES (1), (2)`), { mode: 'read' });
    expect(held(opened.db, 't')).toBeNull();
  });

  it.skipIf(!hasCorpus())('of every table of the corpus are as sound as SQLite says, or left to it', () => {
    let compared = 0;
    for (const file of readdirSync(corpusPath('sqlite'), { recursive: true, encoding: 'utf8' }).filter((name) => isSqliteFile(corpusPath(join('sqlite', name))))) {
      using folder = tempFolder('index-check');
      const path = corpusCopy(join('sqlite', file), folder.path);
      {
        using writable = openSqlite(path, { mode: 'write' });
        writable.db.pragma('journal_mode = DELETE');
      }
      using opened = openSqlite(path, { mode: 'read' });
      const { db } = opened;
      for (const table of db.prepare<[], string>("SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0").pluck().all()) {
        const holds = held(db, table);
        if (holds === null) continue;
        expect([file, table, holds]).toEqual([file, table, fullCheck(db, table).every((message) => !/index/.test(message))]);
        compared += 1;
      }
    }
    expect(compared).toBeGreaterThan(100);
  });
});
