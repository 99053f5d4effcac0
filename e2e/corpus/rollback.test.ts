/** Whatever happens to a run, the way back leads to exactly the state before: catalog and contents. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../src-main/test-support/index.ts';
import type { PgSession } from '../../src-main/drivers/postgres/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, until, type Ended } from './command-line.ts';
import { everyCell, hasEveryCell } from './every-cell.ts';
import { createRoles, dropRoles, furnish, type Roles } from './furnished-target.ts';
import { seen } from './run-record.ts';

const folder = tempFolder('rollback');
const source = join(folder.path, 'shop.db');
const copy = join(folder.path, 'seen', 'shop.db');
/** Enough that a run can be caught in each of its phases. */
const lines = 24_000;
let roles: Roles;
let keeper: TestDatabase;

beforeAll(async () => {
  if (!hasPostgres()) return;
  const db = new Database(source);
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL, price NUMERIC);
    CREATE TABLE log (id INTEGER PRIMARY KEY AUTOINCREMENT, item_id INTEGER REFERENCES item (id), line TEXT, at REAL);
    CREATE INDEX log_line ON log (line); CREATE INDEX log_item ON log (item_id, at DESC);
    CREATE VIEW per_item AS SELECT item_id, count(*) AS n FROM log GROUP BY item_id;`);
  const item = db.prepare('INSERT INTO item VALUES (?, ?, ?)');
  const line = db.prepare('INSERT INTO log (item_id, line, at) VALUES (?, ?, ?)');
  db.transaction(() => {
    for (let n = 1; n <= 2000; n += 1) item.run(n, `new ${n}`, n / 4);
    for (let n = 1; n <= lines; n += 1) line.run((n % 2000) + 1, `line ${n} ${'–'.repeat(n % 40)}`, n / 3);
  })();
  mkdirSync(join(folder.path, 'seen'));
  await db.backup(copy);
  db.close();
  keeper = await freshDatabase();
  await using session = await keeper.connect();
  roles = await createRoles(session);
}, 60_000);
afterAll(async () => {
  if (hasPostgres()) {
    await using session = await keeper.connect();
    await dropRoles(session, roles);
    await session.close();
    await keeper.close();
  }
  folder.remove();
});

interface Place extends AsyncDisposable {
  readonly url: string;
  readonly direct: string;
  readonly session: PgSession;
  readonly before: readonly string[];
  readonly words: readonly string[];
  readonly options: { readonly home: string; readonly password: string };
  run(...words: string[]): Promise<Ended>;
}

/** A furnished target and a console of its own. */
async function place(): Promise<Place> {
  const home = tempFolder('rollback-home');
  const database = await freshDatabase();
  const session = await database.connect();
  await furnish(session, roles);
  const before = await catalogState(session);
  const target = splitUrl(database.url);
  const options = { home: home.path, password: target.password };
  return {
    url: database.url, direct: database.direct, session, before, options,
    words: ['migrate', source, '--target', target.url, '--if-exists', 'replace', '--format', 'json'],
    run: (...words) => command(words, options),
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
      home.remove();
    },
  };
}

/** What is not the run's own: its staging, kept tables and journal stand in schemas that begin with `travessia`. */
function outside(state: readonly string[]): readonly string[] {
  return state.filter((line) => !/^\w+: "?travessia/.test(line));
}

const moments = ['loading', 'indexing', 'verifying'] as const;

describe.skipIf(!hasPostgres())('stopped before the swap', () => {
  test.each(moments)('interrupted while %s: nothing outside changed, and rollback leaves nothing behind', async (moment) => {
    await using it = await place();
    const started = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, [moment]), started);
    started.child.kill('SIGINT');
    const ended = await started.ended;
    expect({ exit: ended.code, code: refusalOf(ended).code }, ended.stderr).toEqual({ exit: 4, code: 'CANCELLED' });
    expect(ended.stderr).toContain(`resume ${run}`);
    expect(outside(await catalogState(it.session))).toEqual(it.before);
    expect((await it.run('rollback', run)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test.each(moments)('killed while %s: resume ends what was begun, no row twice or missing; rollback brings all back', async (moment) => {
    await using it = await place();
    const started = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, [moment]), started);
    started.child.kill('SIGKILL');
    await started.ended;
    expect(outside(await catalogState(it.session))).toEqual(it.before);
    const listed: { id: string; state: string; next: string[] }[] = JSON.parse((await it.run('runs', '--format', 'json')).stdout);
    expect(listed.find((entry) => entry.id === run)).toMatchObject({ state: 'stopped', next: ['resume', 'rollback'] });
    const resumed = await it.run('resume', run, '--format', 'json');
    expect(resumed.code, resumed.stderr).toBe(0);
    const result = resultOf(resumed);
    expect(result).toMatchObject({ runId: run, status: 'verified', swapped: true });
    if (hasEveryCell()) expect(everyCell(copy, it.direct, result, folder.path)).toMatchObject({ code: 0 });
    expect((await it.run('rollback', run)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test('the connection is lost half-way: told so, and resume goes on', async () => {
    await using it = await place();
    const started = startCommand(it.words, it.options);
    const { run } = await until(() => seen(it.session, ['loading']), started);
    await it.session.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`);
    const ended = await started.ended;
    expect({ exit: ended.code, code: refusalOf(ended).code }, ended.stderr).toEqual({ exit: 4, code: 'CONNECTION_LOST' });
    expect(outside(await catalogState(it.session))).toEqual(it.before);
    const resumed = await it.run('resume', run, '--format', 'json');
    expect(resumed.code, resumed.stderr).toBe(0);
    if (hasEveryCell()) expect(everyCell(copy, it.direct, resultOf(resumed), folder.path)).toMatchObject({ code: 0 });
  });

  test('something hangs on the table that cannot be re-pointed: the swap waits until it is gone', async () => {
    await using it = await place();
    await it.session.exec('CREATE MATERIALIZED VIEW reports.totals AS SELECT sum(price) AS sum FROM public.item');
    const before = await catalogState(it.session);
    const ended = await it.run(...it.words);
    expect(ended.code).toBe(4);
    expect(ended.stderr).toContain('DEPENDENTS_BLOCK_SWAP');
    expect(ended.stderr).toContain('totals');
    const run = /resume (\w+)/.exec(ended.stderr)?.[1] ?? '';
    expect(outside(await catalogState(it.session))).toEqual(before);
    await it.session.exec('DROP MATERIALIZED VIEW reports.totals');
    const resumed = await it.run('resume', run, '--format', 'json');
    expect(resumed.code, resumed.stderr).toBe(0);
    expect((await it.run('rollback', run)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });
});

describe.skipIf(!hasPostgres())('after the swap', () => {
  test('the new table has what belonged to the old one, and rollback brings the old one back with everything', async () => {
    await using it = await place();
    const ended = await it.run(...it.words);
    expect(ended.code, ended.stderr).toBe(0);
    const result = resultOf(ended);
    const state = (await catalogState(it.session)).filter((line) => line.includes('public | item |') || /^(policy|trigger|publication)/.test(line)).join('\n');
    for (const part of [roles.owner, `${roles.reader}=r*/`, 'what is for sale', 'in euros', 'cheap', 'never_free', 'item_touch', 'item_idle', 'shop']) expect(state, part).toContain(part);
    const answers = await it.session.one('SELECT (SELECT price FROM reports.dearest) AS dearest, (SELECT count(*) FROM public.item) AS items');
    expect(answers).toEqual({ dearest: '500', items: '2000' });
    await expect(it.session.exec('INSERT INTO public.order_line VALUES (900, 99999)')).rejects.toMatchObject({ code: 'STATEMENT_FAILED' });
    if (hasEveryCell()) expect(everyCell(copy, it.direct, result, folder.path)).toMatchObject({ code: 0 });

    expect((await it.run('rollback', result.runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
    expect(refusalOf(await it.run('rollback', result.runId, '--format', 'json')).message.length).toBeGreaterThan(10);
  });

  test('a view outside may read columns of another collation: it is re-pointed, and comes back', async () => {
    await using it = await place();
    await it.session.exec('CREATE TABLE public.log (id bigint PRIMARY KEY, line text); CREATE VIEW reports.lines AS SELECT id, upper(line) AS loud, line FROM public.log');
    const before = await catalogState(it.session);
    const ended = await it.run(...it.words);
    expect(ended.code, ended.stderr).toBe(0);
    expect((await it.session.one('SELECT count(*) AS n FROM reports.lines'))?.['n']).toBe(String(lines));
    expect((await it.run('rollback', resultOf(ended).runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('rows written after the swap are set aside, never dropped', async () => {
    await using it = await place();
    const result = resultOf(await it.run(...it.words));
    await it.session.exec(`INSERT INTO public.item (id, name, price) VALUES (700000, 'written later', 5)`);
    const undone = await it.run('rollback', result.runId, '--format', 'json');
    expect(undone.code).toBe(0);
    const schema = `travessia_${result.runId}_after_1`;
    expect(JSON.parse(undone.stdout)).toEqual({ runId: result.runId, state: 'rolled-back', setAside: { schemas: [schema], written: ['public.item'], hidden: [] } });
    const state = await catalogState(it.session);
    expect(outside(state)).toEqual(it.before);
    // Said wherever the run is told of: nobody is to think that the target is as it was.
    for (const [language, says, not] of [['en', `set aside in ${schema}, since rows were written after the swap to public.item`, 'is as it was'], ['pt-BR', `postas de lado em ${schema}, pois linhas foram escritas depois da troca em public.item`, 'está como era']] as const) {
      const { html } = z.object({ value: z.object({ html: z.string() }) }).parse(JSON.parse((await it.run('call', 'evidence/get', '--input', JSON.stringify({ id: result.runId, language }))).stdout)).value;
      expect(html).toContain(says);
      expect(html).not.toContain(not);
    }
    const kept = await it.session.query(`SELECT n.nspname AS schema FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relname = 'item' AND n.nspname LIKE 'travessia%'`);
    expect(kept.rows).toHaveLength(1);
    const later = await it.session.one(`SELECT count(*) AS n FROM "${kept.rows[0]?.['schema']}".item WHERE name = 'written later'`);
    expect(later?.['n']).toBe('1');
  });

  test('appended rows are taken out again', async () => {
    await using it = await place();
    await it.session.exec('UPDATE public.item SET id = id + 1000000 WHERE id > 50; DELETE FROM public.order_line; DELETE FROM public.item WHERE id <= 50');
    const before = await catalogState(it.session);
    const ended = await it.run(...it.words.map((word) => (word === 'replace' ? 'append' : word)));
    expect(ended.code, ended.stderr).toBe(0);
    expect((await it.session.one('SELECT count(*) AS n FROM public.item'))?.['n']).toBe('2250');
    expect((await it.run('rollback', resultOf(ended).runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
  });

  test('an appended row that a transaction under way changes is told, not passed over', async () => {
    await using it = await place();
    await it.session.exec('UPDATE public.item SET id = id + 1000000 WHERE id > 50; DELETE FROM public.order_line; DELETE FROM public.item WHERE id <= 50');
    const { runId } = resultOf(await it.run(...it.words.map((word) => (word === 'replace' ? 'append' : word))));
    await it.session.exec(`BEGIN; UPDATE public.item SET name = 'theirs' WHERE id = 7`);
    const rollback = it.run('rollback', runId, '--format', 'json');
    await expect.poll(async () => (await it.session.one(`SELECT count(*)::text AS n FROM pg_locks WHERE NOT granted AND relation = 'public.item'::regclass`))?.['n'], { timeout: 20_000 }).toBe('1');
    await it.session.exec('COMMIT');
    expect(refusalOf(await rollback)).toMatchObject({ code: 'ROWS_CHANGED' });
    expect((await it.session.one('SELECT count(*) AS n FROM public.item'))?.['n']).toBe('2250');
  });

  test.each(['repeatable read', 'serializable'])('under %s, rows that others commit while the rollback waits are seen, and stay', async (isolation) => {
    await using it = await place();
    await it.session.exec(`DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_isolation = ''${isolation}''', current_database()); END $$`);
    const { runId } = resultOf(await it.run(...it.words));
    await it.session.exec(`BEGIN ISOLATION LEVEL READ COMMITTED; INSERT INTO public.item (id, name, price) VALUES (700000, 'theirs', 5)`);
    const rollback = it.run('rollback', runId, '--format', 'json');
    await expect.poll(async () => (await it.session.one(`SELECT count(*)::text AS n FROM pg_locks WHERE NOT granted AND relation = 'public.item'::regclass`))?.['n'], { timeout: 20_000 }).toBe('1');
    await it.session.exec('COMMIT');
    expect(refusalOf(await rollback)).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining('changed after these statements were shown') });
    expect((await it.session.one(`SELECT name FROM public.item WHERE id = 700000`))?.['name']).toBe('theirs');
  });

  test('what others begin with a table and commit while the swap waits is pointed at the new one', async () => {
    await using it = await place();
    await it.session.exec(`CREATE TABLE reports.pick (item bigint); BEGIN; CREATE VIEW reports.later AS SELECT count(*) AS n FROM public.item; COMMENT ON COLUMN public.item.name IS 'said later';
      ALTER TABLE reports.pick ADD CONSTRAINT pick_item FOREIGN KEY (item) REFERENCES public.item; CREATE POLICY later ON public.item USING (true)`);
    const migrated = it.run(...it.words);
    await expect.poll(async () => (await it.session.one(`SELECT count(*)::text AS n FROM pg_locks WHERE NOT granted AND relation = 'public.item'::regclass`))?.['n'], { timeout: 20_000 }).toBe('1');
    await it.session.exec('COMMIT');
    const ended = await migrated;
    expect(ended.code, ended.stderr).toBe(0);
    const belongings = `SELECT (SELECT n::text FROM reports.later) AS items, (SELECT conkey.confrelid = 'public.item'::regclass FROM pg_constraint AS conkey WHERE conname = 'pick_item')::text AS pointed,
      col_description('public.item'::regclass, (SELECT attnum FROM pg_attribute WHERE attrelid = 'public.item'::regclass AND attname = 'name')) AS said, (SELECT count(*)::text FROM pg_policy WHERE polrelid = 'public.item'::regclass AND polname = 'later') AS policies`;
    expect(await it.session.one(belongings)).toEqual({ items: '2000', pointed: 'true', said: 'said later', policies: '1' });
    expect((await it.run('rollback', resultOf(ended).runId)).code).toBe(0);
    expect(await it.session.one(belongings)).toEqual({ items: '300', pointed: 'true', said: 'said later', policies: '1' });
  });

  test('a table that a later run replaced is not taken for the earlier one’s: that is rolled back first', async () => {
    await using it = await place();
    const [first, second] = [resultOf(await it.run(...it.words)).runId, resultOf(await it.run(...it.words)).runId];
    const standing = await catalogState(it.session);
    expect(refusalOf(await it.run('rollback', first, '--format', 'json'))).toMatchObject({ code: 'WRONG_STATE', message: expect.stringContaining(`run ${second} replaced it`) });
    expect(await catalogState(it.session)).toEqual(standing);
    expect([(await it.run('rollback', second)).code, (await it.run('rollback', first)).code]).toEqual([0, 0]);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test('complete ends it: what was kept and the journal go, the new tables stay', async () => {
    await using it = await place();
    const result = resultOf(await it.run(...it.words));
    const swapped = await catalogState(it.session);
    expect((await it.run('complete', result.runId)).code).toBe(0);
    const state = await catalogState(it.session);
    expect(state).toEqual(outside(swapped));
    expect(outside(state)).toEqual(state);
    const again = await it.run('rollback', result.runId, '--format', 'json');
    expect({ exit: again.code, code: refusalOf(again).code }).toEqual({ exit: 2, code: 'NOT_FOUND' });
  });
});
