import { describe, expect, test } from 'vitest';
import {
  parseCreateIndex, parseCreateTable, parseCreateTrigger, parseCreateView, parseCreateVirtualTable, SqliteSyntaxError,
} from './index.ts';

describe('parseCreateTable', () => {
  test('every column constraint', () => {
    const table = parseCreateTable(`CREATE TABLE "a b".[t] (
      id INTEGER CONSTRAINT pk PRIMARY KEY DESC ON CONFLICT REPLACE AUTOINCREMENT,
      'quoted' VARCHAR ( 10 , 2 ) NOT NULL ON CONFLICT IGNORE DEFAULT 'it''s' COLLATE nocase UNIQUE,
      n UNSIGNED BIG INT CHECK (n > 0) CONSTRAINT small CHECK (n < 10) DEFAULT -5,
      d DEFAULT (datetime('now')), k DEFAULT CURRENT_TIMESTAMP, w DEFAULT true, e DEFAULT +1.5e3, x DEFAULT x'00',
      p REFERENCES other(id, id2) ON DELETE SET NULL ON UPDATE CASCADE MATCH FULL DEFERRABLE INITIALLY DEFERRED,
      q CONSTRAINT fk REFERENCES "o" NOT DEFERRABLE INITIALLY DEFERRED,
      g INT GENERATED ALWAYS AS (n * 2) STORED, v AS (n || 'x'), plain
    )`);
    expect(table).toMatchObject({ name: 't', schema: 'a b', withoutRowid: false, strict: false });
    const column = Object.fromEntries(table.columns.map((one) => [one.name, one]));
    expect(column['id']).toMatchObject({ declaredType: 'INTEGER', primaryKey: { name: 'pk', order: 'DESC', onConflict: 'REPLACE', autoincrement: true } });
    expect(column['quoted']).toMatchObject({ declaredType: 'VARCHAR ( 10 , 2 )', notNull: { onConflict: 'IGNORE' }, default: { kind: 'literal', text: "'it''s'" }, collate: 'nocase', unique: [{}] });
    expect(column['n']).toMatchObject({ declaredType: 'UNSIGNED BIG INT', check: [{ expression: 'n > 0' }, { name: 'small', expression: 'n < 10' }], default: { kind: 'literal', text: '-5' } });
    expect(column['d']?.default).toEqual({ kind: 'expression', text: "datetime('now')" });
    expect(column['k']?.default).toEqual({ kind: 'keyword', text: 'CURRENT_TIMESTAMP' });
    expect(column['w']?.default).toEqual({ kind: 'keyword', text: 'true' });
    expect(column['e']?.default?.text).toBe('+1.5e3');
    expect(column['p']?.references).toEqual([{ table: 'other', columns: ['id', 'id2'], onDelete: 'SET NULL', onUpdate: 'CASCADE', match: 'FULL', deferrable: true, initiallyDeferred: true }]);
    expect(column['q']?.references[0]).toMatchObject({ name: 'fk', columns: [], deferrable: false, initiallyDeferred: false });
    expect(column['g']).toMatchObject({ declaredType: 'INT', generated: { expression: 'n * 2', stored: true } });
    expect(column['v']).toMatchObject({ declaredType: '', generated: { expression: "n || 'x'", stored: false } });
    expect(column['plain']).toEqual({ name: 'plain', declaredType: '', unique: [], check: [], references: [] });
  });

  test('table constraints, with or without commas between them, and options', () => {
    const table = parseCreateTable(`create table t(a, b, constraint k primary key (a collate nocase desc, b) unique (b) on conflict fail
      check (a > b), constraint f foreign key (a, b) references o on delete restrict) without rowid, strict;`);
    expect(table).toMatchObject({ withoutRowid: true, strict: true });
    expect(table.constraints).toMatchObject([
      { type: 'primaryKey', name: 'k', columns: [{ name: 'a', collate: 'nocase', descending: true }, { name: 'b', descending: false }] },
      { type: 'unique', columns: [{ name: 'b' }], onConflict: 'FAIL' },
      { type: 'check', expression: 'a > b' },
      { type: 'foreignKey', name: 'f', columns: ['a', 'b'], references: { table: 'o', columns: [], onDelete: 'RESTRICT' } },
    ]);
  });

  test('comments go with their columns', () => {
    const { comments } = parseCreateTable('CREATE TABLE t(\n  a INTEGER, -- the key\n  /* above b */\n  b TEXT -- last\n)');
    expect(comments).toEqual([{ text: 'the key', column: 'a' }, { text: 'above b', column: 'b' }, { text: 'last', column: 'b' }]);
  });

  test('CREATE TABLE … AS SELECT as typed', () => {
    expect(parseCreateTable('CREATE TABLE t AS SELECT 1;')).toMatchObject({ columns: [], asSelect: 'SELECT 1' });
  });

  test.each(['CREATE TABLE t', 'CREATE TABLE t(a', "CREATE TABLE t(a DEFAULT 'open)", 'CREATE TABLE t(a) nonsense', 'DROP TABLE t'])('refuses %s', (text) => {
    expect(() => parseCreateTable(text)).toThrow(SqliteSyntaxError);
  });
});

test('parseCreateIndex', () => {
  expect(parseCreateIndex("CREATE UNIQUE INDEX IF NOT EXISTS main.i ON t(a COLLATE nocase DESC, lower(b), 'c') WHERE a IS NOT NULL")).toEqual({
    name: 'i', schema: 'main', table: 't', unique: true, where: 'a IS NOT NULL',
    terms: [
      { column: 'a', expression: 'a', collate: 'nocase', descending: true },
      { expression: 'lower(b)', descending: false },
      { column: 'c', expression: "'c'", descending: false },
    ],
  });
});

test('parseCreateView', () => {
  expect(parseCreateView('CREATE TEMP VIEW v(a, "b") AS SELECT 1, 2;')).toEqual({ name: 'v', temporary: true, columns: ['a', 'b'], select: 'SELECT 1, 2' });
});

test('parseCreateTrigger', () => {
  const text = 'CREATE TRIGGER r AFTER UPDATE OF a, b ON t FOR EACH ROW WHEN new.a > 1 BEGIN UPDATE t SET a = CASE WHEN 1 THEN 2 END; SELECT 1; END';
  expect(parseCreateTrigger(text)).toEqual({
    name: 'r', temporary: false, timing: 'AFTER', event: 'UPDATE', columns: ['a', 'b'], table: 't', when: 'new.a > 1',
    body: 'UPDATE t SET a = CASE WHEN 1 THEN 2 END; SELECT 1;',
  });
});

test('parseCreateVirtualTable', () => {
  expect(parseCreateVirtualTable(`CREATE VIRTUAL TABLE f USING fts5(a, "b c", tokenize = 'porter unicode61', prefix='2 3')`)).toEqual({
    name: 'f', module: 'fts5', args: ['a', '"b c"', "tokenize = 'porter unicode61'", "prefix='2 3'"],
  });
});
