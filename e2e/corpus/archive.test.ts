/** At the end of a consolidation no source file is left in use, and each can be put back as it was. */
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, existsSync, globSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

describe.skipIf(!hasPostgres())('archive', () => {
  test('completed files are moved aside unchanged, never over another, never after they were written to', async () => {
    using folder = tempFolder('archive');
    await using database = await freshDatabase();
    const files = ['one', 'two'].map((name) => join(folder.path, `${name}.db`));
    for (const file of files) {
      const db = new Database(file);
      db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item (name) VALUES (1), (2)');
      db.close();
    }
    const bytes = files.map((file) => readFileSync(file));
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const { runId } = resultOf(await run('migrate', ...files, '--target', target.url));
    const aside = join(folder.path, 'backups', 'sqlite_stores');
    expect((await run('complete', runId, '--archive', aside)).code).toBe(0);
    expect(readdirSync(folder.path).filter((name) => name.endsWith('.db'))).toEqual([]);
    const list: { files: { from: string; to: string; sha256: string }[] } = JSON.parse(readFileSync(join(aside, `travessia-${runId}.json`), 'utf8'));
    expect(list.files.map(({ from }) => from)).toEqual(files);
    expect(list.files.map(({ to }, index) => readFileSync(to).equals(bytes[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
    expect(refusalOf(await run('complete', runId, '--archive', aside)).code).toBe('FILE_NOT_FOUND');

    const third = join(folder.path, 'three.db');
    const db = new Database(third);
    db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT)');
    const next = resultOf(await run('migrate', third, '--target', target.url, '--schema', 'three'));
    db.exec("INSERT INTO item (name) VALUES ('late')");
    db.close();
    expect(refusalOf(await run('complete', next.runId, '--archive', join(folder.path, 'late'))).code).toBe('WRONG_STATE');
    expect([existsSync(third), existsSync(join(folder.path, 'late', basename(third)))]).toEqual([true, false]);
  });

  test('a write in WAL mode that moves neither counter nor size is seen: by a run of an older plan, by its end, and before the file is moved', async () => {
    using folder = tempFolder('archive-wal');
    await using database = await freshDatabase();
    const file = join(folder.path, 'shop.db');
    const write = (sql: string): void => {
      const db = new Database(file);
      db.exec(sql);
      db.close();
    };
    write("PRAGMA journal_mode = WAL; CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item (name) VALUES ('old'), ('old')");
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const plan = join(folder.path, 'plan.json');
    expect((await run('plan', file, '--target', target.url, '--out', plan)).code).toBe(0);
    const counter = (): string => readFileSync(file).toString('hex', 24, 28);
    const before = counter();
    write("UPDATE item SET name = 'new' WHERE id = 2");
    expect(counter()).toBe(before);
    const result = resultOf(await run('migrate', plan));
    expect([result.status, result.sourceMoved]).toEqual(['verified', false]);
    await using session = await database.connect();
    expect(await session.arrays('SELECT name FROM item ORDER BY id')).toEqual([['old'], ['new']]);

    const aside = join(folder.path, 'aside');
    const next = join(folder.path, 'next.json');
    expect((await run('plan', file, '--target', target.url, '--schema', 'next', '--out', next)).code).toBe(0);
    write("UPDATE item SET name = 'late' WHERE id = 2");
    expect(refusalOf(await run('complete', result.runId, '--archive', aside)).code).toBe('WRONG_STATE');
    expect(existsSync(file)).toBe(true);
    // What the run copied is moved, though the plan had looked at an older state of it.
    const again = resultOf(await run('migrate', next));
    expect((await run('complete', again.runId, '--archive', aside)).code).toBe(0);
    expect(existsSync(file)).toBe(false);
  });

  test.each(['complete', 'rollback'])('after %s no copy of the source is left in the data folder', async (verb) => {
    using folder = tempFolder('copies');
    await using database = await freshDatabase();
    const file = join(folder.path, 'shop.db');
    const db = new Database(file);
    db.exec("CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item (name) VALUES ('private')");
    db.close();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const { runId } = resultOf(await run('migrate', file, '--target', target.url));
    const copies = () => globSync('{runs,snapshots}/**/*.snapshot*', { cwd: home });
    expect(copies().length).toBe(2);
    expect((await run(verb, runId)).code).toBe(0);
    expect(copies()).toEqual([]);
  });

  test('what was stopped in the middle is gone on with by its list; a file that changed meanwhile stays', async () => {
    using folder = tempFolder('archive-stopped');
    await using database = await freshDatabase();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const files = ['one', 'two', 'three'].map((name) => join(folder.path, `${name}.db`));
    for (const file of files) {
      const db = new Database(file);
      db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (1)');
      db.close();
    }
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const { runId } = resultOf(await run('migrate', ...files, '--target', target.url));
    expect((await run('complete', runId)).code).toBe(0);
    // As after kill -9: the list stands, one file is moved, one is on both sides.
    const aside = join(folder.path, 'aside');
    mkdirSync(aside);
    const moves = files.map((from) => ({ from, to: join(aside, basename(from)), bytes: readFileSync(from).length, sha256: createHash('sha256').update(readFileSync(from)).digest('hex') }));
    writeFileSync(join(aside, `travessia-${runId}.json`), JSON.stringify({ run: runId, movedAt: '', files: moves }));
    renameSync(files[0] ?? '', join(aside, 'one.db'));
    copyFileSync(files[1] ?? '', join(aside, 'two.db'));
    const third = readFileSync(files[2] ?? '');
    writeFileSync(files[2] ?? '', Buffer.concat([third, third]));
    expect(refusalOf(await run('complete', runId, '--archive', aside)).code).toBe('WRONG_STATE');
    expect(files.map((file) => existsSync(file))).toEqual([false, true, true]);
    writeFileSync(files[2] ?? '', third);
    const ended = await run('complete', runId, '--archive', aside);
    expect(ended.code, ended.stdout).toBe(0);
    expect(files.map((file) => existsSync(file))).toEqual([false, false, false]);
    expect(moves.map(({ to, sha256 }) => createHash('sha256').update(readFileSync(to)).digest('hex') === sha256)).toEqual([true, true, true]);
  });

  test.skipIf(process.getuid?.() === 0)('a file that may not be read is told as that, and stays', async () => {
    using folder = tempFolder('archive-unreadable');
    await using database = await freshDatabase();
    const file = join(folder.path, 'shop.db');
    const db = new Database(file);
    db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (1)');
    db.close();
    const home = join(folder.path, 'home');
    mkdirSync(home);
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const { runId } = resultOf(await run('migrate', file, '--target', target.url));
    chmodSync(file, 0o000);
    const aside = join(folder.path, 'aside');
    expect(refusalOf(await run('complete', runId, '--archive', aside)).code).toBe('FILE_NOT_READABLE');
    expect([existsSync(file), existsSync(aside)]).toEqual([true, false]);
    chmodSync(file, 0o644);
    expect((await run('complete', runId, '--archive', aside)).code).toBe(0);
  });

  test('files of one name are moved aside under names that tell them apart', async () => {
    using folder = tempFolder('archive-names');
    await using database = await freshDatabase();
    const home = join(folder.path, 'home');
    const files = ['north', 'south'].map((name) => join(folder.path, name, 'sales.db'));
    for (const path of [home, ...files.map((file) => dirname(file))]) mkdirSync(path);
    for (const [index, file] of files.entries()) {
      const db = new Database(file);
      db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY); INSERT INTO item VALUES (${index})`);
      db.close();
    }
    const target = splitUrl(database.url);
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home, password: target.password });
    const { runId } = resultOf(await run('migrate', ...files, '--target', target.url));
    const bytes = files.map((file) => readFileSync(file));
    const aside = join(folder.path, 'aside');
    expect((await run('complete', runId, '--archive', aside)).code).toBe(0);
    expect(readdirSync(aside).toSorted()).toEqual(['north_sales.db', 'south_sales.db', `travessia-${runId}.json`]);
    expect(['north', 'south'].map((name, index) => readFileSync(join(aside, `${name}_sales.db`)).equals(bytes[index] ?? Buffer.alloc(0)))).toEqual([true, true]);
  });
});
