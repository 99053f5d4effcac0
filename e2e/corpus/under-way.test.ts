/** What may happen to a run while it is under way, other than its own end: the run stays whole, and goes on. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, until } from './command-line.ts';
import { seen } from './run-record.ts';

const folder = tempFolder('under-way');
const source = join(folder.path, 'log.db');
const rows = 200_000;

beforeAll(() => {
  const db = new Database(source);
  db.exec(`PRAGMA journal_mode = WAL; CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT NOT NULL);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO log SELECT i, 'line ' || i || substr('abcdefghijklmnopqrstuvwxyz', 1, i % 26) FROM n`);
  db.close();
});
afterAll(() => folder.remove());

async function place() {
  const home = tempFolder('under-way-home');
  const database: TestDatabase = await freshDatabase();
  const session = await database.connect();
  const target = splitUrl(database.url);
  const options = { home: home.path, password: target.password };
  return {
    session, options, connect: () => database.connect(),
    words: ['migrate', source, '--target', target.url, '--format', 'json'],
    run: (...words: string[]) => command([...words, '--format', 'json'], options),
    count: async () => Number((await session.one('SELECT count(*)::text AS n FROM log'))?.['n']),
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
      home.remove();
    },
  };
}

describe.skipIf(!hasPostgres())('under way', () => {
  test('the disk of the target fills up: the run waits, and resume loads the rest', async () => {
    await using it = await place();
    // The server itself says that its disk is full (SQLSTATE 53100), after 150,000 rows.
    await it.session.exec(`CREATE SEQUENCE room;
      CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('public.room') > 150000 THEN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END IF; RETURN NEW; END $$;
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
        FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%.log' LOOP
          EXECUTE 'CREATE TRIGGER no_room BEFORE INSERT ON ' || made.object_identity || ' FOR EACH ROW EXECUTE FUNCTION public.no_room()'; END LOOP; END $$;
      CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch()`);
    const outside = async () => (await catalogState(it.session)).filter((line) => !/travessia|^rows: public.room/.test(line));
    const before = await outside();
    const ended = await command(it.words, it.options);
    const refusal = refusalOf(ended);
    expect(refusal.code, ended.stderr).toBe('DISK_FULL');
    expect(await outside()).toEqual(before);
    const { run } = (await it.session.one('SELECT run FROM travessia.runs')) ?? {};
    // Room again.
    await it.session.exec('DROP EVENT TRIGGER watch; CREATE OR REPLACE FUNCTION public.no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$');
    expect(resultOf(await it.run('resume', run ?? '')).status).toBe('verified');
    expect(await it.count()).toBe(rows);
  });

  test('the disk of the target fills up as soon as the run is noted there: it can be resumed, or rolled back', async () => {
    await using it = await place();
    const full = `CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'could not extend file: No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE FUNCTION watch() RETURNS event_trigger LANGUAGE plpgsql AS $$ DECLARE made record; BEGIN
        FOR made IN SELECT * FROM pg_event_trigger_ddl_commands() WHERE object_identity = 'travessia.runs' LOOP
          CREATE TRIGGER no_room BEFORE UPDATE ON travessia.runs FOR EACH ROW EXECUTE FUNCTION public.no_room(); END LOOP; END $$;
      CREATE EVENT TRIGGER watch ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION watch()`;
    await it.session.exec(full);
    const before = await catalogState(it.session);
    const ended = await command(it.words, it.options);
    const { run } = (await it.session.one('SELECT run FROM travessia.runs')) ?? {};
    expect([ended.code, JSON.parse(ended.stdout)], ended.stderr).toMatchObject([4, { runId: run, state: 'stopped', error: { code: 'DISK_FULL' } }]);
    expect(ended.stderr).toContain(`travessia resume ${run}`);
    await it.session.exec('DROP TRIGGER no_room ON travessia.runs');
    expect(resultOf(await it.run('resume', run ?? '')).status).toBe('verified');
    expect((await it.run('rollback', run ?? '')).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('what the server lacks is no reason to leave an index out: the run stops, and resume builds it', async () => {
    await using it = await place();
    const file = join(it.options.home, 'lines.db');
    const db = new Database(file);
    db.exec(`CREATE TABLE lines (line TEXT); CREATE INDEX by_line ON lines (line); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40000) INSERT INTO lines SELECT i || ' of some length, so that sorting takes more room than there is' FROM n`);
    db.close();
    const set = (change: string): Promise<void> => it.session.exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I ${change}', current_database()); END $$`);
    await set(`SET maintenance_work_mem = ''1MB''`);
    await set(`SET temp_file_limit = ''512kB''`);
    const ended = await it.run('migrate', file, ...it.words.slice(2));
    expect(refusalOf(ended), ended.stderr).toMatchObject({ code: 'STATEMENT_FAILED', message: expect.stringContaining('temp_file_limit') });
    await set('RESET temp_file_limit');
    const { run } = (await it.session.one('SELECT run FROM travessia.runs')) ?? {};
    expect(resultOf(await it.run('resume', run ?? '')).status).toBe('verified');
    expect(await it.session.arrays(`SELECT indexname FROM pg_indexes WHERE schemaname = 'public'`)).toEqual([['by_line']]);
  });

  test('a process id that is another program’s by now keeps nobody from resuming', async () => {
    await using it = await place();
    const first = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, ['loading', 'indexing', 'verifying']), first);
    first.child.kill('SIGKILL');
    await first.ended;
    // This process has the id now, as after a restart of the machine.
    await it.session.query(`UPDATE travessia.runs SET fence = regexp_replace(fence, ' [0-9]+ ', ' ' || $1 || ' ')`, [String(process.ppid)]);
    expect(resultOf(await it.run('resume', run)).status).toBe('verified');
  });

  test('the tables to be replaced are in use: the swap gives up in time and can be taken up again; meanwhile no second console may', async () => {
    await using it = await place();
    await it.session.exec(`CREATE TABLE log (id bigint PRIMARY KEY, line text); INSERT INTO log VALUES (1, 'former')`);
    await using user = await it.connect();
    await user.exec('BEGIN; LOCK TABLE log IN ACCESS SHARE MODE');
    const first = startCommand([...it.words, '--if-exists', 'replace'], it.options);
    const { run } = await until(() => seen(it.session, ['verifying', 'swapping']), first);
    const others = await Promise.all([it.run('resume', run), it.run('rollback', run)]);
    expect(others.map((ended) => refusalOf(ended).code)).toEqual(['RUN_BUSY', 'RUN_BUSY']);
    const ended = await first.ended;
    expect(refusalOf(ended).code, ended.stderr).toBe('LOCK_TIMEOUT');
    expect(await it.count()).toBe(1);
    await user.exec('COMMIT');
    expect(resultOf(await it.run('resume', run)).status).toBe('verified');
    expect(await it.count()).toBe(rows);
    expect((await it.run('rollback', run)).code).toBe(0);
    expect(await it.count()).toBe(1);
  });

  test('the source is written to all the while: one state of it crosses, and the result says that it moved on', async () => {
    await using it = await place();
    const writer = new Database(source);
    const insert = writer.prepare("INSERT INTO log (line) VALUES ('later')");
    // In one go: both rows or none are in the state that crosses.
    const pair = writer.transaction(() => { insert.run(); insert.run(); });
    const timer = setInterval(pair, 5);
    const ended = await command(it.words, it.options);
    clearInterval(timer);
    const last = Number(writer.prepare('SELECT count(*) FROM log').pluck().get());
    writer.close();
    const result = resultOf(ended);
    expect([result.status, result.sourceMoved]).toEqual(['verified', true]);
    const crossed = await it.count();
    expect([crossed % 2, crossed >= rows, crossed < last]).toEqual([0, true, true]);
  });

  test('three consoles end a run at once, each in its way: one does, the others are told that it has ended', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.run(...it.words));
    // Each gets as far as it can before the journal may go.
    await using user = await it.connect();
    await user.exec('BEGIN; LOCK TABLE travessia.runs IN ACCESS SHARE MODE');
    const begun = ['rollback', 'complete', 'rollback'].map((verb) => startCommand([verb, runId, '--format', 'json'], it.options));
    const waiting = async () => (Number((await it.session.one("SELECT count(*)::text AS n FROM pg_locks WHERE NOT granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"))?.['n']) === 3 ? true : null);
    for (const one of begun) await until(waiting, one);
    await user.exec('COMMIT');
    const ends = await Promise.all(begun.map(({ ended }) => ended));
    expect(ends.filter(({ code }) => code === 0).length, ends.map(({ stderr }) => stderr).join('\n')).toBeLessThanOrEqual(1);
    // Where starting them took longer than locks are waited for, some are told that instead.
    const told = ends.filter(({ code }) => code !== 0).map((ended) => refusalOf(ended).code);
    expect(told.filter((code) => code !== 'NOT_FOUND' && code !== 'LOCK_TIMEOUT')).toEqual([]);
    if (told.length === 3) expect((await it.run('rollback', runId)).code).toBe(0);
    expect(await it.session.arrays(`SELECT to_regclass('travessia.runs')::text`)).toEqual([[null]]);
  });

  test('a run that was killed and whose copy is gone is not resumed on another state of its source, and is rolled back', async () => {
    await using it = await place();
    const before = await catalogState(it.session);
    const first = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, ['loading', 'indexing', 'verifying']), first);
    first.child.kill('SIGKILL');
    await first.ended;
    rmSync(join(it.options.home, 'runs'), { recursive: true });
    const writer = new Database(source);
    writer.exec("INSERT INTO log (line) VALUES ('later')");
    writer.close();
    expect(refusalOf(await it.run('resume', run))).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('log.db') });
    expect((await it.run('rollback', run)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('a note of its copy that a killed program left cut off keeps no run from being resumed', async () => {
    await using it = await place();
    const first = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, ['loading', 'indexing', 'verifying']), first);
    first.child.kill('SIGKILL');
    await first.ended;
    const copy = join(it.options.home, 'runs', run, 'log.db.snapshot');
    rmSync(copy);
    writeFileSync(`${copy}.taken.json`, '');
    expect(resultOf(await it.run('resume', run)).status).toBe('verified');
  });
});
