import { mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { resolveSource, sourceState, takeSnapshot, type Source } from './index.ts';

const kept = new Map<string, string>();
/** No saved connection; secrets in a map, as the secret store keeps them. */
const ports: Parameters<typeof resolveSource>[0] = {
  connections: { list: async () => [], get: async () => Promise.reject(new Error('none')), find: async () => null, add: async () => Promise.reject(new Error('none')), edit: async () => Promise.reject(new Error('none')), remove: async () => undefined, test: async () => Promise.reject(new Error('none')), discover: async () => [] },
  targetSecrets: {
    keep: async (target) => {
      const url = new URL(target);
      const { password } = url;
      url.password = '';
      if (password !== '') kept.set(url.href, decodeURIComponent(password));
      return url.href;
    },
    passwordOf: async (target) => kept.get(target) ?? null,
    forget: async () => undefined,
  },
};
const kindOf = async (reference: string): Promise<string> => (await resolveSource(ports, reference)).kind;
const quiet = { signal: new AbortController().signal, onProgress: () => undefined };

describe('a reference', () => {
  test('finds its kind by what is there, whatever it is called', async () => {
    using folder = tempFolder('sources');
    const at = (name: string, content: string): string => {
      writeFileSync(join(folder.path, name), content);
      return join(folder.path, name);
    };
    const database = join(folder.path, 'shop.json');
    new Database(database).exec('CREATE TABLE t (x)').close();
    mkdirSync(join(folder.path, 'data'));
    at('data/PG_VERSION', '18');
    expect(await kindOf(database)).toBe('sqlite');
    expect(await kindOf(at('export.json', '{'))).toBe('json');
    expect(await kindOf(at('no-ending.x', '[]'))).toBe('json');
    expect(await kindOf(join(folder.path, 'data'))).toBe('pglite');
    expect(await kindOf(join(folder.path, 'none.db'))).toBe('sqlite');
    expect(await kindOf(`json:${database}`)).toBe('json');
    expect(await kindOf('postgres://u@localhost/db')).toBe('postgres');
    await expect(kindOf('embedded')).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE', hint: expect.stringContaining('travessia server url') });
    await expect(kindOf('nothing')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('is read again to the same source, without the password', async () => {
    const first = await resolveSource(ports, 'postgresql://ana:geheim@db.example.org:5433/shop');
    expect(first).toMatchObject({ kind: 'postgres', database: 'shop', reference: 'postgresql://ana@db.example.org:5433/shop', config: { endpoints: [{ password: 'geheim' }] } });
    expect(await resolveSource(ports, first.reference)).toMatchObject({ config: { endpoints: [{ password: 'geheim' }] } });
  });
});

describe('a source counts as moved', () => {
  const moves = async (source: Source, change: () => Promise<void> | void): Promise<boolean> => {
    const before = (await sourceState(source)).fingerprint;
    await change();
    const after = (await sourceState(source)).fingerprint;
    return before.changeCounter !== after.changeCounter || before.bytes !== after.bytes;
  };

  test('when its content changes, and not when it is only touched or read', async () => {
    using folder = tempFolder('sources');
    const path = join(folder.path, 'a.json');
    writeFileSync(path, '[{"a":1}]');
    const source = await resolveSource(ports, path);
    expect(await moves(source, () => utimesSync(path, 1, 1))).toBe(false);
    expect(await moves(source, () => writeFileSync(path, '[{"a":2}]'))).toBe(true);
    await expect(sourceState(await resolveSource(ports, 'json:/none.json'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test.skipIf(!hasPostgres())('on a server: rows, columns, new tables; a reader moves nothing', async () => {
    await using database = await freshDatabase();
    const source = await resolveSource(ports, database.url);
    const counted = async (): Promise<void> => {
      await using session = await database.connect();
      // Before PostgreSQL 15 a collector counts, up to half a second after the session's end.
      if (Number((await session.one('SHOW server_version_num'))?.['server_version_num']) < 150_000) await setTimeout(1500);
    };
    const run = (sql: string) => async (): Promise<void> => {
      {
        await using session = await database.connect();
        await session.exec(sql);
      }
      await counted();
    };
    await run('CREATE TABLE t (id int); INSERT INTO t VALUES (1)')();
    expect(await moves(source, run('SELECT * FROM t'))).toBe(false);
    expect(await moves(source, run('UPDATE t SET id = 2'))).toBe(true);
    expect(await moves(source, run('ALTER TABLE t ADD COLUMN x text'))).toBe(true);
    expect(await moves(source, run('TRUNCATE t'))).toBe(true);
    expect(await moves(source, run('CREATE TABLE u (id int)'))).toBe(true);
  });
});

test('a snapshot bears its name only once it is whole', async () => {
  using folder = tempFolder('sources');
  const path = join(folder.path, 'a.json');
  const to = join(folder.path, 'snapshots', 'a');
  writeFileSync(path, '[{"a":1},{"a":1,"a":2}]');
  const source = await resolveSource(ports, path);
  await expect(takeSnapshot({ source, toPath: to }, quiet)).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  writeFileSync(path, JSON.stringify(Array.from({ length: 5000 }, (_, a) => ({ a }))));
  await expect(takeSnapshot({ source, toPath: to }, { ...quiet, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  mkdirSync(`${to}.part`, { recursive: true });
  expect(await takeSnapshot({ source, toPath: to }, quiet)).toEqual([]);
  using db = (() => {
    const opened = new Database(to, { readonly: true });
    return { opened, [Symbol.dispose]: () => opened.close() };
  })();
  expect(db.opened.prepare('SELECT count(*) FROM a').pluck().get()).toBe(5000);
});
