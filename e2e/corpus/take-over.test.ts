/** The data folder of the console that began a run is lost: another one takes the run up from the journal in its target, and ends it. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { targetRunSchema } from '../../shared/model/run.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, until } from './command-line.ts';
import { everyCell, hasEveryCell } from './every-cell.ts';
import { seen } from './run-record.ts';

const folder = tempFolder('take-over');
const source = join(folder.path, 'log.db');
/** Enough that a load can be caught in its middle. */
const lines = 60_000;

beforeAll(() => {
  const db = new Database(source);
  db.exec(`CREATE TABLE log (id INTEGER PRIMARY KEY, line TEXT);
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${lines}) INSERT INTO log SELECT i, printf('line %d %.*c', i, i % 40, '-') FROM n`);
  db.close();
});
afterAll(() => folder.remove());

async function place() {
  const [first, second] = [tempFolder('take-over-first'), tempFolder('take-over-second')];
  const database = await freshDatabase();
  const session = await database.connect();
  await session.exec(`CREATE TABLE public.log (id bigint PRIMARY KEY, line text); INSERT INTO public.log VALUES (1, 'former')`);
  const target = splitUrl(database.url);
  const file = join(first.path, 'log.db');
  copyFileSync(source, file);
  const words = ['migrate', file, '--target', target.url, '--if-exists', 'replace', '--format', 'json'];
  const other = (...given: string[]) => command([...given, '--format', 'json'], { home: second.path, password: target.password });
  return {
    database, session, file, target: target.url, other, second,
    before: await catalogState(session),
    begin: () => command(words, { home: first.path, password: target.password }),
    /** Killed while rows are being loaded. */
    async beginHalf(): Promise<string> {
      const started = startCommand(words, { home: first.path, password: target.password, rowsPerTransaction: '2000' });
      const { run } = await until(() => seen(session, ['loading']), started);
      started.child.kill('SIGKILL');
      await started.ended;
      return run;
    },
    runs: async () => targetRunSchema.array().parse(JSON.parse((await other('runs', '--target', target.url)).stdout)),
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
      first.remove();
      second.remove();
    },
  };
}

describe.skipIf(!hasPostgres())('a run that only its target knows', () => {
  test('swapped: it is found there, taken over, verified again and rolled back to the state before', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.begin());
    expect(await it.runs()).toMatchObject([{ id: runId, state: 'swapped', sources: [it.file], tables: 1, busy: false, known: false }]);
    expect(refusalOf(await it.other('rollback', runId)).code).toBe('NOT_FOUND');
    const taken: unknown = JSON.parse((await it.other('take-over', runId, '--target', it.target)).stdout);
    expect(taken).toMatchObject({ id: runId, state: 'swapped', next: ['verify', 'evidence', 'rollback', 'complete'], result: { status: 'verified' } });
    expect(await it.runs()).toMatchObject([{ id: runId, known: true }]);
    expect(JSON.parse((await it.other('verify', runId)).stdout)).toMatchObject({ equal: true, tables: [{ rowsSource: lines, rowsTarget: lines }] });
    expect((await it.other('evidence', runId, '--out', join(it.second.path, 'evidence'))).code).toBe(0);
    expect((await it.other('rollback', runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test('swapped: it is completed, and nothing of it stays but its tables', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.begin());
    await it.other('take-over', runId, '--target', it.target);
    expect((await it.other('complete', runId)).code).toBe(0);
    expect(await it.session.one(`SELECT count(*) AS n, (SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'travessia%') AS left FROM public.log`)).toEqual({ n: String(lines), left: '0' });
  });

  test('stopped in the middle of its load: resumed where its source is as it was, verified, no row twice', async () => {
    await using it = await place();
    const run = await it.beginHalf();
    expect(JSON.parse((await it.other('take-over', run, '--target', it.target)).stdout)).toMatchObject({ state: 'stopped', next: ['resume', 'rollback'] });
    const resumed = await it.other('resume', run);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resultOf(resumed)).toMatchObject({ runId: run, status: 'verified', swapped: true });
    if (hasEveryCell()) expect(everyCell(source, it.database.direct, resultOf(resumed), folder.path)).toMatchObject({ code: 0 });
  });

  test('stopped, and its source was written to since: no other state of it is mixed in; it is rolled back', async () => {
    await using it = await place();
    const run = await it.beginHalf();
    const db = new Database(it.file);
    db.exec(`UPDATE log SET line = 'another' WHERE id = 1`);
    db.close();
    await it.other('take-over', run, '--target', it.target);
    expect(refusalOf(await it.other('resume', run))).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('the source is not as it was') });
    expect((await it.other('rollback', run)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test('swapped, and its source was written to since: it is not compared with another state of it', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.begin());
    const db = new Database(it.file);
    db.exec(`UPDATE log SET line = 'another' WHERE id = 1`);
    db.close();
    await it.other('take-over', runId, '--target', it.target);
    expect(refusalOf(await it.other('verify', runId))).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('the source is not as it was') });
  });

  test('it waits with a rejected row: mended once its copy is taken anew, and resumed', async () => {
    await using it = await place();
    const db = new Database(it.file);
    db.exec(`CREATE TABLE price (id INTEGER PRIMARY KEY, euro INTEGER, note TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300) INSERT INTO price SELECT i, i, 'n' FROM n; INSERT INTO price VALUES (301, 'twelve', CAST(x'61ff' AS TEXT))`);
    db.close();
    const waiting = await it.begin();
    expect(waiting.code, waiting.stderr).toBe(4);
    const { runId } = resultOf(waiting);
    expect(JSON.parse((await it.other('take-over', runId, '--target', it.target)).stdout)).toMatchObject({ state: 'waiting', next: ['resume', 'verify', 'evidence', 'rollback'] });
    const { rows: [reject] }: { rows: { id: string }[] } = JSON.parse((await it.other('rejects', runId)).stdout);
    const mend = (...more: string[]) => it.other('mend', runId, '--reject', reject?.id ?? '', '--set', 'euro:integer=12', ...more);
    // How a text that is none is kept is told by the copy.
    expect(refusalOf(await mend())).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('is gone') });
    expect((await it.other('verify', runId)).code).toBe(0);
    expect(refusalOf(await mend()).code).toBe('MEND_REFUSED');
    expect((await mend('--set', 'note=a')).code).toBe(0);
    expect(resultOf(await it.other('resume', runId))).toMatchObject({ status: 'verified', swapped: true });
    expect(await it.session.one('SELECT euro FROM public.price WHERE id = 301')).toEqual({ euro: '12' });
  });

  test('written to between plan and run: the state its copy was taken in counts, not that of the plan', async () => {
    await using it = await place();
    const plan = join(it.second.path, 'plan.json');
    expect((await it.other('plan', it.file, '--target', it.target, '--if-exists', 'replace', '--out', plan)).code).toBe(0);
    const db = new Database(it.file);
    db.exec(`UPDATE log SET line = 'after the plan' WHERE id = 1`);
    db.close();
    const started = startCommand(['migrate', plan, '--format', 'json'], { home: it.second.path, password: splitUrl(it.database.url).password, rowsPerTransaction: '2000' });
    const { run } = await until(() => seen(it.session, ['loading']), started);
    started.child.kill('SIGKILL');
    await started.ended;
    const third = tempFolder('take-over-third');
    try {
      const run3 = (...given: string[]) => command([...given, '--format', 'json'], { home: third.path, password: splitUrl(it.database.url).password });
      await run3('take-over', run, '--target', it.target);
      const resumed = await run3('resume', run);
      expect(resumed.code, resumed.stderr).toBe(0);
      expect(await it.session.one('SELECT line FROM public.log WHERE id = 1')).toEqual({ line: 'after the plan' });
      // Nor is it for a console that takes it over now, and archives what was copied.
      const fourth = tempFolder('take-over-fourth');
      try {
        const run4 = (...given: string[]) => command([...given, '--format', 'json'], { home: fourth.path, password: splitUrl(it.database.url).password });
        await run4('take-over', run, '--target', it.target);
        const archived = await run4('complete', run, '--archive', join(fourth.path, 'aside'));
        expect(archived.code, archived.stdout).toBe(0);
        expect(existsSync(it.file)).toBe(false);
      } finally {
        fourth.remove();
      }
    } finally {
      third.remove();
    }
  });

  test('somebody works on it: it is shown as busy, and not taken', async () => {
    await using it = await place();
    const run = await it.beginHalf();
    await it.session.exec(`UPDATE travessia.runs SET fence = 'aa 4711 another-machine', updated_at = now()`);
    expect(await it.runs()).toMatchObject([{ id: run, busy: true }]);
    expect(refusalOf(await it.other('take-over', run, '--target', it.target)).code).toBe('RUN_BUSY');
    // It was silent for long, as in one large load, but sessions of it hold the tables.
    await it.session.exec(`UPDATE travessia.runs SET updated_at = now() - interval '1 hour'`);
    await using holder = await it.database.connect();
    await holder.exec(`BEGIN; LOCK TABLE "travessia_${run}_1".log IN ROW EXCLUSIVE MODE`);
    expect(await it.runs()).toMatchObject([{ id: run, busy: true }]);
    expect(refusalOf(await it.other('take-over', run, '--target', it.target)).code).toBe('RUN_BUSY');
    // A dump reads every table of a database.
    await holder.exec(`ROLLBACK; BEGIN; LOCK TABLE "travessia_${run}_1".log IN ACCESS SHARE MODE`);
    expect(await it.runs()).toMatchObject([{ id: run, busy: false }]);
    expect((await it.other('take-over', run, '--target', it.target)).code).toBe(0);
  });

  test('what is not there, what is known already, what is another program’s: each is told, and no server is made', async () => {
    await using it = await place();
    expect(await it.runs()).toEqual([]);
    expect(refusalOf(await it.other('take-over', 'abcdef0123', '--target', it.target)).code).toBe('NOT_FOUND');
    expect(refusalOf(await it.other('runs', '--target', 'embedded:never-made')).code).toBe('NOT_FOUND');
    expect(refusalOf(await it.other('runs', '--target', `pglite:${join(it.second.path, 'none')}`)).code).toBe('NOT_FOUND');
    await it.session.exec('CREATE SCHEMA travessia; CREATE TABLE travessia.runs (mine int)');
    expect(refusalOf(await it.other('runs', '--target', it.target)).code).toBe('TARGET_EXISTS');
    await it.session.exec('DROP SCHEMA travessia CASCADE');
    const { runId } = resultOf(await it.begin());
    expect((await it.other('take-over', runId, '--target', it.target)).code).toBe(0);
    expect(refusalOf(await it.other('take-over', runId, '--target', it.target)).code).toBe('ALREADY_EXISTS');
  });
});
