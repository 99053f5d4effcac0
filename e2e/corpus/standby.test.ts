/** A server whose commits wait for a synchronous standby that is away: it is told beforehand, and a person can stop what waits. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasEmbeddedPostgres } from '../../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres, type PgSession } from '../../src-main/drivers/postgres/index.ts';
import { tempFolder } from '../../src-main/test-support/index.ts';
import { killServer, type KillServer } from '../kill/kill-server.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, until } from './command-line.ts';
import { seen } from './run-record.ts';

const folder = tempFolder('standby');
const source = join(folder.path, 'log.db');
let server: KillServer;

beforeAll(async () => {
  if (!hasEmbeddedPostgres()) return;
  const db = new Database(source);
  db.exec(`CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) INSERT INTO log SELECT i, 'line ' || i FROM n`);
  db.close();
  server = await killServer();
}, 60_000);
afterAll(async () => {
  if (hasEmbeddedPostgres()) await server[Symbol.asyncDispose]();
  folder.remove();
});

const settle = async (session: PgSession, names: string): Promise<void> => {
  await session.query(`ALTER SYSTEM SET synchronous_standby_names = '${names}'`);
  await session.query('SELECT pg_reload_conf()');
  await expect.poll(async () => (await session.one('SHOW synchronous_standby_names'))?.['synchronous_standby_names']).toBe(names);
};

describe.skipIf(!hasEmbeddedPostgres())('a standby that is away', () => {
  test('is told before anything is begun; where it goes away later, Ctrl-C ends what waits for it, and resume goes on when it is back', async () => {
    const target = splitUrl(await server.fresh('standby'));
    const options = { home: folder.path, password: target.password };
    const words = ['migrate', source, '--target', target.url, '--format', 'json'];
    await using admin = await connectPostgres(server.server.config('postgres'));
    await using session = await connectPostgres(server.server.config('standby'));
    await settle(admin, 'nobody');
    expect(refusalOf(await command(words, options))).toMatchObject({ code: 'CANNOT_CONNECT', message: expect.stringContaining('synchronous_standby_names = nobody') });
    expect(await session.arrays(`SELECT nspname FROM pg_namespace WHERE nspname LIKE 'travessia%'`)).toEqual([]);

    await settle(admin, '');
    const started = startCommand(words, options);
    const { run } = await until(() => seen(session, ['loading', 'indexing']), started);
    await settle(admin, 'nobody');
    await until(() => admin.one(`SELECT 1 FROM pg_stat_activity WHERE wait_event = 'SyncRep'`), started);
    started.child.kill('SIGINT');
    const ended = await started.ended;
    expect({ exit: ended.code, code: refusalOf(ended).code }, ended.stderr).toEqual({ exit: 4, code: 'CANCELLED' });

    await settle(admin, '');
    expect(resultOf(await command(['resume', run, '--format', 'json'], options))).toMatchObject({ status: 'verified', swapped: true });
  }, 60_000);
});
