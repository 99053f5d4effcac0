import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { freshDatabase, hasPostgres, tempFolder, testSeed, type TempFolder, type TestDatabase } from '../../test-support/index.ts';
import { startWorker } from '../../workers/start-worker.ts';
import { loadTables } from './load-pool.ts';
import { buildFile, planTable, startRun } from './test-fixture.ts';
import type { LoadProgress, LoadReply, LoadRequest, LoadTask } from './types.ts';

const rowsOf = { big: 60_000, small: 300, other: 5000 } as const;

describe.skipIf(!hasPostgres())('loading tables over worker threads', () => {
  let folder: TempFolder;
  let database: TestDatabase;
  let session: PgSession;
  let tasks: LoadTask[];
  beforeEach(async () => {
    folder = tempFolder('pool');
    database = await freshDatabase();
    session = await database.connect();
    const path = buildFile(folder.path, (db) => {
      for (const [name, rows] of Object.entries(rowsOf)) {
        db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY, v TEXT, n INTEGER)`);
        db.exec(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows}) INSERT INTO ${name} SELECT i, 'value ' || i, CASE i % 100 WHEN 0 THEN 'odd ' || i ELSE i END FROM n`);
      }
    });
    const specs = { id: { type: 'bigint' }, n: { type: 'bigint' } };
    const tables = Object.entries(rowsOf).map(([name, rows]) => planTable(path, name, specs, { rows: String(rows), reading: { by: 'rowid', columns: ['id'], plainIntegers: true } }));
    tasks = (await startRun(session, database, path, tables)).map((task) => ({ ...task, rowsPerTransaction: 4000 }));
  });
  afterEach(async () => {
    await session.close();
    await database.close();
    folder.remove();
  });

  const checkAll = async (): Promise<void> => {
    for (const [name, rows] of Object.entries(rowsOf)) {
      const rejected = Math.floor(rows / 100);
      expect(await session.arrays(`SELECT count(*), count(DISTINCT id), bool_and(n = id AND v = 'value ' || id) FROM staging.${name}`), name).toEqual([[String(rows - rejected), String(rows - rejected), 't']]);
      expect(await session.arrays('SELECT count(*), count(DISTINCT key) FROM travessia.rejects WHERE "table" = $1', [name]), name).toEqual([[String(rejected), String(rejected)]]);
    }
  };

  it('loads the largest first, tells each table as it is done, and gives results in order', async () => {
    const done: string[] = [];
    const progress: LoadProgress[] = [];
    const results = await loadTables(tasks, { jobs: 1, onProgress: (_, each) => progress.push(each), onTableDone: (task) => void done.push(task.table.source.table) });
    expect(done).toEqual(['big', 'other', 'small']);
    expect(results.map(({ rows, loaded, rejected }) => [rows, loaded, rejected])).toEqual([[60_000, 59_400, 600], [300, 297, 3], [5000, 4950, 50]]);
    expect(progress.length).toBeGreaterThan(0);
    await checkAll();
  });

  it('loses nothing and doubles nothing when a worker is killed again and again', async () => {
    const [task] = tasks;
    if (task === undefined) throw new Error('no task');
    const seed = testSeed() % 1000;
    process.stdout.write(`seed ${seed}\n`);
    for (let kill = 1; kill <= 6; kill += 1) {
      // As a resume does: whoever takes the run changes the fence, and so waits for what the dead one still commits.
      await session.query('UPDATE travessia.runs SET fence = $1', [`kill ${kill}`]);
      const worker = startWorker('load', import.meta.url);
      worker.postMessage({ type: 'load', task: { ...task, fence: `kill ${kill}` } } satisfies LoadRequest);
      const committed = async (): Promise<number> => Number((await session.arrays("SELECT count(*) FROM travessia.chunks WHERE \"table\" = 'big'"))[0]?.[0] ?? 0);
      const before = await committed();
      let ended = false;
      worker.on('message', (reply: LoadReply) => { ended ||= reply.type !== 'progress'; });
      // Killed somewhere in the transaction after the next one.
      while (!ended && (await committed()) <= before);
      for (let turns = (seed * kill) % 7; turns > 0; turns -= 1) await session.query('SELECT 1');
      await worker.terminate();
    }
    await session.query("UPDATE travessia.runs SET fence = 'last'");
    const loaded = Number((await session.arrays("SELECT sum(rows) FROM travessia.chunks WHERE \"table\" = 'big'"))[0]?.[0]);
    const told: [string, number][] = [];
    await loadTables(tasks.map((each) => ({ ...each, fence: 'last' })), {
      jobs: 2,
      onBegin: (before) => before.forEach(([each, { rows }]) => told.push([each.table.source.table, rows])),
      onProgress: (each, { rows }) => told.push([each.table.source.table, rows]),
    });
    // What was loaded before is told first, and so is not taken for this session's speed.
    expect(loaded).toBeGreaterThan(0);
    expect(told.slice(0, 3)).toEqual([['big', loaded], ['small', 0], ['other', 0]]);
    await checkAll();
  });

  it('cancels while the server waits, and goes on afterwards', async () => {
    const controller = new AbortController();
    await using blocker = await database.connect();
    await blocker.exec('BEGIN; LOCK TABLE staging.big');
    const running = loadTables(tasks, { jobs: 2, signal: controller.signal });
    const outcome = running.catch((error: unknown) => error);
    while ((await session.arrays("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'staging.big'::regclass")).length === 0);
    controller.abort();
    expect(await outcome).toMatchObject({ code: 'CANCELLED' });
    await blocker.exec('ROLLBACK');
    // No session of the cancelled run is left at work.
    while ((await session.arrays("SELECT 1 FROM pg_stat_activity WHERE application_name = 'travessia load' AND datname = current_database()")).length > 0);
    await loadTables(tasks, { jobs: 2 });
    await checkAll();
  });

  it('fails with the first failure of a table, or of what is done after one', async () => {
    await session.exec('DROP TABLE staging.small');
    await expect(loadTables(tasks, { jobs: 1 })).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    const onTableDone = async (): Promise<void> => { throw new Error('no index'); };
    await expect(loadTables(tasks.slice(0, 1), { jobs: 1, onTableDone })).rejects.toThrow('no index');
  });

  it('reports a source that cannot be read', async () => {
    await expect(loadTables(tasks.map((task) => ({ ...task, snapshotPath: `${folder.path}/none.db` })), { jobs: 1 })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    const stale = tasks.map((task) => ({ ...task, table: { ...task.table, source: { ...task.table.source, table: 'gone' } } }));
    await expect(loadTables(stale, { jobs: 1 })).rejects.toMatchObject({ code: 'PLAN_STALE' });
  });
});
