/** The program's own schema may have been another's before: what is in it, and what reads the journal, outlives each way to end a run. */
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, resultOf, splitUrl } from './command-line.ts';

const folder = tempFolder('schema-there');
const source = join(folder.path, 'shop.db');

beforeAll(() => {
  const db = new Database(source);
  db.exec("CREATE TABLE item (id INTEGER PRIMARY KEY, price INTEGER); INSERT INTO item VALUES (1, 2), (2, 'dear')");
  db.close();
});
afterAll(() => folder.remove());

async function place() {
  const database = await freshDatabase();
  const session = await database.connect();
  const target = splitUrl(database.url);
  const home = tempFolder('schema-there-home');
  const run = (...words: string[]) => command([...words, '--format', 'json'], { home: home.path, password: target.password });
  return {
    session, run, migrate: () => run('migrate', source, '--target', target.url, '--override', 'item.price:type=bigint', '--max-rejects', 'all'),
    async [Symbol.asyncDispose]() {
      await session.close();
      await database.close();
      home.remove();
    },
  };
}

describe.skipIf(!hasPostgres())('a schema named travessia that was there', () => {
  test('keeps what is in it, in a rollback and in a completion', async () => {
    await using it = await place();
    await it.session.exec(`CREATE SCHEMA travessia; CREATE TABLE travessia.mine (id int PRIMARY KEY); INSERT INTO travessia.mine VALUES (7);
      CREATE FUNCTION travessia.answer() RETURNS int LANGUAGE sql AS 'SELECT 42'`);
    const before = await catalogState(it.session);
    const first = resultOf(await it.migrate());
    expect(first.status).toBe('rejects');
    expect((await it.run('rollback', first.runId)).code).toBe(0);
    expect(await catalogState(it.session)).toEqual(before);
    const second = resultOf(await it.migrate());
    await it.session.exec('DELETE FROM travessia.rejects');
    expect((await it.run('complete', second.runId)).code).toBe(0);
    expect(await it.session.arrays(`SELECT relname FROM pg_class WHERE relnamespace = 'travessia'::regnamespace AND relkind IN ('r', 'S') ORDER BY 1`)).toEqual([['mine']]);
  });

  test('stays where it is another role’s, and the run is rolled back all the same', async () => {
    await using it = await place();
    const role = `clerk_${process.pid}`;
    await it.session.exec(`CREATE ROLE ${role}; GRANT ${role} TO CURRENT_USER; CREATE SCHEMA travessia`);
    const database = (await it.session.arrays('SELECT current_database()'))[0]?.[0] ?? '';
    await it.session.exec(`GRANT CREATE, USAGE ON SCHEMA travessia, public TO ${role}; GRANT CREATE ON DATABASE "${database}" TO ${role}; ALTER ROLE CURRENT_USER IN DATABASE "${database}" SET role = ${role}`);
    try {
      const before = await catalogState(it.session);
      const { runId } = resultOf(await it.migrate());
      const undone = await it.run('rollback', runId);
      expect(undone.code, undone.stdout).toBe(0);
      expect(await catalogState(it.session)).toEqual(before);
    } finally {
      await it.session.exec(`ALTER ROLE CURRENT_USER IN DATABASE "${database}" RESET role; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  });

  test('a view of others over the rejects is not taken away with the journal', async () => {
    await using it = await place();
    const first = resultOf(await it.migrate());
    await it.session.exec('CREATE SCHEMA report; CREATE VIEW report.rejected AS SELECT "table", reason FROM travessia.rejects');
    expect((await it.run('rollback', first.runId)).code).toBe(0);
    expect(await it.session.arrays('SELECT count(*)::text FROM report.rejected')).toEqual([['0']]);
    expect(await it.session.arrays('SELECT count(*)::text FROM travessia.runs')).toEqual([['0']]);
  });

  test.each(['runs', 'rejects', 'mended'])('is refused before anything is written where its table %s is another’s', async (name) => {
    await using it = await place();
    await it.session.exec(`CREATE SCHEMA travessia; CREATE TABLE travessia.${name} (id int)`);
    const before = await catalogState(it.session);
    expect(refusalOf(await it.migrate())).toMatchObject({ code: 'TARGET_EXISTS', message: expect.stringContaining(`"${name}"`) });
    expect(await catalogState(it.session)).toEqual(before);
  });
});
