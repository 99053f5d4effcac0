/** kill -9 of the program while it makes the search index of a library in PostgreSQL: what stands is said as it is, and the next build ends it. */
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createCore } from '../../src-main/core/composition.ts';
import { fourTableMapping, fourTables } from '../../src-main/core/conversations/postgres/test-library.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { startCommand, until } from './command-line.ts';

const rows = 16_000;

test.skipIf(!hasPostgres())('killed while it gathers the words, and again while it builds an index over them', async () => {
  using folder = tempFolder('kill-index');
  await using database = await freshDatabase();
  await using session = await database.connect();
  await using holder = await database.connect();
  // Few rows on a page: several pieces without many bytes.
  await session.exec(`${fourTables} ALTER TABLE messages SET (fillfactor = 10);
    INSERT INTO conversations (id, name) SELECT md5('c' || n)::uuid, 'Talk ' || n FROM generate_series(1, 50) n;
    INSERT INTO messages (id, conversation_id, role, content, created_at) SELECT md5('m' || n)::uuid, md5('c' || 1 + n % 50)::uuid, 'user', 'the refund number ' || n || ' of the customer' || CASE WHEN n % 4000 = 0 THEN ' and a walrus' ELSE '' END || repeat('.', 120), timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, ${rows}) n; ANALYZE`);
  const home = join(folder.path, 'home');
  const started = async <T>(work: (core: Awaited<ReturnType<typeof createCore>>) => Promise<T>): Promise<T> => {
    const core = await createCore({ home });
    try {
      return await work(core);
    } finally {
      await core.close();
    }
  };
  const { id } = await started(({ handlers }) => handlers['libraries/add']({ source: database.url, name: 'Support', mapping: fourTableMapping }));
  const one = async (sql: string): Promise<string | null> => (await session.one(`SELECT (${sql})::text AS x`))?.['x'] ?? null;
  const documents = async (): Promise<string> => (await one(`SELECT documents FROM travessia_search.libraries`)) ?? '';
  const asked = { library: id, query: 'walrus', limit: 50, zone: 'UTC' };
  const assertUnfinished = (): Promise<void> => started(async ({ handlers, jobs }) => {
    expect((await handlers['libraries/list']({}))[0]).toMatchObject({ search: 'missing' });
    await expect(handlers['conversations/search'](asked)).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    expect((await jobs.list()).find(({ kind }) => kind === 'index')).toMatchObject({ state: 'interrupted' });
    expect((await handlers['libraries/index-plan']({ id })).statements.length).toBeGreaterThan(0);
    // Reading needs no index.
    expect((await handlers['conversations/list']({ library: id, query: '', limit: 50, zone: 'UTC' })).rows).toHaveLength(50);
  });

  // The first kill: some pieces are done, and no further one can be noted.
  const first = startCommand(['libraries', 'index', 'Support', '--yes'], { home });
  await until(async () => ((await one(`SELECT to_regclass('travessia_search.pieces') IS NOT NULL`)) === 'true' && Number(await one('SELECT count(*) FROM travessia_search.pieces')) > 0 ? true : null), first);
  await holder.exec('BEGIN; LOCK TABLE travessia_search.pieces IN SHARE MODE');
  await until(async () => (Number(await one(`SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'travessia_search.pieces'::regclass`)) > 0 ? true : null), first);
  first.child.kill('SIGKILL');
  await first.ended;
  const pieces = Number(await one('SELECT count(*) FROM travessia_search.pieces'));
  expect(pieces).toBeGreaterThan(0);
  const done = Number(await one(`SELECT count(*) FROM travessia_search.${await documents()}`));
  expect(done).toBeGreaterThan(0);
  expect(done).toBeLessThan(rows);
  await assertUnfinished();
  // What the killed one left waiting on the server ends by itself, though nothing of what it waits for has ended.
  const left = async (): Promise<number> => Number(await one(`SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`));
  await expect.poll(left, { timeout: 20_000, interval: 50 }).toBe(0);
  await holder.exec('ROLLBACK');
  // The program writes meanwhile.
  await session.exec(`INSERT INTO messages (conversation_id, role, content, created_at) VALUES (md5('c1')::uuid, 'user', 'another walrus', now()); DELETE FROM messages WHERE id = md5('m4000')::uuid`);

  // The second kill: an index over all words is begun, and waits for a transaction that is older.
  const second = startCommand(['libraries', 'index', 'Support', '--yes'], { home });
  const name = await documents();
  await holder.exec(`BEGIN; LOCK TABLE travessia_search.${name} IN ROW EXCLUSIVE MODE`);
  await until(async () => ((await one(`SELECT count(*) FROM pg_index WHERE NOT indisvalid AND indexrelid = to_regclass('travessia_search.${name}_words')`)) === '1' ? true : null), second);
  second.child.kill('SIGKILL');
  await second.ended;
  expect(Number(await one('SELECT count(*) FROM travessia_search.pieces'))).toBeGreaterThan(pieces);
  await assertUnfinished();
  await expect.poll(left, { timeout: 20_000, interval: 50 }).toBe(0);
  await holder.exec('ROLLBACK');

  await started(async ({ handlers, jobs }) => {
    const plan = await handlers['libraries/index-plan']({ id });
    expect(plan.statements.map(({ sql }) => sql).join('\n')).toContain(`DROP INDEX CONCURRENTLY IF EXISTS "travessia_search"."${name}_words"`);
    expect((await jobs.wait((await handlers['libraries/index']({ id, hash: plan.hash })).jobId)).error).toBeNull();
    await expect.poll(async () => (await handlers['libraries/list']({}))[0]?.search, { timeout: 10_000, interval: 20 }).toBe('ready');
    const found = await handlers['conversations/search'](asked);
    expect(found.rows).toHaveLength(rows / 4000 - 1 + 1);
    expect(await handlers['conversations/count']({ ...asked, query: 'refund 12345' })).toEqual({ count: 1, capped: false });
  });
  expect(await one(`SELECT count(*) FROM travessia_search.${name}`)).toBe(String(rows));
  expect(await one(`SELECT count(*) FROM pg_index WHERE NOT indisvalid`)).toBe('0');
});
