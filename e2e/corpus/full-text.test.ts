/** Full-text and R-tree tables: rows of their own cross as tables, words are found by a stored tsvector; what cannot cross is listed. */
import { join } from 'node:path';
import type Database from 'better-sqlite3';
import { afterAll, describe, expect, test } from 'vitest';
import { buildSqlite, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { migrationOf } from './migrate-file.ts';

const folder = tempFolder('full-text');
afterAll(() => folder.remove());

const build = (name: string, sql: string, fill?: (db: Database.Database) => void): string => buildSqlite(join(folder.path, name), sql, fill);

const source = `
CREATE TABLE post (id INTEGER PRIMARY KEY, title TEXT NOT NULL, body TEXT, views INTEGER, shout TEXT AS (upper(title)));
INSERT INTO post (id, title, body, views) VALUES (1, 'The crossing', 'A river runs through it', 3), (7, 'Ação', NULL, 1), (9, 'O''Neil', 'quotes ''n'' things', NULL);
CREATE VIRTUAL TABLE post_fts USING fts5(title, body, content='post', content_rowid='id', tokenize='porter');
INSERT INTO post_fts (post_fts) VALUES ('rebuild');
CREATE TRIGGER post_ai AFTER INSERT ON post BEGIN INSERT INTO post_fts (rowid, title, body) VALUES (new.id, new.title, new.body); END;
CREATE TRIGGER post_ad AFTER DELETE ON post BEGIN INSERT INTO post_fts (post_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body); END;
CREATE TRIGGER post_au AFTER UPDATE ON post BEGIN
  INSERT INTO post_fts (post_fts, rowid, title, body) VALUES ('delete', old.id, old.title, old.body);
  INSERT INTO post_fts (rowid, title, body) VALUES (new.id, new.title, new.body);
  UPDATE post SET views = coalesce(views, 0) + 1 WHERE id = new.id; END;
CREATE VIRTUAL TABLE old_fts USING fts4(content="post", body);
CREATE VIRTUAL TABLE note USING fts5(subject, text, tag UNINDEXED);
INSERT INTO note (rowid, subject, text, tag) VALUES (5, 'shopping', 'bread and milk', 'home'), (-3, 'x', NULL, ''), (9000000000, 'far', 'away', 'emoji 😀');
CREATE VIRTUAL TABLE mail USING fts4(subject, body, notindexed=body, languageid="lang", tokenize=unicode61);
INSERT INTO mail (docid, subject, body, lang) VALUES (4, 'hello', 'secret words', 2), (6, 'again', 'more', 0);
CREATE VIRTUAL TABLE plain USING fts3; INSERT INTO plain (content) VALUES ('only one column'), (NULL);
CREATE VIRTUAL TABLE empty USING fts5(a, b);
CREATE VIRTUAL TABLE words USING fts5(a, content=''); INSERT INTO words (rowid, a) VALUES (1, 'nobody knows');
CREATE VIRTUAL TABLE terms USING fts5vocab(note, row);
CREATE VIEW shown AS SELECT id, title FROM post; CREATE VIRTUAL TABLE view_fts USING fts5(title, content='shown', content_rowid='id');
CREATE VIRTUAL TABLE place USING rtree(id, x0, x1, y0, y1, +label TEXT);
INSERT INTO place VALUES (1, 0.1, 2.5, -3, 1e10, 'here'), (8, 0, 0, 0, 0, NULL);
CREATE VIRTUAL TABLE cell USING rtree_i32(id, a, b); INSERT INTO cell VALUES (3, -5, 2147483647);`;

describe.skipIf(!hasPostgres())('full-text tables', () => {
  test('cross as searchable columns and as tables with all their rows', async () => {
    await using it = await migrationOf(build('texts.db', source), folder.path);
    const before = await catalogState(it.session);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    const { tables } = await it.shape();
    expect(Object.keys(tables).toSorted()).toEqual(['cell', 'empty', 'mail', 'note', 'place', 'plain', 'post']);
    expect(tables['note']).toMatchObject({
      rows: 3, columns: { rowid: 'integer', subject: 'text', text: 'text', tag: 'text', note_search: 'tsvector' }, primaryKey: ['rowid'], identity: { column: 'rowid', next: '9000000001' }, indexes: [['note_search']],
    });
    expect(tables['mail']).toMatchObject({ rows: 2, columns: { rowid: 'integer', subject: 'text', body: 'text', lang: 'integer', mail_search: 'tsvector' } });
    expect(tables['plain']).toMatchObject({ rows: 2, columns: { rowid: 'integer', content: 'text' } });
    expect(tables['empty']).toMatchObject({ rows: 0, columns: { rowid: 'integer', a: 'text', b: 'text', empty_search: 'tsvector' } });
    expect(tables['place']).toMatchObject({ rows: 2, columns: { id: 'integer', x0: 'float', label: 'text' }, primaryKey: ['id'], identity: { next: '9' } });
    expect(tables['cell']).toMatchObject({ rows: 1, columns: { id: 'integer', a: 'integer', b: 'integer' } });
    expect(tables['post']).toMatchObject({ rows: 3, columns: { post_fts_search: 'tsvector', old_fts_search: 'tsvector' }, indexes: [['old_fts_search'], ['post_fts_search']] });

    const outcomeOf = (name: string) => result.objects.find((object) => object.name === name && (object.kind === 'virtual table' || object.kind === 'trigger'));
    for (const name of ['post_fts', 'old_fts', 'note', 'mail', 'plain', 'empty', 'place', 'cell', 'post_ai', 'post_ad', 'post_au']) {
      expect(outcomeOf(name)?.outcome, `${name}: ${outcomeOf(name)?.reason}`).toBe('translated');
    }
    for (const name of ['words', 'terms', 'view_fts']) expect(outcomeOf(name)?.outcome, name).toBe('listed');
    expect(result.objects.filter((object) => (object.reason ?? '').length < 10 && object.outcome === 'listed')).toEqual([]);
    expect(result.findings.filter((finding) => finding.code === 'run.finding.object-differs')).toEqual([]);
    it.expectEveryCell(result);

    const found = async (table: string, column: string, word: string) => (await it.session.arrays(`SELECT * FROM ${table} WHERE ${column} @@ plainto_tsquery('simple', '${word}')`)).map(([key]) => key);
    expect(await found('post', 'post_fts_search', 'river')).toEqual(['1']);
    expect(await found('post', 'post_fts_search', 'ação')).toEqual(['7']);
    expect(await found('note', 'note_search', 'milk')).toEqual(['5']);
    expect(await found('note', 'note_search', 'home'), 'an unindexed column is not searched').toEqual([]);
    expect(await found('mail', 'mail_search', 'hello')).toEqual(['4']);
    expect(await found('mail', 'mail_search', 'secret')).toEqual([]);
    // What the triggers did for the index happens by itself; the rest of their work goes on.
    await it.session.exec(`INSERT INTO post (id, title, body) VALUES (20, 'fresh', 'ink'); UPDATE post SET body = 'dry ink' WHERE id = 20; DELETE FROM post WHERE id = 1`);
    expect(await found('post', 'post_fts_search', 'dry')).toEqual(['20']);
    expect(await found('post', 'post_fts_search', 'river')).toEqual([]);
    expect((await it.session.one('SELECT views FROM post WHERE id = 20'))?.['views']).toBe('1');
    await it.session.exec(`DELETE FROM post WHERE id = 20`);
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect((await catalogState(it.session)).filter((line) => !line.includes('travessia_'))).toEqual(before);
  });

  test('roll back to what was there', async () => {
    await using it = await migrationOf(build('back.db', source), folder.path);
    const before = await catalogState(it.session);
    const { result } = await it.migrate();
    expect((await it.run(['rollback', result.runId])).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('a text too long to be searched crosses all the same; the search is listed', async () => {
    const path = build('long.db', `CREATE VIRTUAL TABLE log USING fts5(line); CREATE TABLE book (id INTEGER PRIMARY KEY, page TEXT); CREATE VIRTUAL TABLE book_fts USING fts5(page, content=book, content_rowid=id);
      CREATE TRIGGER book_ai AFTER INSERT ON book BEGIN INSERT INTO book_fts (rowid, page) VALUES (new.id, new.page); END;`, (db) => {
      const words = Array.from({ length: 200_000 }, (_, n) => `word${n.toString(36)}`).join(' ');
      db.prepare('INSERT INTO log (line) VALUES (?)').run(words);
      db.prepare('INSERT INTO book VALUES (1, ?)').run(words);
    });
    await using it = await migrationOf(path, folder.path);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    for (const name of ['log', 'book_fts', 'book_ai']) {
      expect(result.objects.find((object) => object.name === name && object.kind !== 'table')?.outcome, name).toBe('listed');
    }
    expect(result.objects.find((object) => object.name === 'log')?.reason).toMatch(/too long/);
    it.expectEveryCell(result);
  });

  test('an index of a column that was renamed since is listed; the rows of the file are sound and cross', async () => {
    const renamed = "CREATE TABLE a (id INTEGER PRIMARY KEY, t TEXT); INSERT INTO a VALUES (1, 'x'); CREATE VIRTUAL TABLE f USING fts5(t, content='a', content_rowid='id'); ALTER TABLE a RENAME COLUMN t TO t2";
    await using it = await migrationOf(build('renamed.db', renamed), folder.path);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(result.objects.find(({ name }) => name === 'f')).toMatchObject({ kind: 'virtual table', outcome: 'listed' });
  });

  test('thousands of rows are read in chunks, by number', async () => {
    const path = build('many.db', 'CREATE VIRTUAL TABLE many USING fts5(a); CREATE VIRTUAL TABLE older USING fts4(a, b)', (db) => {
      const one = db.prepare('INSERT INTO many (rowid, a) VALUES (?, ?)');
      const two = db.prepare('INSERT INTO older (docid, a, b) VALUES (?, ?, ?)');
      for (let n = 1; n <= 7000; n += 1) {
        one.run(n * 3 - 5000, `row ${n}`);
        two.run(n * 2, `row ${n}`, n % 7 === 0 ? null : 'b');
      }
    });
    await using it = await migrationOf(path, folder.path);
    const { exit, result, stderr } = await it.migrate();
    expect({ exit, status: result.status }, stderr).toEqual({ exit: 0, status: 'verified' });
    expect(result.tables.map((table) => [table.source.table, table.rows.source, table.rows.loaded])).toEqual([['many', 7000, 7000], ['older', 7000, 7000]]);
    it.expectEveryCell(result);
  });
});
