/** A PGlite folder as target: the ordinary run, verification and way back, and what one process at a time means. */
import { cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { command, resultOf, startCommand } from './command-line.ts';

const folder = tempFolder('pglite-target');
afterAll(() => folder[Symbol.dispose]());
const home = join(folder.path, 'home');
const source = join(folder.path, 'shop.db');
const empty = join(folder.path, 'empty');

const run = (...words: string[]) => command([...words, '--format', 'json'], { home });
const errorOf = (stdout: string): string => {
  const parsed: { error?: { code: string } } = JSON.parse(stdout);
  return parsed.error?.code ?? 'none';
};

/** A folder as PGlite makes it, copied: making one takes seconds. */
function fresh(name: string): string {
  const path = join(folder.path, name);
  cpSync(empty, path, { recursive: true });
  return path;
}

async function ask(path: string, sql: string): Promise<unknown[]> {
  const database = await PGlite.create(path);
  try {
    return (await database.query<unknown>(sql)).rows;
  } finally {
    await database.close();
  }
}

describe.skipIf(!hasPostgres())('a PGlite folder', () => {
  beforeAll(async () => {
    mkdirSync(home);
    await (await PGlite.create(empty)).close();
    const db = new Database(source);
    db.exec(`CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE); CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT, author INTEGER NOT NULL REFERENCES author(id), title TEXT, price NUMERIC(8,2), raw BLOB, up INTEGER AS (id + 1));
      CREATE INDEX book_title ON book (title); CREATE VIEW titles AS SELECT a.name, b.title FROM book b JOIN author a ON a.id = b.author;
      CREATE TRIGGER noted AFTER INSERT ON author BEGIN UPDATE author SET name = trim(name) WHERE id = new.id; END; INSERT INTO author VALUES (1, 'Ana'), (2, 'Zoë');
      WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO book (author, title, price, raw) SELECT 1 + i % 2, 'title ' || i || ' é', i / 4.0, x'00ff' FROM n`);
    db.close();
  }, 240_000);

  test('is loaded, verified cell by cell, verified again, and rolled back', async () => {
    const target = fresh('first');
    const migrated = await run('migrate', source, '--target', `pglite:${target}`);
    const result = resultOf(migrated);
    expect({ code: migrated.code, status: result.status, swapped: result.swapped }, migrated.stderr).toEqual({ code: 0, status: 'verified', swapped: true });
    expect(await ask(target, 'SELECT count(*)::int AS n, max(up)::int AS up FROM book')).toEqual([{ n: 20000, up: 20001 }]);
    expect(await ask(target, `INSERT INTO author (name) VALUES (' Caio ') RETURNING id::int AS id`)).toEqual([{ id: 3 }]);
    expect(await ask(target, `DELETE FROM author WHERE id = 3 RETURNING name`)).toEqual([{ name: 'Caio' }]);
    expect((await run('verify', result.runId)).code).toBe(0);
    expect((await run('rollback', result.runId)).code).toBe(0);
    expect(await ask(target, `SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);
    expect(await ask(target, `SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace`)).toEqual([]);
  }, 400_000);

  test('goes on after kill -9 where it stood, and is refused to a second program meanwhile', async () => {
    const target = fresh('killed');
    const started = startCommand(['migrate', source, '--target', `pglite:${target}`, '--format', 'json'], { home });
    await expect.poll(() => existsSync(`${target}.lock`), { timeout: 60_000 }).toBe(true);
    const refused = await run('migrate', source, '--target', `pglite:${target}`);
    expect([refused.code, errorOf(refused.stdout)]).toEqual([3, 'DATABASE_BUSY']);
    const ids = async (): Promise<string[]> => {
      const listed: { id: string; state: string; target: string; next: string[] }[] = JSON.parse((await run('runs')).stdout);
      return listed.filter((each) => each.target.endsWith('/killed')).map(({ id }) => id);
    };
    started.child.kill('SIGKILL');
    await started.ended;
    const [id] = await ids();
    const resumed = await run('resume', id ?? '');
    // Struck before its journal was there, or after its swap, there is nothing to resume.
    const again = resumed.code === 0 ? resumed : await run('migrate', source, '--target', `pglite:${target}`);
    expect(again.code, again.stdout + again.stderr).toBe(0);
    expect(await ask(target, 'SELECT count(*)::int AS n FROM book')).toEqual([{ n: 20000 }]);
  }, 400_000);

  test('is merged into and filled as any target, and completed', async () => {
    const target = fresh('merged');
    await ask(target, `CREATE TABLE author (id integer PRIMARY KEY, name varchar(20) NOT NULL)`);
    await ask(target, `INSERT INTO author VALUES (1, 'old'), (9, 'own')`);
    const migrated = await run('migrate', source, '--target', `pglite:${target}`, '--if-exists', 'upsert', '--override', 'book:exclude=true');
    const result = resultOf(migrated);
    expect(result.tables[0]?.merged, migrated.stderr).toEqual({ inserted: 1, updated: 1, unchanged: 0 });
    expect((await run('complete', result.runId)).code).toBe(0);
    expect(await ask(target, 'SELECT id, name FROM author ORDER BY id')).toEqual([{ id: 1, name: 'Ana' }, { id: 2, name: 'Zoë' }, { id: 9, name: 'own' }]);
  }, 400_000);

  test('is made where there is none, and no other folder is written into', async () => {
    const refused = await run('migrate', source, '--target', `pglite:${home}`);
    expect([refused.code, errorOf(refused.stdout)]).toEqual([2, 'UNSUPPORTED_TARGET']);
    const target = join(folder.path, 'new', 'made');
    expect((await run('migrate', source, '--target', `pglite:${target}`, '--override', 'book:exclude=true')).code).toBe(0);
    expect(await ask(target, 'SELECT count(*)::int AS n FROM author')).toEqual([{ n: 2 }]);
    rmSync(target, { recursive: true });
  }, 400_000);
});
