/** What cannot be done is refused with a code, a message, a way on and an exit code, and the target stays as it was. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../src-main/test-support/index.ts';
import { catalogState } from './catalog-state.ts';
import { command, refusalOf, splitUrl } from './command-line.ts';

const folder = tempFolder('refusals');
const source = join(folder.path, 'shop.db');
const role = `refused_${process.pid}_${randomBytes(4).toString('hex')}`;
let database: TestDatabase;
let before: string[];

async function state(): Promise<string[]> {
  await using session = await database.connect();
  return await catalogState(session);
}

/** Runs a migration that must be refused, and checks that nothing of the target changed. */
async function refused(from: string, target: string, password: string, more: readonly string[] = []) {
  const ended = await command(['migrate', from, '--target', target, '--format', 'json', ...more], { home: folder.path, password });
  const error = refusalOf(ended);
  expect(await state()).toEqual(before);
  expect(`${ended.stdout}${ended.stderr}`).not.toContain(splitUrl(database.url).password);
  expect(error.message.length, 'a message').toBeGreaterThan(15);
  expect((error.hint ?? '').length, 'a hint').toBeGreaterThan(10);
  return { exit: ended.code, code: error.code, message: error.message };
}

const here = () => splitUrl(database.url);
const as = (user: string) => {
  const url = new URL(here().url);
  url.username = user;
  return url.href;
};

beforeAll(() => {
  const db = new Database(source);
  db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT NOT NULL)');
  const insert = db.prepare('INSERT INTO item (name) VALUES (?)');
  db.transaction(() => {
    for (let n = 0; n < 2000; n += 1) insert.run(`item ${n} ${'x'.repeat(60)}`);
  })();
  db.close();
});
beforeEach(async () => {
  if (!hasPostgres()) return;
  database = await freshDatabase();
  await using session = await database.connect();
  await session.exec('CREATE TABLE public.witness (id int PRIMARY KEY); INSERT INTO public.witness VALUES (1)');
  before = await catalogState(session);
});
afterEach(async () => {
  if (hasPostgres()) await database.close();
});
afterAll(() => folder.remove());

describe.skipIf(!hasPostgres())('targets', () => {
  test('a wrong password', async () => {
    expect(await refused(source, here().url, 'not the password')).toMatchObject({ exit: 3, code: 'AUTH_FAILED' });
  });

  test('no server at the address', async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 1;
    await new Promise((resolve) => server.close(resolve));
    expect(await refused(source, `postgresql://somebody@127.0.0.1:${port}/shop`, 'x')).toMatchObject({ exit: 3, code: 'CANNOT_CONNECT', message: expect.stringContaining(String(port)) });
  });

  test('a database that does not exist', async () => {
    const url = new URL(here().url);
    url.pathname = '/no_such_database';
    expect(await refused(source, url.href, here().password)).toMatchObject({ exit: 3, code: 'DATABASE_MISSING', message: expect.stringContaining('no_such_database') });
  });

  test('a read-only target', async () => {
    await using session = await database.connect();
    await session.exec(`ALTER DATABASE "${database.name}" SET default_transaction_read_only = on`);
    expect(await refused(source, here().url, here().password)).toMatchObject({ exit: 3, code: 'READ_ONLY', message: expect.stringContaining(database.name) });
  });

  test('a plan that leaves every table out', async () => {
    expect(await refused(source, here().url, here().password, ['--override', 'item:exclude=true'])).toMatchObject({ exit: 2, code: 'PLAN_INVALID', message: 'The plan includes no table: there is nothing to load.' });
  });

  test('a table of that name exists', async () => {
    await using session = await database.connect();
    await session.exec('CREATE TABLE public.item (other text)');
    before = await catalogState(session);
    expect(await refused(source, here().url, here().password)).toMatchObject({ exit: 2, code: 'TARGET_EXISTS', message: expect.stringContaining('"item"') });
  });

  test('a view of that name exists, which cannot be replaced', async () => {
    await using session = await database.connect();
    await session.exec('CREATE VIEW public.item AS SELECT 1 AS one');
    before = await catalogState(session);
    expect(await refused(source, here().url, here().password, ['--if-exists', 'replace'])).toMatchObject({ exit: 2, code: 'TARGET_EXISTS', message: expect.stringContaining('view') });
  });

  test('no right to create schemas, or tables in the schema', async () => {
    await using session = await database.connect();
    await session.exec(`CREATE ROLE ${role} LOGIN PASSWORD 'p'; REVOKE ALL ON DATABASE "${database.name}" FROM PUBLIC; REVOKE CREATE ON SCHEMA public FROM PUBLIC; GRANT CONNECT ON DATABASE "${database.name}" TO ${role}`);
    before = await catalogState(session);
    expect(await refused(source, as(role), 'p')).toMatchObject({ exit: 3, code: 'PERMISSION_DENIED', message: expect.stringContaining(database.name) });
    await session.exec(`GRANT CREATE ON DATABASE "${database.name}" TO ${role}`);
    expect(await refused(source, as(role), 'p')).toMatchObject({ exit: 3, code: 'PERMISSION_DENIED', message: expect.stringContaining('public') });
    await session.exec(`DROP OWNED BY ${role}; DROP ROLE ${role}`);
  });

  test('an encoding that cannot hold every text', async () => {
    await using session = await database.connect();
    const name = `${database.name}_latin`;
    await session.exec(`CREATE DATABASE "${name}" ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0`);
    const url = new URL(here().url);
    url.pathname = `/${name}`;
    try {
      expect(await refused(source, url.href, here().password)).toMatchObject({ exit: 2, code: 'UNSUPPORTED_TARGET', message: expect.stringContaining('LATIN1') });
    } finally {
      await session.exec(`DROP DATABASE "${name}" WITH (FORCE)`);
    }
  });
});

describe.skipIf(!hasPostgres())('sources', () => {
  const file = (name: string, bytes: string | Uint8Array): string => {
    const path = join(folder.path, name);
    writeFileSync(path, bytes);
    return path;
  };
  const migrate = (path: string) => refused(path, here().url, here().password);

  test('no file', async () => {
    expect(await migrate(join(folder.path, 'nowhere.db'))).toMatchObject({ exit: 2, code: 'FILE_NOT_FOUND', message: expect.stringContaining('nowhere.db') });
  });

  test('a folder', async () => {
    expect(await migrate(`${folder.path}/.`)).toMatchObject({ exit: 2, code: 'NOT_A_DATABASE' });
  });

  test('a text file', async () => {
    expect(await migrate(file('notes.db', 'a shopping list\n'.repeat(500)))).toMatchObject({ exit: 2, code: 'NOT_A_DATABASE', message: expect.stringContaining('notes.db') });
  });

  test.each(['x', '{'])('what looks encrypted: no header, all bytes alike, the first of them %s', async (first) => {
    const refusal = await migrate(file('secret.db', Buffer.concat([Buffer.from(first), randomBytes(40_959)])));
    expect(refusal).toMatchObject({ exit: 2, code: 'NOT_A_DATABASE' });
    expect(refusal.message).toMatch(/encrypted/i);
  });

  test('a file without any table', async () => {
    const path = join(folder.path, 'empty.db');
    const db = new Database(path);
    db.exec('PRAGMA user_version = 1');
    db.close();
    expect(await migrate(path)).toMatchObject({ exit: 2, code: 'DATABASE_EMPTY', message: expect.stringContaining('empty.db') });
  });

  test('a damaged file: pages in the middle are overwritten', async () => {
    const path = join(folder.path, 'damaged.db');
    await new Database(source).backup(path);
    const handle = openSync(path, 'r+');
    for (let page = 5; page < 15; page += 1) writeSync(handle, randomBytes(4096), 0, 4096, page * 4096);
    closeSync(handle);
    expect(await migrate(path)).toMatchObject({ exit: 2, code: 'DATABASE_CORRUPT', message: expect.stringContaining('damaged.db') });
  });

  test('a file cut short', async () => {
    const path = join(folder.path, 'cut.db');
    await new Database(source).backup(path);
    writeFileSync(path, readFileSync(path).subarray(0, 20_000));
    expect(await migrate(path)).toMatchObject({ exit: 2, code: 'DATABASE_CORRUPT', message: expect.stringContaining('cut.db') });
  });

  test('what cannot be meant is refused before the source is read: a schema of the server, an unknown type, an empty target', async () => {
    const nowhere = join(folder.path, 'nowhere.db');
    const words: readonly (readonly [string, readonly string[], string, RegExp])[] = [
      ...['pg_temp', 'pg_catalog', 'PG_mine', 'information_schema', 'travessia', ''].map((schema) => ['INVALID_INPUT', [nowhere, '--target', here().url, '--schema', schema], schema, /another schema/] as const),
      ['USAGE', [nowhere, '--target', ''], '--target is empty', /variable/],
      ['INVALID_INPUT', [source, '--target', here().url, '--override', 'item.name:type=nosuch'], 'nosuch', /smallint, integer/],
      ['INVALID_INPUT', [source, '--target', here().url, '--override', 'item.name:type=varchar(0)'], 'varchar(0)', /varchar\(n\)/],
      ['INVALID_INPUT', [source, '--target', here().url, '--override', 'item:type=text'], 'item (type)', /item\.COLUMN/],
    ];
    for (const [code, more, named, hint] of words) {
      const ended = await command(['migrate', ...more, '--format', 'json'], { home: folder.path, password: here().password });
      expect(refusalOf(ended), more.join(' ')).toMatchObject({ code, message: expect.stringContaining(named), hint: expect.stringMatching(hint) });
      expect(ended.code).toBe(2);
    }
    expect(await state()).toEqual(before);
  });

  test('a row that no page can hold is foretold by the plan, and told with what to do where it is loaded', async () => {
    const path = join(folder.path, 'wide.db');
    const db = new Database(path);
    const columns = Array.from({ length: 1100 }, (_, index) => `c${index}`);
    db.exec(`CREATE TABLE wide (${columns.map((name) => `${name} INTEGER`).join(', ')}); CREATE TABLE empty (${columns.map((name) => `${name} INTEGER`).join(', ')}); INSERT INTO wide VALUES (${columns.map((_, index) => index).join(', ')})`);
    db.close();
    const target = here();
    const plan = await command(['plan', path, '--target', target.url, '--schema', 'wide', '--format', 'json', '--out', join(folder.path, 'wide.json')], { home: folder.path, password: target.password });
    const { findings }: { findings: { code: string; table?: string }[] } = JSON.parse(readFileSync(join(folder.path, 'wide.json'), 'utf8'));
    expect(findings.filter(({ code }) => code === 'plan.finding.row-too-long').map(({ table }) => table), plan.stderr).toEqual(['wide']);
    const ended = await command(['migrate', path, '--target', target.url, '--schema', 'wide', '--format', 'json'], { home: folder.path, password: target.password });
    expect(refusalOf(ended)).toMatchObject({ message: expect.stringContaining('too big'), hint: expect.stringContaining('leave columns out') });
    const { runId }: { runId: string } = JSON.parse(ended.stdout);
    expect((await command(['rollback', runId], { home: folder.path, password: target.password })).code).toBe(0);
  });

  test('usage: no target, an unknown option, an unknown mode', async () => {
    for (const words of [[source], [source, '--target', here().url, '--colour', 'red'], [source, '--target', here().url, '--if-exists', 'overwrite'], []]) {
      const ended = await command(['migrate', ...words, '--format', 'json'], { home: folder.path });
      expect({ exit: ended.code, code: refusalOf(ended).code }, words.join(' ')).toEqual({ exit: 2, code: 'USAGE' });
    }
    expect(await state()).toEqual(before);
  });

  test('nothing that is said is passed over: options beside a plan file, a word too many; and nothing but a plan is written over by one', async () => {
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home: folder.path, password: here().password });
    const plan = join(folder.path, 'reviewed.json');
    expect((await run('plan', source, '--target', here().url, '--out', plan)).code).toBe(0);
    for (const more of [['--target', 'embedded'], ['--if-exists', 'replace'], ['--where', 'item=id < 2'], ['--schema', 'other'], ['--infer'], ['--repair', 'orphans=quarantine']]) {
      const ended = await run('migrate', plan, ...more);
      expect([ended.code, refusalOf(ended)], more.join(' ')).toMatchObject([2, { code: 'USAGE', message: expect.stringContaining(more[0] ?? '') }]);
    }
    for (const words of [['rollback', 'one', 'two'], ['complete', 'one', 'two'], ['resume', 'one', 'two'], ['runs', 'one']]) {
      expect(refusalOf(await run(...words)), words.join(' ')).toMatchObject({ code: 'USAGE', message: expect.stringContaining(words.at(-1) ?? '') });
    }
    const bytes = readFileSync(source);
    expect(refusalOf(await run('plan', source, '--target', here().url, '--out', source)).code).toBe('FILE_EXISTS');
    expect(readFileSync(source).equals(bytes)).toBe(true);
    expect((await run('plan', source, '--target', here().url, '--out', plan)).code).toBe(0);
    expect(refusalOf(await run('plan', source, '--target', here().url, '--out', join(folder.path, 'nowhere', 'plan.json'))).code).toBe('FILE_NOT_WRITABLE');
    expect(await state()).toEqual(before);
  });

  test('of several sources one that is not there is named before any is read', async () => {
    using home = tempFolder('mistyped');
    const run = (...words: string[]) => command([...words, '--format', 'json'], { home: home.path, password: here().password });
    expect(refusalOf(await run('migrate', source, join(folder.path, 'mistyped.db'), '--target', here().url))).toMatchObject({ code: 'FILE_NOT_FOUND', message: expect.stringContaining('mistyped.db') });
    expect(JSON.parse((await run('call', 'assess/list')).stdout)).toMatchObject({ value: [] });
  });
});
