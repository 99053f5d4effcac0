import Database from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { corpusCopy, hasCorpus } from '../../test-support/corpus.ts';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { readSqliteCatalog } from './catalog.ts';
import { openSqlite } from './open.ts';

function catalogOf(...statements: string[]) {
  const db = new Database(':memory:');
  // Off, as in the programs whose files are read; and a foreign module can only be planted without defensive mode.
  db.pragma('foreign_keys = OFF');
  db.unsafeMode();
  for (const statement of statements) db.exec(statement);
  const catalog = readSqliteCatalog(db);
  db.close();
  return catalog;
}

describe('the catalog', () => {
  it('tells which column is the rowid and which name reaches it', () => {
    const { tables } = catalogOf(
      'CREATE TABLE alias (id INTEGER PRIMARY KEY, rowid TEXT)',
      'CREATE TABLE descending (id INTEGER PRIMARY KEY DESC, v)',
      'CREATE TABLE plain_int (id INT PRIMARY KEY, v)',
      'CREATE TABLE hidden (rowid, _rowid_, oid)',
      'CREATE TABLE without (b TEXT, a TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID',
      'CREATE TABLE strict_one (a INT) STRICT',
    );
    expect(tables.map((t) => [t.name, t.rowidAlias, t.rowidName, t.withoutRowid, t.strict])).toEqual([
      ['alias', 'id', '_rowid_', false, false],
      ['descending', null, 'rowid', false, false],
      ['plain_int', null, 'rowid', false, false],
      ['hidden', null, null, false, false],
      ['without', null, null, true, false],
      ['strict_one', null, 'rowid', false, true],
    ]);
    expect(tables[4]?.columns.map((c) => [c.name, c.pk])).toEqual([['b', 2], ['a', 1]]);
  });

  it('shows generated columns, defaults, indexes, keys and sequences', () => {
    const { tables, triggers, views } = catalogOf(
      'CREATE TABLE parent (a, b, c UNIQUE, PRIMARY KEY (a, b))',
      `CREATE TABLE child (id INTEGER PRIMARY KEY AUTOINCREMENT, a, b, n INT DEFAULT (1+2), g AS (n*2) VIRTUAL, s AS (n*3) STORED,
        FOREIGN KEY (a, b) REFERENCES parent ON DELETE CASCADE ON UPDATE SET NULL, FOREIGN KEY (n) REFERENCES nowhere)`,
      'CREATE UNIQUE INDEX part ON child (n DESC, lower(a)) WHERE n > 0',
      'CREATE INDEX nocase ON child (a COLLATE NOCASE)',
      "INSERT INTO child (a) VALUES ('x'), ('y')",
      "CREATE TABLE \"not AUTOINCREMENT\" (a TEXT DEFAULT 'AUTOINCREMENT')",
      'CREATE VIEW good AS SELECT a AS x, b FROM parent',
      'CREATE VIEW broken AS SELECT * FROM gone',
      'CREATE TRIGGER tr AFTER INSERT ON child BEGIN SELECT 1; END',
    );
    const child = tables.find((t) => t.name === 'child');
    expect(child?.columns.map((c) => [c.name, c.hidden])).toEqual([['id', 0], ['a', 0], ['b', 0], ['n', 0], ['g', 2], ['s', 3]]);
    expect(child?.columns[3]?.default).toBe('1+2');
    expect([child?.autoincrement, child?.sequence]).toEqual([true, '2']);
    expect(tables.find((t) => t.name.startsWith('not'))?.autoincrement).toBe(false);
    expect(child?.indexes.map((i) => [i.name, i.unique, i.partial, i.columns])).toEqual([
      ['part', true, true, [{ name: 'n', desc: true, collation: 'BINARY' }, { name: null, desc: false, collation: 'BINARY' }]],
      ['nocase', false, false, [{ name: 'a', desc: false, collation: 'NOCASE' }]],
    ]);
    expect(child?.foreignKeys).toEqual([
      { id: 0, columns: ['n'], parent: 'nowhere', parentColumns: [], onUpdate: 'NO ACTION', onDelete: 'NO ACTION', match: 'NONE' },
      { id: 1, columns: ['a', 'b'], parent: 'parent', parentColumns: ['a', 'b'], onUpdate: 'SET NULL', onDelete: 'CASCADE', match: 'NONE' },
    ]);
    expect(tables.find((t) => t.name === 'parent')?.indexes.map((i) => i.origin)).toEqual(['u', 'pk']);
    expect(views.map((v) => [v.name, v.columns, v.error !== null])).toEqual([['good', ['x', 'b'], false], ['broken', null, true]]);
    expect(triggers.map((t) => [t.name, t.table])).toEqual([['tr', 'child']]);
  });

  it('lists a virtual table whose module is not loaded, and the shadow tables of one that is', () => {
    const { tables } = catalogOf(
      'CREATE TABLE ok (a)',
      'CREATE VIRTUAL TABLE search USING fts5(body, note UNINDEXED)',
      `CREATE VIRTUAL TABLE over USING fts5(a, content="ok", tokenize = 'porter')`,
      `CREATE VIRTUAL TABLE words USING fts5(a, content='')`,
      'CREATE VIRTUAL TABLE old USING fts4(a, b, notindexed=b, languageid="lid", tokenize=unicode61)',
      'CREATE VIRTUAL TABLE box USING rtree(id, x0, x1, +label)',
      'CREATE VIRTUAL TABLE terms USING fts5vocab(search, row)',
      `PRAGMA writable_schema = ON; INSERT INTO sqlite_schema VALUES ('table', 'vec', 'vec', 0, 'CREATE VIRTUAL TABLE vec USING vec0(e float[3])'); PRAGMA writable_schema = RESET`,
    );
    const kinds = new Map(tables.map((t) => [t.name, [t.kind, t.error === null]]));
    expect(kinds.get('ok')).toEqual(['table', true]);
    expect(kinds.get('search')).toEqual(['table', true]);
    expect(kinds.get('over')).toEqual(['virtual', true]);
    expect(kinds.get('words')).toEqual(['virtual', true]);
    expect(kinds.get('terms')).toEqual(['virtual', true]);
    const [search, over, words, old, box] = ['search', 'over', 'words', 'old', 'box'].map((name) => tables.find((t) => t.name === name));
    expect(search).toMatchObject({ rowidAlias: 'rowid', virtual: { module: 'fts5', holds: 'rows', unindexed: ['note'] }, columns: [{ name: 'rowid', pk: 1 }, { name: 'body' }, { name: 'note' }] });
    expect(over?.virtual).toEqual({ module: 'fts5', holds: 'index', content: 'ok', unindexed: [], tokenizer: 'porter' });
    expect(words?.virtual?.holds).toBe('nothing');
    expect(old).toMatchObject({ virtual: { unindexed: ['b'], tokenizer: 'unicode61' }, columns: [{ name: 'rowid' }, { name: 'a' }, { name: 'b' }, { name: 'lid', declared: 'INTEGER' }] });
    expect(box).toMatchObject({ kind: 'table', rowidAlias: 'id', columns: [{ name: 'id', pk: 1 }, { name: 'x0' }, { name: 'x1' }, { name: 'label' }] });
    expect(kinds.get('search_data')).toEqual(['shadow', true]);
    expect(kinds.get('vec')).toEqual(['virtual', false]);
  });

  it.skipIf(!hasCorpus()).each([
    ['sqlite/chinook/chinook.sqlite', 11], ['sqlite/apps/northwind.db', 13], ['sqlite/apps/datasette_fixtures_partial.db', null],
    ['sqlite/apps/kuma.db', null], ['sqlite/apps/anythingllm_schema.db', null], ['sqlite/pgloader/my db.sqlite', null], ['sqlite/pgloader/collision.db', null],
    ['sqlite/pgloader/sqlite.db', null], ['sqlite/pgloader/storage.sqlite', null], ['sqlite/apps/llm_logs_schema.db', null], ['sqlite/apps/crush_schema.db', null],
  ])('reads %s', (file, count) => {
    using folder = tempFolder();
    using opened = openSqlite(corpusCopy(file, folder.path), { mode: 'read' });
    const { tables } = readSqliteCatalog(opened.db);
    if (count !== null) expect(tables.filter((t) => t.kind === 'table')).toHaveLength(count);
    expect(tables.filter((t) => t.error !== null && t.kind === 'table')).toEqual([]);
  });
});
