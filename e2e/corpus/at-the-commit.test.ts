/** The program ends, or loses its connection, just when the target has committed: what became of the run is found out, and told as it is. */
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl, startCommand, type Ended } from './command-line.ts';

const folder = tempFolder('at-the-commit');
const source = join(folder.path, 'shop.db');

beforeAll(() => {
  const db = new Database(source);
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item (name) VALUES ('a'), ('b')`);
  db.close();
});
afterAll(() => folder.remove());

async function place() {
  const home = tempFolder('at-the-commit-home');
  const database = await freshDatabase();
  const session = await database.connect();
  const target = splitUrl(database.url);
  const options = { home: home.path, password: target.password };
  const file = join(home.path, 'shop.db');
  copyFileSync(source, file);
  return {
    session, file, home: home.path,
    before: await catalogState(session),
    words: ['migrate', file, '--target', target.url, '--format', 'json'],
    run: (...words: string[]) => command([...words, '--format', 'json'], options),
    struck: (at: string, then: 'kill' | 'lose', ...words: string[]): Promise<Ended> => startCommand([...words, '--format', 'json'], { ...options, preload: `${new URL('strike.ts', import.meta.url).href}?at=${encodeURIComponent(at)}&then=${then}` }).ended,
    async stateOf(run: string): Promise<{ readonly state: string; readonly next: readonly string[] } | undefined> {
      const listed: { id: string; state: string; next: string[] }[] = JSON.parse((await command(['runs', '--format', 'json'], options)).stdout);
      return listed.find(({ id }) => id === run);
    },
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
      home.remove();
    },
  };
}

/** What an end is shown by, then what carries it out. */
const undone = 'BEGIN;;COMMIT;;BEGIN;;COMMIT';
const swapped = 'swapping;;SET detail;;COMMIT';

describe.skipIf(!hasPostgres())('at the commit', () => {
  test('of a rollback, killed: the next look at the run finds that it is rolled back, and nothing of it stays', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.run(...it.words.slice(0, 4)));
    expect((await it.struck(undone, 'kill', 'rollback', runId)).code).toBeNull();
    expect(await catalogState(it.session)).toEqual(it.before);
    expect(existsSync(join(it.home, 'runs', runId))).toBe(true);
    expect(refusalOf(await it.run('rollback', runId)).code).toBe('NOT_FOUND');
    expect(await it.stateOf(runId)).toMatchObject({ state: 'rolled-back', next: ['evidence'] });
    expect(existsSync(join(it.home, 'runs', runId))).toBe(false);
  });

  test('of a completion, killed: it is complete, and its files are moved aside', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.run(...it.words.slice(0, 4)));
    expect((await it.struck(undone, 'kill', 'complete', runId)).code).toBeNull();
    const aside = join(it.home, 'aside');
    expect((await it.run('complete', runId, '--archive', aside)).code).toBe(0);
    expect([existsSync(it.file), existsSync(join(aside, 'shop.db'))]).toEqual([false, true]);
    expect(await it.stateOf(runId)).toMatchObject({ state: 'complete' });
  });

  test('of a rollback, the answer is lost: the target is asked, and the run is rolled back', async () => {
    await using it = await place();
    const { runId } = resultOf(await it.run(...it.words.slice(0, 4)));
    const ended = await it.struck(undone, 'lose', 'rollback', runId);
    expect([ended.code, JSON.parse(ended.stdout)], ended.stderr).toEqual([0, { runId, state: 'rolled-back' }]);
    expect(await catalogState(it.session)).toEqual(it.before);
  });

  test('of the swap, the answer is lost: nobody is told that nothing was swapped', async () => {
    await using it = await place();
    const ended = await it.struck(swapped, 'lose', ...it.words.slice(0, 4));
    expect(ended.code, ended.stderr).toBe(0);
    const result = resultOf(ended);
    expect(result).toMatchObject({ status: 'verified', swapped: true });
    expect(await it.stateOf(result.runId)).toMatchObject({ state: 'swapped', next: ['verify', 'evidence', 'rollback', 'complete'] });
    expect((await it.run('rollback', result.runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(it.before);
  });
});
