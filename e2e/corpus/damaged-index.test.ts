/** An index that does not say what stands in its table hides rows from whoever asks through it. None may be lost by that, and it is said. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { refusalOf } from './command-line.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('damaged-index');
afterAll(() => folder.remove());

/**
 * Fills a file in two steps, and hides indexes from SQLite during the second, so that they lack its rows.
 * @param hidden - what stands in a table's statement only while the index is not hidden (` UNIQUE`), and its index; or an index of CREATE INDEX
 */
function build(name: string, first: string, hidden: readonly { readonly index: string; readonly table?: string; readonly word?: string }[], second: string): string {
  const path = join(folder.path, name);
  const open = (): Database.Database => {
    const db = new Database(path);
    db.unsafeMode(true);
    db.pragma('foreign_keys = OFF');
    return db;
  };
  let db = open();
  db.exec(first);
  db.pragma('writable_schema = ON');
  const rows = db.prepare<[], unknown[]>(`SELECT rowid, type, name, tbl_name, rootpage, sql FROM sqlite_schema`).raw().all();
  for (const { index, table, word } of hidden) {
    db.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(index);
    if (table !== undefined) db.prepare('UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?').run(word, '', table);
  }
  db.close();
  db = open();
  db.exec(second);
  db.pragma('writable_schema = ON');
  for (const row of rows) {
    db.prepare('DELETE FROM sqlite_schema WHERE name = ?').run(row[2]);
    db.prepare('INSERT INTO sqlite_schema (rowid, type, name, tbl_name, rootpage, sql) VALUES (?, ?, ?, ?, ?, ?)').run(...row);
  }
  db.close();
  const check = new Database(path, { readonly: true });
  expect(JSON.stringify(check.pragma('integrity_check'))).toMatch(/missing from index/);
  check.close();
  return path;
}

const codes = (text: string): string[] => {
  const { findings, tables }: { findings: { code: string }[]; tables: { findings: { code: string }[] }[] } = JSON.parse(text);
  return [...findings, ...tables.flatMap((table) => table.findings)].map(({ code }) => code);
};

describe.skipIf(!hasPostgres())('a damaged index', () => {
  // The outside judge asks SQLite through the index, and would be told of fewer rows.
  test('that lacks entries hides no row, whoever asks: every row crosses, and it is said', async () => {
    const path = build('entries.db', `
      CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT, n INTEGER);
      CREATE INDEX t_a ON t (a); CREATE INDEX t_n ON t (n);
      CREATE TABLE w (k TEXT, part INTEGER, c INTEGER, PRIMARY KEY (k, part)) WITHOUT ROWID;
      CREATE INDEX w_c ON w (c);
      CREATE VIEW a_counted AS SELECT a, count(*) AS n FROM t WHERE a >= 'a' GROUP BY a;
      INSERT INTO t VALUES (1, 'a', 1), (2, 'b', 2); INSERT INTO w VALUES ('x', 1, 1);`,
    [{ index: 't_a' }, { index: 't_n' }, { index: 'w_c' }],
    `INSERT INTO t VALUES (3, 'b', 3), (4, NULL, 4); INSERT INTO w VALUES ('x', 2, 2), ('y', 1, 3);`);
    await using it = await migrationOf(path, folder.path);
    const assessed = await it.run(['assess', path, '--format', 'json']);
    expect(codes(assessed.stdout)).toContain('finding.index-damaged');
    expect(codes(assessed.stdout)).not.toContain('finding.damaged');
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(result.tables.map(({ source, rows, verified }) => [source.table, rows.source, rows.loaded, verified])).toEqual([['t', 4, 4, true], ['w', 3, 3, true]]);
    expect(result.findings.map(({ code }) => code)).toContain('finding.index-damaged');
    expect(result.objects.filter(({ outcome }) => outcome === 'listed')).toEqual([]);
    expect((await it.run(['verify', result.runId])).code).toBe(0);
  });

  test('does not hide rows from a condition that it could answer', async () => {
    const path = build('filter.db', 'CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER); CREATE INDEX t_n ON t (n); INSERT INTO t VALUES (1, 5), (2, 6)', [{ index: 't_n' }], 'INSERT INTO t VALUES (3, 5), (4, 5)');
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate(['--where', 't=n = 5']);
    expect({ exit, rows: result.tables[0]?.rows }).toMatchObject({ exit: 0, rows: { source: 3, loaded: 3 } });
  });

  test('of a key does not make rows orphans', async () => {
    const path = build('orphans.db', `
      CREATE TABLE p (code TEXT UNIQUE, x); CREATE TABLE c (id INTEGER PRIMARY KEY, code TEXT REFERENCES p (code));
      INSERT INTO p VALUES ('a', 1);`, [{ index: 'sqlite_autoindex_p_1', table: 'p', word: ' UNIQUE' }], `INSERT INTO p VALUES ('b', 2); INSERT INTO c VALUES (1, 'a'), (2, 'b')`);
    await using it = await migrationOf(path, folder.path);
    const { exit, result } = await it.migrate();
    expect({ exit, status: result.status }).toEqual({ exit: 0, status: 'verified' });
    expect(result.objects.find(({ kind }) => kind === 'foreign key')).toMatchObject({ outcome: 'created' });
    expect(await it.session.arrays(`SELECT convalidated::text FROM pg_constraint WHERE contype = 'f'`)).toEqual([['true']]);
  });

  test('that hides rows which break its uniqueness: all cross, the key is listed with their number, and a repair of them is refused', async () => {
    const path = build('twice.db', `
      CREATE TABLE t (id INTEGER PRIMARY KEY, code TEXT UNIQUE); INSERT INTO t VALUES (1, 'a')`,
    [{ index: 'sqlite_autoindex_t_1', table: 't', word: ' UNIQUE' }], `INSERT INTO t VALUES (2, 'a'), (3, 'b'), (4, 'b'), (5, 'b')`);
    await using it = await migrationOf(path, folder.path);
    const refused = refusalOf(await it.run(['plan', path, '--target', 'embedded', '--format', 'json', '--repair', 'duplicates=quarantine']));
    expect(refused).toMatchObject({ code: 'REPAIR_NOT_POSSIBLE', message: expect.stringContaining('REINDEX') });
    const { exit, result } = await it.migrate();
    // A critical finding, as the assessment's: somebody should look.
    expect({ exit, status: result.status }).toEqual({ exit: 1, status: 'verified' });
    expect(result.tables[0]?.rows).toMatchObject({ source: 5, loaded: 5 });
    expect(result.objects.find(({ kind }) => kind === 'unique')).toMatchObject({ outcome: 'listed', reason: expect.stringContaining('2:') });
    expect(result.findings.map(({ code }) => code)).toContain('finding.index-not-rebuilt');
  });

  test('rows that break a rule of their own table are no damage', async () => {
    const path = join(folder.path, 'rules.db');
    const db = new Database(path);
    db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 5))');
    db.pragma('ignore_check_constraints = ON');
    db.exec('INSERT INTO t VALUES (1, 1), (2, 7)');
    db.close();
    await using it = await migrationOf(path, folder.path);
    const found = codes((await it.run(['assess', path, '--format', 'json'])).stdout);
    expect(found).toContain('finding.check-broken');
    expect(found.filter((code) => /damaged/.test(code))).toEqual([]);
  });
});
