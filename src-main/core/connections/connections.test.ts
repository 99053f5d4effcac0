import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ConnectionInput } from '../../../shared/model/project.ts';
import { connectPostgres } from '../../drivers/postgres/index.ts';
import { createFileSecrets } from '../../platform/secrets.file.ts';
import { openStore } from '../../store/index.ts';
import { corpusCopy, freshDatabase, hasCorpus, hasPostgres, tempFolder, testPostgres } from '../../test-support/index.ts';
import { createConnections } from './index.ts';

const input = (change: Partial<ConnectionInput>): ConnectionInput => ({ name: 'shop', kind: 'postgres', location: 'postgresql://ana@db/shop', environment: 'test', colour: 'blue', readOnly: false, ...change });

async function setUp(folder: string, env: Record<string, string> = {}, onUse: (id: string) => void = () => undefined) {
  const store = await openStore(folder);
  const secrets = createFileSecrets(folder, {});
  const connections = createConnections({ store: store.connections, secrets, now: () => Date.parse('2025-05-05'), servers: join(folder, 'servers'), env, folder, onUse });
  return { store, secrets, connections };
}

describe('saved connections', () => {
  it('keep a password out of the store, whichever way it came', async () => {
    using folder = tempFolder('connections');
    const uses: string[] = [];
    const { store, secrets, connections } = await setUp(folder.path, {}, (id) => uses.push(id));
    const first = await connections.add(input({ password: 'hunter2' }));
    const second = await connections.add(input({ name: 'pasted', location: 'postgresql://ana:hunter2@db:5433/shop?sslpassword=hunter2&sslcert=c&sslkey=k' }));
    expect([first.hasPassword, second.hasPassword, second.location]).toEqual([true, true, 'postgresql://ana@db:5433/shop?sslcert=c&sslkey=k']);
    expect(JSON.stringify([first, second, await connections.list()])).not.toContain('hunter2');
    const found = await connections.find('pasted');
    expect([found?.config?.endpoints[0]?.password, found?.config?.sslPassword, found?.connection.lastUsedAt]).toEqual(['hunter2', 'hunter2', '2025-05-05T00:00:00.000Z']);
    expect(await connections.find('none')).toBeNull();
    // A use is told, so that a screen shows when it was.
    expect(uses).toEqual([second.id]);
    const edited = await connections.edit(first.id, input({ name: 'renamed', colour: 'red' }));
    expect([edited.hasPassword, edited.colour, (await connections.find('renamed'))?.config?.endpoints[0]?.password]).toEqual([true, 'red', 'hunter2']);
    expect((await connections.edit(first.id, input({ name: 'renamed', password: null }))).hasPassword).toBe(false);
    expect(await secrets.get(`connection:${first.id}`)).toBeNull();
    await connections.remove(second.id);
    expect(await secrets.get(`connection:${second.id}`)).toBeNull();
    await store.close();
    for (const file of ['store.db', 'secrets.json']) expect(readFileSync(join(folder.path, file)).includes('hunter2')).toBe(false);
  });

  it('have names that cannot be taken for something else, once each', async () => {
    using folder = tempFolder('connections');
    const { store, connections } = await setUp(folder.path);
    await connections.add(input({}));
    await expect(connections.add(input({}))).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    for (const name of ['embedded', 'a.db', 'a/b', 'pg:x', ' ']) await expect(connections.add(input({ name }))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(connections.add(input({ name: 'x', kind: 'sqlite' }))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(connections.add(input({ name: 'x', location: 'postgres://h/d?sslmode=no' }))).rejects.toMatchObject({ code: 'INVALID_INPUT' });
    await expect(connections.edit('none', input({}))).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await store.close();
  });

  it('are offered from the environment, and take its password along when chosen', async () => {
    using folder = tempFolder('connections');
    writeFileSync(join(folder.path, '.env'), 'DATABASE_URL=postgresql://ana:hunter2@db/shop\n');
    const { store, connections } = await setUp(folder.path);
    const offered = await connections.discover();
    expect(offered).toEqual([{ name: 'shop', location: 'postgresql://ana@db/shop', from: 'DATABASE_URL (.env)' }]);
    const added = await connections.add(input({ location: offered[0]?.location ?? '' }));
    expect([added.hasPassword, (await connections.find('shop'))?.config?.endpoints[0]?.password]).toEqual([true, 'hunter2']);
    await store.close();
  });

  it.skipIf(!hasCorpus())('test a SQLite file', async () => {
    using folder = tempFolder('connections');
    const { store, connections } = await setUp(folder.path);
    const file = corpusCopy('sqlite/chinook/chinook.sqlite', folder.path);
    const saved = await connections.add(input({ kind: 'sqlite', location: file }));
    const result = await connections.test({ id: saved.id });
    expect(result).toMatchObject({ ok: true, kind: 'sqlite' });
    expect(result.details).toContainEqual({ code: 'tables', value: '11' });
    await expect(connections.test(input({ kind: 'sqlite', location: join(folder.path, 'none.db') }))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    await store.close();
  });

  it.skipIf(!hasPostgres())('test a PostgreSQL database: rights, read-only, size', async () => {
    using folder = tempFolder('connections');
    await using database = await freshDatabase();
    const { store, connections } = await setUp(folder.path);
    const details = async (location: string, password?: string) => {
      const result = await connections.test(input({ location, password: password ?? null }));
      return Object.fromEntries(result.details.map(({ code, value }) => [code, value]));
    };
    expect(await details(database.url)).toMatchObject({ encoding: 'UTF8', superuser: 'true', 'can-create-schema': 'true', 'read-only': 'false', pooled: 'false', tls: 'false', database: database.name });
    await using session = await database.connect();
    const role = `weak_${database.name}`;
    await session.exec(`CREATE ROLE "${role}" LOGIN PASSWORD 'weak'; ALTER ROLE "${role}" SET default_transaction_read_only = on`);
    const url = new URL(testPostgres());
    expect(await details(`postgresql://${role}@${url.host}/${database.name}?sslmode=disable`, 'weak')).toMatchObject({ superuser: 'false', 'can-create-schema': 'false', 'can-create-database': 'false', 'read-only': 'true', user: role });
    await expect(connections.test(input({ location: `postgresql://${role}@${url.host}/${database.name}`, password: 'wrong' }))).rejects.toMatchObject({ code: 'AUTH_FAILED' });
    const saved = await connections.add(input({ location: database.url }));
    expect((await connections.test({ id: saved.id })).ok).toBe(true);
    const found = await connections.find('shop');
    if (found?.config === null || found?.config === undefined) throw new Error('no config');
    await using other = await connectPostgres(found.config);
    expect(await other.one('SELECT current_database() AS d')).toEqual({ d: database.name });
    await other.close();
    await session.exec(`DROP ROLE "${role}"`);
    await store.close();
  });
});
