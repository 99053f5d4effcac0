/** Where the console's own disk, or that of a person's files, has no room: it is said as it is, nothing is lost, and what was begun goes on once there is room. */
import { chownSync, existsSync, mkdirSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildSqlite, freshDatabase, hasPostgres, hasSmallDisk, smallDisk, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

const folder = tempFolder('no-room');
const source = join(folder.path, 'shop.db');

beforeAll(() => {
  const db = new Database(source);
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000) INSERT INTO item SELECT i, 'item number ' || i FROM n`);
  db.close();
});
afterAll(() => folder.remove());

function copyOf(path: string): void {
  const db = new Database(source);
  db.exec(`VACUUM INTO '${path}'`);
  db.close();
}

async function place(home: string) {
  const database = await freshDatabase();
  const session = await database.connect();
  const { url, password } = splitUrl(database.url);
  const options = { home, password };
  const run = (...words: string[]) => command([...words, '--format', 'json'], options);
  return {
    session, url, run,
    before: await catalogState(session),
    async listed(): Promise<readonly { readonly id: string; readonly state: string; readonly next: readonly string[] }[]> {
      return JSON.parse((await run('runs')).stdout);
    },
    /** The console's store takes no more runs in a state, as where its disk is full by then. */
    store(sql: string): void {
      const store = new Database(join(home, 'store.db'));
      store.exec(sql);
      store.close();
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
    },
  };
}

const refuse = (state: string): string => ['INSERT', 'UPDATE'].map((event) => `CREATE TRIGGER no_room_${event} BEFORE ${event} ON runs WHEN NEW.state = '${state}' BEGIN SELECT RAISE(ABORT, 'no room'); END;`).join('\n');
const accept = 'DROP TRIGGER no_room_INSERT; DROP TRIGGER no_room_UPDATE';

describe.skipIf(!hasPostgres())('what the target has committed and the console cannot write down', () => {
  test('a swap: it is not told as a stop before it, and whoever opens the run finds it swapped, with its result', async () => {
    using home = tempFolder('no-room-home');
    await using it = await place(home.path);
    expect(await it.listed()).toEqual([]);
    it.store(refuse('swapped'));
    const ended = await it.run('migrate', source, '--target', it.url);
    const result = resultOf(ended);
    expect([ended.code, result.status, result.swapped], ended.stderr).toEqual([0, 'verified', true]);
    expect(ended.stderr).toContain(`could not write that down. Once its data folder takes something again, open the run: travessia show ${result.runId}`);
    expect(ended.stderr).not.toContain('Nothing was swapped');
    expect((await it.run('evidence', result.runId, '--out', join(home.path, 'evidence'))).code).toBe(0);
    expect((await it.run('verify', result.runId)).code).toBe(0);
    it.store(accept);
    expect(JSON.parse((await it.run('show', result.runId)).stdout)).toMatchObject({ state: 'swapped', error: null, result: { status: 'verified', swapped: true } });
    expect(await it.listed()).toMatchObject([{ state: 'swapped', next: ['verify', 'evidence', 'rollback', 'complete'] }]);
    expect((await it.run('rollback', result.runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test.each([['rollback', 'rolled-back'], ['complete', 'complete']])('a %s: it is told as it is, and its copies are gone', async (verb, state) => {
    using home = tempFolder('no-room-home');
    await using it = await place(home.path);
    const { runId } = resultOf(await it.run('migrate', source, '--target', it.url));
    it.store(refuse(state));
    const ended = await it.run(verb, runId);
    expect([ended.code, JSON.parse(ended.stdout)], ended.stderr).toEqual([0, { runId, state }]);
    expect(ended.stderr).toContain('could not write it down');
    expect(existsSync(join(home.path, 'runs', runId))).toBe(false);
    expect(await it.session.arrays(`SELECT to_regclass('travessia.runs')::text, to_regclass('public.item')::text`)).toEqual([[null, state === 'complete' ? 'item' : null]]);
    it.store(accept);
    expect(JSON.parse((await it.run('show', runId)).stdout)).toMatchObject({ state });
    expect(await it.listed()).toMatchObject([{ state, next: ['evidence'] }]);
  });
});

describe.skipIf(!hasPostgres() || !hasSmallDisk())('on a full disk', () => {
  test('the data folder: every command says so, however little is left, and what was stopped goes on when there is room', { timeout: 120_000 }, async () => {
    using disk = smallDisk(40);
    await using it = await place(disk.path);
    const plan = join(folder.path, 'plan.json');
    expect((await it.run('plan', source, '--target', it.url, '--out', plan)).code).toBe(0);
    let stopped = 0;
    for (const left of [0, 16, 24, 48, 84, 100, 120, 140, 160, 200].map((kilobytes) => kilobytes * 1024)) {
      disk.fill(left);
      const ended = await it.run('migrate', plan);
      disk.free();
      const stands = (await it.session.arrays(`SELECT to_regclass('public.item')::text`)).flat()[0] === 'item';
      expect([ended.code, stands], `${left}: ${ended.stdout} ${ended.stderr}`).toEqual(stands ? [0, true] : [4, false]);
      if (!stands) expect(refusalOf(ended).code, `${left}: ${ended.stderr}`).toBe('DISK_FULL');
      const [last] = await it.listed();
      if (last === undefined || last.state === 'failed') continue;
      stopped += 1;
      if (!stands) expect(resultOf(await it.run('resume', last.id))).toMatchObject({ status: 'verified', swapped: true });
      else expect(JSON.parse((await it.run('show', last.id)).stdout)).toMatchObject({ state: 'swapped' });
      expect((await it.run('rollback', last.id)).code).toBe(0);
      expect(await catalogState(it.session)).toEqual(it.before);
    }
    expect(stopped).toBeGreaterThan(0);
    expect(readdirSync(disk.path).filter((name) => name.includes('damaged'))).toEqual([]);
  });

  test('a person’s files: the plan that was reviewed stays, half a report is none, and sources stay where they are', async () => {
    using home = tempFolder('no-room-home');
    using disk = smallDisk(1);
    await using it = await place(home.path);
    const plan = join(disk.path, 'plan.json');
    expect((await it.run('plan', source, '--target', it.url, '--out', plan)).code).toBe(0);
    const reviewed = readFileSync(plan, 'utf8');
    disk.fill();
    expect(refusalOf(await it.run('plan', source, '--target', it.url, '--schema', 'other', '--out', plan)).code).toBe('DISK_FULL');
    expect(readFileSync(plan, 'utf8')).toBe(reviewed);
    expect(refusalOf(await it.run('assess', source, '--report', join(disk.path, 'report.html'))).code).toBe('DISK_FULL');
    const file = join(home.path, 'shop.db');
    copyOf(file);
    const { runId } = resultOf(await it.run('migrate', file, '--target', it.url));
    expect(refusalOf(await it.run('evidence', runId, '--out', disk.path)).code).toBe('DISK_FULL');
    expect(readdirSync(disk.path).toSorted()).toEqual(['filler', 'plan.json']);
    // Room for the list, and for a part of the file.
    disk.fill(64 * 1024);
    const aside = join(disk.path, 'aside');
    mkdirSync(aside);
    expect(refusalOf(await it.run('complete', runId, '--archive', aside)).code).toBe('DISK_FULL');
    expect([existsSync(file), readdirSync(aside)]).toEqual([true, [`travessia-${runId}.json`]]);
    disk.fill();
    const other = join(disk.path, 'other');
    mkdirSync(other);
    expect(refusalOf(await it.run('complete', runId, '--archive', other)).code).toBe('DISK_FULL');
    expect(readdirSync(other)).toEqual([]);
    disk.free();
    expect((await it.run('complete', runId, '--archive', aside)).code).toBe(0);
    expect([existsSync(file), existsSync(join(aside, 'shop.db'))]).toEqual([false, true]);
  });

  test('the server’s own, while an index is built: DISK_FULL, and the run goes on when there is room', { timeout: 120_000 }, async ({ skip }) => {
    using home = tempFolder('no-room-home');
    using disk = smallDisk(46);
    await using admin = await freshDatabase();
    await using server = await admin.connect();
    const [[data = ''] = []] = await server.arrays('SHOW data_directory');
    if (typeof data !== 'string' || !existsSync(data)) return skip('The server is on another machine.');
    const place = join(disk.path, 'tablespace');
    mkdirSync(place, { mode: 0o700 });
    const { uid, gid } = statSync(data);
    chownSync(place, uid, gid);
    const wide = join(home.path, 'wide.db');
    buildSqlite(wide, `CREATE TABLE wide (id INTEGER PRIMARY KEY, t TEXT NOT NULL); CREATE INDEX wide_t ON wide (t);
      WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) INSERT INTO wide SELECT i, hex(randomblob(128)) FROM n`);
    await server.exec(`CREATE TABLESPACE no_room LOCATION '${place}'`);
    try {
      await using database = await freshDatabase();
      const { url, password } = splitUrl(database.url);
      await server.exec(`ALTER DATABASE ${new URL(url).pathname.slice(1)} SET default_tablespace = no_room; ALTER DATABASE ${new URL(url).pathname.slice(1)} SET temp_tablespaces = no_room`);
      const run = (...words: string[]) => command([...words, '--format', 'json'], { home: home.path, password });
      const ended = await run('migrate', wide, '--target', url);
      expect([ended.code, refusalOf(ended).code, refusalOf(ended).message.includes('CREATE INDEX')], ended.stdout).toEqual([4, 'DISK_FULL', true]);
      disk.grow(200);
      const [stopped]: { id: string }[] = JSON.parse((await run('runs')).stdout);
      expect(resultOf(await run('resume', stopped?.id ?? ''))).toMatchObject({ status: 'verified', swapped: true });
    } finally {
      await server.exec('DROP TABLESPACE no_room');
    }
  });
});
