/** Several files at once: each to its schema, one run, one evidence; a damaged one stays behind and is named. */
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

function make(path: string, rows: number): void {
  const db = new Database(path);
  db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL); CREATE TABLE other (id INTEGER PRIMARY KEY, v TEXT)');
  const insert = db.prepare('INSERT INTO item (name) VALUES (?)');
  db.transaction(() => { for (let n = 0; n < rows; n += 1) insert.run(`item ${n} ${'x'.repeat(60)}`); })();
  db.exec("INSERT INTO other VALUES (1, 'kept')");
  db.close();
}

describe.skipIf(!hasPostgres())('several files', () => {
  test('the sound ones cross, each to its schema; a damaged one and one that is no database are named with what can be read', async () => {
    using folder = tempFolder('several');
    await using database = await freshDatabase();
    const files = ['one', 'two', 'broken'].map((name) => join(folder.path, `${name}.db`));
    for (const file of files) make(file, 2000);
    const handle = openSync(files[2] ?? '', 'r+');
    for (let page = 20; page < 30; page += 1) writeSync(handle, Buffer.alloc(4096, 0x5a), 0, 4096, page * 4096);
    closeSync(handle);
    const notes = join(folder.path, 'notes.db');
    writeFileSync(notes, 'a shopping list\n'.repeat(500));
    const before = readFileSync(files[2] ?? '');

    const target = splitUrl(database.url);
    const options = { home: join(folder.path), password: target.password };
    const ended = await command(['migrate', ...files, notes, '--target', target.url, '--format', 'json'], options);
    const result = resultOf(ended);
    expect([ended.code, result.status]).toEqual([1, 'verified']);
    expect(result.tables.map(({ source, target: to, rows }) => [source.database, `${to.schema}.${to.table}`, rows.loaded]).toSorted()).toEqual([
      ['one.db', 'one.item', 2000], ['one.db', 'one.other', 1], ['two.db', 'two.item', 2000], ['two.db', 'two.other', 1],
    ]);
    const critical = result.findings.filter((finding) => finding.severity === 'critical');
    expect(critical.map(({ object, params }) => [object, params?.['reason']]).toSorted()).toEqual([[files[2], 'DATABASE_CORRUPT'], [notes, 'NOT_A_DATABASE']]);
    // What can be salvaged: the table that is whole, and the rows before the damage.
    expect(critical.find(({ object }) => object === files[2])?.params?.['salvage']).toMatch(/^item: \d+…, other: 1$/);
    expect(readFileSync(files[2] ?? '').equals(before)).toBe(true);

    const evidence = join(folder.path, 'evidence');
    expect((await command(['evidence', result.runId, '--out', evidence], options)).code).toBe(0);
    expect((await command(['rollback', result.runId], options)).code).toBe(0);
  });

  test('of one name in several folders are told apart by their folders, whatever becomes of tables of one name', async () => {
    using folder = tempFolder('namesakes');
    await using database = await freshDatabase();
    const target = splitUrl(database.url);
    const options = { home: folder.path, password: target.password };
    const files = ['north', 'south'].map((name) => join(folder.path, name, 'sales.db'));
    for (const [index, file] of files.entries()) {
      mkdirSync(dirname(file));
      make(file, index * 3);
    }
    for (const [collisions, tables] of [
      ['schema', ['north/sales.db north_sales.item 0', 'north/sales.db north_sales.other 1', 'south/sales.db south_sales.item 3', 'south/sales.db south_sales.other 1']],
      ['prefix', ['north/sales.db public.north_sales_item 0', 'north/sales.db public.north_sales_other 1', 'south/sales.db public.south_sales_item 3', 'south/sales.db public.south_sales_other 1']],
    ] as const) {
      const ended = await command(['migrate', ...files, '--collisions', collisions, '--target', target.url, '--format', 'json'], options);
      const result = resultOf(ended);
      expect({ exit: ended.code, status: result.status }, ended.stderr).toEqual({ exit: 0, status: 'verified' });
      expect(result.tables.map(({ source, target: to, rows }) => `${source.database} ${to.schema}.${to.table} ${rows.loaded}`).toSorted()).toEqual(tables);
    }
    const merged = resultOf(await command(['migrate', ...files, '--collisions', 'merge', '--target', target.url, '--format', 'json'], options));
    expect(merged.tables.map(({ target: to, rows }) => `${to.schema}.${to.table} ${rows.loaded}`).toSorted()).toEqual(['public.item 3', 'public.other 2']);
    expect(refusalOf(await command(['migrate', ...files, '--collisions', 'fail', '--target', target.url, '--format', 'json'], options)).code).toBe('NAME_COLLISION');
    expect(refusalOf(await command(['plan', files[0] ?? '', files[0] ?? '', '--target', target.url, '--format', 'json'], options))).toMatchObject({ code: 'INVALID_INPUT', message: expect.stringContaining('twice') });
  });

  test('of two encodings are not merged, and that is said before anything begins', async () => {
    using folder = tempFolder('encodings');
    await using database = await freshDatabase();
    const target = splitUrl(database.url);
    const files = ['a', 'b'].map((name) => join(folder.path, `${name}.db`));
    for (const [index, file] of files.entries()) {
      const db = new Database(file);
      db.exec(`PRAGMA encoding = '${index === 0 ? 'UTF-8' : 'UTF-16le'}'; CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES (${index}, 'é')`);
      db.close();
    }
    const merge = (mode: string) => command(['migrate', ...files, '--collisions', mode, '--target', target.url, '--format', 'json'], { home: folder.path, password: target.password });
    expect(refusalOf(await merge('merge'))).toMatchObject({ code: 'NAME_COLLISION', message: expect.stringContaining('UTF-16le'), hint: expect.stringContaining('prefix') });
    expect(resultOf(await merge('prefix')).status).toBe('verified');
  });

  test('one whose damaged table would be merged stays behind like any other: neither its texts nor its rows are asked for', async () => {
    using folder = tempFolder('merge-damaged');
    await using database = await freshDatabase();
    const files = ['a', 'b', 'c'].map((name) => join(folder.path, `${name}.db`));
    for (const file of files) {
      const db = new Database(file);
      db.exec(`CREATE TABLE seen (id INTEGER PRIMARY KEY, at TIMESTAMP, words TEXT CHECK (length(words) > 0));
        WITH RECURSIVE n (n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM n WHERE n < 2000) INSERT INTO seen SELECT n, '2024-05-06 07:08:09', 'text of ' || n FROM n`);
      db.close();
    }
    // The table's root is an inner page; its right-most child now lies far outside of the file (https://sqlite.org/fileformat2.html#b_tree_pages).
    const handle = openSync(files[1] ?? '', 'r+');
    writeSync(handle, Buffer.alloc(4, 0xff), 0, 4, 4096 + 8);
    closeSync(handle);
    const target = splitUrl(database.url);
    const ended = await command(['migrate', ...files, '--collisions', 'merge', '--target', target.url, '--format', 'json'], { home: folder.path, password: target.password });
    const result = resultOf(ended);
    expect([ended.code, result.status, result.tables.map(({ target: to, rows }) => [to.table, rows.loaded])]).toEqual([1, 'verified', [['seen', 4000]]]);
    expect(result.findings.flatMap(({ severity, object, params }) => (severity === 'critical' ? [[object, params?.['reason']]] : []))).toEqual([[files[1], 'DATABASE_CORRUPT']]);
  });

  test('triggers of one name have functions of their own where tables of several files share a schema', async () => {
    using folder = tempFolder('several-triggers');
    await using database = await freshDatabase();
    const files = ['m1', 'm2'].map((name) => join(folder.path, `${name}.db`));
    for (const file of files) {
      const db = new Database(file);
      db.exec('CREATE TABLE post (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE log (id INTEGER PRIMARY KEY, n INTEGER); CREATE TRIGGER kept AFTER INSERT ON post BEGIN INSERT INTO log (n) VALUES (NEW.n); END; INSERT INTO post VALUES (1, 1)');
      db.close();
    }
    const target = splitUrl(database.url);
    const result = resultOf(await command(['migrate', ...files, '--collisions', 'prefix', '--target', target.url, '--format', 'json'], { home: folder.path, password: target.password }));
    expect(result.objects.flatMap(({ kind, name, outcome }) => (kind === 'trigger' ? [[name, outcome]] : []))).toEqual([['kept', 'translated'], ['kept', 'translated']]);
    await using session = await database.connect();
    await session.exec('INSERT INTO m1_post (n) VALUES (7); INSERT INTO m2_post (n) VALUES (8)');
    expect(await session.arrays('SELECT array_agg(n) FROM m1_log UNION ALL SELECT array_agg(n) FROM m2_log')).toEqual([['{1,7}'], ['{1,8}']]);
  });
});
