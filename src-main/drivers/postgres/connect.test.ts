import { connect as connectSocket, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configOf, freshDatabase, hasPostgres } from '../../test-support/index.ts';
import type { TestDatabase } from '../../test-support/index.ts';
import { connectPostgres, copyInto, copyOut, createPool } from './index.ts';

const codeOf = async (work: Promise<unknown>): Promise<string> => {
  try {
    await work;
    return 'no error';
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : String(error);
  }
};

describe.skipIf(!hasPostgres())('a PostgreSQL session', () => {
  let database: TestDatabase;
  beforeAll(async () => { database = await freshDatabase(); });
  afterAll(async () => { await database.close(); });

  it('gives every value as the server writes it', async () => {
    await using session = await database.connect();
    const row = await session.one(
      `SELECT 9223372036854775807::int8 AS big, 0.1::float8 + 0.2::float8 AS float, 1.10::numeric AS amount, '2024-02-29 12:00:00.123456+02'::timestamptz AS moment,
              '\\x00ff'::bytea AS bytes, 'infinity'::timestamp AS never, ARRAY[1, NULL]::int[] AS list, '{"a": 1.0, "a": 2}'::json AS doc, NULL::text AS nothing, true AS yes`);
    expect(row).toEqual({ big: '9223372036854775807', float: '0.30000000000000004', amount: '1.10', moment: '2024-02-29 10:00:00.123456+00', bytes: '\\x00ff', never: 'infinity', list: '{1,NULL}', doc: '{"a": 1.0, "a": 2}', nothing: null, yes: 't' });
    expect(await session.arrays('SELECT $1::int8 AS a, $2::bytea AS a, $3::text[] AS a', [2n ** 62n, Buffer.from([0, 255]), ['x', null]])).toEqual([['4611686018427387904', '\\x00ff', '{x,NULL}']]);
  });

  it('is read-only on the server, and what a person types cannot leave that', async () => {
    await using writer = await database.connect();
    await writer.exec('CREATE TABLE IF NOT EXISTS kept (id int); TRUNCATE kept; INSERT INTO kept VALUES (1)');
    await using reader = await database.connect({ readOnly: true });
    expect(await codeOf(reader.query('DELETE FROM kept'))).toBe('READ_ONLY');
    expect(await codeOf(reader.transaction((s) => s.query('DELETE FROM kept')))).toBe('READ_ONLY');
    for (const sql of ['DELETE FROM kept', 'WITH gone AS (DELETE FROM kept RETURNING 1) SELECT * FROM gone', 'COMMIT; DELETE FROM kept', 'SET TRANSACTION READ WRITE; DELETE FROM kept', 'DO $$ BEGIN COMMIT; DELETE FROM kept; END $$', "SELECT set_config('transaction_read_only', 'off', false)"]) {
      expect(await codeOf(writer.queryReadOnly(sql)), sql).not.toBe('no error');
    }
    expect(await codeOf(writer.queryReadOnly('COMMIT'))).toBe('no error');
    expect(await codeOf(writer.queryReadOnly('INSERT INTO kept VALUES (2)'))).toBe('READ_ONLY');
    expect((await writer.query('SELECT count(*) AS n FROM kept')).rows).toEqual([{ n: '1' }]);
    expect((await writer.queryReadOnly('SELECT id, id AS other FROM kept')).columns).toEqual(['id', 'other']);
  });

  it('keeps its settings against ALTER DATABASE', async () => {
    await using admin = await database.connect();
    await admin.exec(`ALTER DATABASE "${database.name}" SET bytea_output = 'escape'; ALTER DATABASE "${database.name}" SET DateStyle = 'German'; ALTER DATABASE "${database.name}" SET TimeZone = 'Asia/Tokyo';
      ${['transform_null_equals = on', 'check_function_bodies = off', 'xmloption = document', `default_transaction_isolation = 'serializable'`, 'session_replication_role = replica', 'search_path = public, pg_catalog'].map((setting) => `ALTER DATABASE "${database.name}" SET ${setting}`).join('; ')}`);
    await using session = await database.connect();
    expect(await session.one(`SELECT (1 = NULL) IS NULL AS unknown, current_setting('check_function_bodies') AS checked, current_setting('xmloption') AS xml, current_setting('transaction_isolation') AS isolation,
      current_setting('session_replication_role') AS role, current_setting('search_path') AS path`)).toEqual({ unknown: 't', checked: 'on', xml: 'content', isolation: 'read committed', role: 'origin', path: 'public' });
    expect(await session.one("SELECT '\\x00'::bytea AS a, '2024-01-02 00:00+00'::timestamptz AS b")).toEqual({ a: '\\x00', b: '2024-01-02 00:00:00+00' });
  });

  it('keeps its settings against a trigger at the login', async (context) => {
    await using own = await freshDatabase();
    await using admin = await own.connect();
    if (admin.server.versionNumber < 170_000) return context.skip();
    await admin.exec(`CREATE FUNCTION hello() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM set_config('DateStyle', 'German', false), set_config('search_path', 'public, pg_catalog', false), set_config('default_transaction_isolation', 'serializable', false); END $$;
      CREATE EVENT TRIGGER hello ON login EXECUTE FUNCTION hello()`);
    await using session = await own.connect();
    const seen = await session.one(`SELECT '2024-02-29'::date::text AS day, current_setting('search_path') AS path, current_setting('transaction_isolation') AS isolation`);
    expect(seen).toEqual({ day: '2024-02-29', path: 'public', isolation: 'read committed' });
  });

  it('cancels on the server', async () => {
    await using session = await database.connect();
    const abort = new AbortController();
    const running = codeOf(session.query('SELECT pg_sleep(600)', [], { signal: abort.signal }));
    await using watcher = await database.connect();
    const sleeping = async (): Promise<boolean> => (await watcher.one("SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(600)%' AND state = 'active' AND datname = current_database()")) !== null;
    while (!(await sleeping()));
    abort.abort();
    expect(await running).toBe('CANCELLED');
    expect(await sleeping()).toBe(false);
    expect(await session.one('SELECT 1 AS one')).toEqual({ one: '1' });
    expect(await codeOf(session.query('SELECT 1', [], { signal: abort.signal }))).toBe('CANCELLED');
  });

  it('is not ended by what the database says of idle transactions, and reads NULL in an array', async () => {
    await using admin = await database.connect();
    for (const setting of ["idle_in_transaction_session_timeout = '1s'", 'array_nulls = off']) await admin.exec(`ALTER DATABASE "${database.name}" SET ${setting}`);
    await using session = await database.connect();
    expect(await session.one(`SELECT current_setting('idle_in_transaction_session_timeout') AS idle, ('{1,NULL}'::text[])[2] IS NULL AS "null"`)).toEqual({ idle: '0', null: 't' });
    await using limited = await database.connect({ statementTimeout: 5000 });
    expect(await limited.one("SELECT current_setting('idle_in_transaction_session_timeout') AS idle")).toEqual({ idle: '1s' });
    await admin.exec(`ALTER DATABASE "${database.name}" RESET ALL`);
  });

  it('is not ended by limits that newer servers have: of an idle session, of a whole transaction', async () => {
    await using admin = await database.connect();
    const known = (await admin.arrays("SELECT name FROM pg_settings WHERE name IN ('idle_session_timeout', 'transaction_timeout')")).flat();
    for (const name of known) await admin.exec(`ALTER DATABASE "${database.name}" SET ${name ?? ''} = '300ms'`);
    await using session = await database.connect();
    await new Promise((resolve) => setTimeout(resolve, 600));
    expect(await session.transaction(async (within) => within.one('SELECT 1 AS one, pg_sleep(0.6)::text AS slept'))).toMatchObject({ one: '1' });
    await admin.exec(`ALTER DATABASE "${database.name}" RESET ALL`);
  });

  it('rolls a transaction back, also one that failed inside without saying so', async () => {
    await using session = await database.connect();
    await session.exec('CREATE TABLE IF NOT EXISTS tx (id int PRIMARY KEY)');
    await expect(session.transaction(async (s) => {
      await s.query('INSERT INTO tx VALUES (1)');
      await s.query('INSERT INTO tx VALUES (1)').catch(() => undefined);
    })).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    expect(await session.one('SELECT count(*) AS n FROM tx')).toEqual({ n: '0' });
    await session.transaction((s) => s.query('INSERT INTO tx VALUES (2)'));
    expect(await session.one('SELECT count(*) AS n FROM tx')).toEqual({ n: '1' });
  });

  it('names what went wrong', async () => {
    const { config } = database;
    const endpoint = config.endpoints[0];
    if (endpoint === undefined) throw new Error('no endpoint');
    const free = await freePort();
    expect(await codeOf(connectPostgres({ ...config, endpoints: [{ ...endpoint, password: 'wrong' }] }))).toBe('AUTH_FAILED');
    expect(await codeOf(connectPostgres({ ...config, endpoints: [{ ...endpoint, password: null }] }))).toBe('PASSWORD_MISSING');
    expect(await codeOf(connectPostgres({ ...config, database: 'no such database' }))).toBe('DATABASE_MISSING');
    expect(await codeOf(connectPostgres({ ...config, endpoints: [{ ...endpoint, port: free }] }))).toBe('CANNOT_CONNECT');
    expect(await codeOf(connectPostgres({ ...config, endpoints: [{ ...endpoint, host: 'no-such-host.invalid' }] }))).toBe('CANNOT_CONNECT');
    expect(await codeOf(connectPostgres({ ...config, sslMode: 'require' }))).toBe('TLS_FAILED');
    expect(await codeOf(connectPostgres({ ...config, sslMode: 'verify-full', sslRootCert: null }))).toBe('TLS_FAILED');
    expect(await codeOf(connectPostgres({ ...config, sslMode: 'prefer' }).then((s) => s.close()))).toBe('no error');
    expect(await codeOf(connectPostgres({ ...config, targetAttributes: 'standby' }))).toBe('CANNOT_CONNECT');
    const second = await connectPostgres({ ...config, endpoints: [{ ...endpoint, port: free }, endpoint], targetAttributes: 'read-write' });
    await second.close();
    await using session = await database.connect({ lockTimeout: 50 });
    await session.exec("CREATE TABLE locked (id int); CREATE ROLE nobody_much; SET ROLE nobody_much");
    expect(await codeOf(session.exec('DROP TABLE locked'))).toBe('PERMISSION_DENIED');
    await session.exec('RESET ROLE; DROP ROLE nobody_much');
    await using other = await database.connect();
    await other.transaction(async (holder) => {
      await holder.exec('LOCK TABLE locked');
      expect(await codeOf(session.exec('DROP TABLE locked'))).toBe('LOCK_TIMEOUT');
    });
    await other.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()');
    expect(await codeOf(session.query('SELECT 1'))).toBe('CONNECTION_LOST');
    await expect.poll(() => session.closed).toBe(true);
  });

  it('gives up connecting when asked to', async () => {
    const silent = createServer(() => undefined);
    const port = await listen(silent);
    const abort = new AbortController();
    const endpoint = { host: '127.0.0.1', port, password: 'x' };
    const attempt = codeOf(connectPostgres({ ...database.config, endpoints: [endpoint] }, { signal: abort.signal }));
    silent.once('connection', () => abort.abort());
    expect(await attempt).toBe('CANCELLED');
    silent.close();
  });

  it('notices a pooler, and stays read-only through one that mixes backends', async () => {
    await using admin = await database.connect();
    await admin.exec(`CREATE TABLE pooled (id int); ALTER DATABASE "${database.name}" SET search_path = public, pg_catalog`);
    const endpoint = database.config.endpoints[0];
    if (endpoint === undefined) throw new Error('no endpoint');
    const pooler = fakePooler(endpoint.port);
    const port = await listen(pooler);
    await using session = await connectPostgres({ ...database.config, endpoints: [{ ...endpoint, port }] }, { readOnly: true });
    expect(session.server.pooled).toBe(true);
    // What a transaction-mode pooler does between two statements: another backend without this session's settings.
    await session.client.query('SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE');
    expect(await codeOf(session.query('INSERT INTO pooled VALUES (1)'))).toBe('READ_ONLY');
    expect(await codeOf(session.exec('INSERT INTO pooled VALUES (1)'))).toBe('READ_ONLY');
    expect(await codeOf(session.query('BEGIN').then(() => session.query('INSERT INTO pooled VALUES (1)')))).toBe('READ_ONLY');
    await session.query('ROLLBACK');
    // The backend's own settings are neither relied upon nor changed: it serves others next.
    await session.client.query("SET DateStyle TO 'German'");
    expect(await session.one("SELECT date '2026-11-21'::text AS day")).toEqual({ day: '2026-11-21' });
    const { rows } = await session.client.query<{ DateStyle: string }>('SHOW DateStyle');
    expect(rows[0]?.DateStyle).toBe('German, DMY');
    await session.client.query(`SET default_transaction_isolation TO 'serializable'; SET search_path TO other`);
    const own = `SELECT current_setting('transaction_isolation') AS isolation, current_setting('search_path') AS path`;
    const wanted = { isolation: 'read committed', path: 'public' };
    await session.query('BEGIN');
    const begun = await session.one(own);
    await session.query('ROLLBACK');
    expect([begun, await session.one(own), await session.transaction((inside) => inside.one(own))]).toEqual([wanted, wanted, wanted]);
    expect(await session.transaction((inside) => inside.one(own), { isolation: 'repeatable read' })).toEqual({ ...wanted, isolation: 'repeatable read' });
    await session.close();
    pooler.close();
  });

  // As PgBouncer 1.18 words them.
  it.each([
    ['SASL authentication failed', 'AUTH_FAILED'], ['no such user', 'AUTH_FAILED'], ['no such database: none', 'DATABASE_MISSING'], ['database "none" does not exist', 'DATABASE_MISSING'],
    ['no more connections allowed (max_client_conn)', 'CANNOT_CONNECT'], ['server conn crashed?', 'CONNECTION_LOST'],
  ])('tells what a pooler refuses by its words: %s', async (words, code) => {
    const fields = `SFATAL\0C08P01\0M${words}\0\0`;
    const size = Buffer.alloc(4);
    size.writeInt32BE(4 + Buffer.byteLength(fields));
    const refusing = createServer((socket) => socket.once('data', () => socket.end(Buffer.concat([Buffer.from('E'), size, Buffer.from(fields)]))));
    const port = await listen(refusing);
    expect(await codeOf(connectPostgres({ ...database.config, endpoints: [{ host: '127.0.0.1', port, password: 'x' }] }))).toBe(code);
    refusing.close();
  });

  it('copies in with reused buffers, and out', async () => {
    await using session = await database.connect();
    await session.exec('CREATE TABLE copied (id int, v text)');
    const copy = copyInto(session, 'COPY copied FROM STDIN');
    const buffer = Buffer.alloc(128 * 1024);
    let rows = 0;
    for (let piece = 0; piece < 60; piece += 1) {
      let used = 0;
      while (used < buffer.length - 200) used += buffer.write(`${(rows += 1)}\t${String(rows).repeat(20)}\n`, used);
      await copy.write(buffer.subarray(0, used));
      buffer.fill(0x21);
    }
    expect(await copy.end()).toBe(rows);
    expect(await session.one("SELECT count(*) AS n, sum(id) AS total, bool_and(v = repeat(id::text, 20)) AS same FROM copied")).toEqual({ n: String(rows), total: String((rows * (rows + 1)) / 2), same: 't' });
    let lines = 0;
    for await (const chunk of copyOut(session, 'COPY copied TO STDOUT')) lines += chunk.toString('latin1').split('\n').length - 1;
    expect(lines).toBe(rows);
    for await (const chunk of copyOut(session, 'COPY copied TO STDOUT')) { expect(chunk.length).toBeGreaterThan(0); break; }
    expect(await session.one('SELECT 1 AS one')).toEqual({ one: '1' });
  });

  it('leaves nothing of a COPY that failed, was aborted, or lost its connection', async () => {
    await using session = await database.connect();
    await session.exec('CREATE TABLE strict_rows (id int)');
    const bad = copyInto(session, 'COPY strict_rows FROM STDIN');
    expect(await codeOf(bad.write(Buffer.from('1\nnot a number\n')).then(() => bad.end()))).toBe('STATEMENT_FAILED');
    const aborted = copyInto(session, 'COPY strict_rows FROM STDIN');
    await aborted.write(Buffer.from('1\n2\n'));
    await aborted.abort();
    const wrong = copyInto(session, 'COPY no_such_table FROM STDIN');
    expect(await codeOf(wrong.write(Buffer.from('1\n')).then(() => wrong.end()))).toBe('STATEMENT_FAILED');
    expect(await session.one('SELECT count(*) AS n FROM strict_rows')).toEqual({ n: '0' });
    const lost = copyInto(session, 'COPY strict_rows FROM STDIN');
    await lost.write(Buffer.from('1\n'));
    await using admin = await database.connect();
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()');
    const pushing = async (): Promise<void> => { for (;;) await lost.write(Buffer.from('2\n'.repeat(1000))); };
    expect(await codeOf(pushing())).toBe('CONNECTION_LOST');
    await lost.abort();
    expect(await admin.one('SELECT count(*) AS n FROM strict_rows')).toEqual({ n: '0' });
  });

  it('lends sessions of a pool, replaces a lost one, and survives the loss of an idle one', async () => {
    await using pool = createPool(configOf(database.url), { max: 2, readOnly: true });
    const pids = await Promise.all(Array.from({ length: 8 }, () => pool.use(async (s) => (await s.one('SELECT pg_backend_pid() AS pid'))?.['pid'])));
    expect(new Set(pids).size).toBeLessThanOrEqual(2);
    await using admin = await database.connect();
    await admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()');
    let answer = 'none';
    for (let attempt = 0; attempt < 5 && answer !== 'on'; attempt += 1) answer = await pool.use(async (s) => (await s.one("SELECT current_setting('transaction_read_only') AS r"))?.['r'] ?? '').catch(() => 'lost');
    expect(answer).toBe('on');
  });
});

function listen(server: Server): Promise<number> {
  return new Promise((done) => server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    done(typeof address === 'object' && address !== null ? address.port : 0);
  }));
}

async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((done) => server.close(done));
  return port;
}

/** Passes bytes through, but hands out a process id of its own in BackendKeyData, as poolers do. */
function fakePooler(port: number): Server {
  return createServer((client: Socket) => {
    const server = connectSocket(port, '127.0.0.1');
    for (const socket of [client, server]) socket.on('error', () => socket.destroy());
    client.pipe(server);
    server.on('data', (chunk: Buffer) => {
      const at = chunk.indexOf(Buffer.from([0x4b, 0, 0, 0, 12]));
      if (at >= 0) chunk.writeInt32BE(424242, at + 5);
      client.write(chunk);
    });
    server.on('close', () => client.destroy());
    client.on('close', () => server.destroy());
  });
}
