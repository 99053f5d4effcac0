import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { TravessiaEvent } from '../../../../shared/contract/events.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { freshDatabase, hasPostgres, tempFolder, type TempFolder } from '../../../test-support/index.ts';
import type { CallContext, Handlers } from '../../../../shared/contract/handlers.ts';
import { connectPostgres } from '../../../drivers/postgres/index.ts';
import { createFileSecrets } from '../../../platform/secrets.file.ts';
import { openStore } from '../../../store/index.ts';
import { createCore, type Core } from '../../composition.ts';
import { embeddedServer, hasEmbeddedPostgres, stopEmbedded } from '../../../drivers/embedded-postgres/index.ts';
import { createConnections } from '../../connections/index.ts';
import { createFolders } from '../../folders.ts';
import { sampleChats, sampleStatements, writeSampleSqlite } from '../samples/index.ts';
import { createLibraries } from './libraries.ts';
import { wayOf } from './way.ts';

const options = { conversations: 12, seed: 5 } as const;
let folder: TempFolder;
let core: Core;
let handlers: Handlers;
const events: TravessiaEvent[] = [];
const context: CallContext = { who: 'test' };

beforeAll(async () => {
  folder = tempFolder('libraries');
  core = await createCore({ home: join(folder.path, 'home') });
  handlers = core.handlers;
  core.onEvent((event) => events.push(event));
});
afterAll(async () => {
  await core.close();
  folder.remove();
});

async function database(name: string, adapter: Parameters<typeof writeSampleSqlite>[1]): Promise<{ readonly path: string; readonly mapping: Mapping }> {
  const path = join(folder.path, `${name}.db`);
  writeSampleSqlite(path, adapter, options);
  const { detections } = await handlers['libraries/detect']({ source: path }, context);
  const mapping = detections[0]?.mapping;
  expect(mapping?.adapter).toBe(adapter);
  return { path, mapping: mapping ?? { adapter } };
}

async function refresh(id: string): Promise<void> {
  const { jobId } = await handlers['libraries/refresh']({ id }, context);
  expect((await core.jobs.wait(jobId)).error).toBeNull();
}

test('a file becomes a library: detected, previewed, added, refreshed, read, edited, removed', async () => {
  const { path, mapping } = await database('goose', 'goose');
  const { shape } = await handlers['libraries/detect']({ source: path }, context);
  expect(shape.tables.map(({ name }) => name)).toEqual(['messages', 'schema_version', 'sessions']);
  const preview = await handlers['libraries/preview']({ source: path, mapping }, context);
  expect([preview.conversations.length, preview.problems]).toEqual([12, []]);
  expect(preview.messages[0]).toMatchObject({ role: 'user', parts: [{ type: 'text' }] });

  const library = await handlers['libraries/add']({ source: path, name: 'Geese', mapping }, context);
  expect(library).toMatchObject({ name: 'Geese', source: path, kind: 'sqlite', way: 'cached', search: 'missing', refreshedAt: null });
  await expect(handlers['libraries/add']({ source: path, name: 'geese', mapping }, context)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
  await refresh(library.id);
  const [listed] = await handlers['libraries/list']({}, context);
  expect(listed).toMatchObject({ id: library.id, search: 'ready', refreshedAt: expect.any(String) });
  expect(events.filter((event) => event.type === 'changed' && event.noun === 'libraries' && event.id === library.id).length).toBeGreaterThan(1);

  const first = [...sampleChats(options)].at(-1);
  const page = await handlers['conversations/list']({ library: library.id, query: '', limit: 5 }, context);
  expect(page.rows.map(({ title }) => title)).toContain(first?.title);
  const thread = await handlers['conversations/messages']({ library: library.id, conversation: first?.id ?? '', from: 'start', limit: 50 }, context);
  expect(thread.rows).toHaveLength(first?.messages.length ?? 0);

  expect(await handlers['libraries/edit']({ id: library.id, name: 'Gansos' }, context)).toMatchObject({ name: 'Gansos', search: 'ready' });
  const before = statSync(createFolders(core.home).cache(library.id)).isDirectory();
  await handlers['libraries/remove']({ id: library.id }, context);
  expect([before, existsSync(createFolders(core.home).cache(library.id)), existsSync(path), await handlers['libraries/list']({}, context)]).toEqual([true, false, true, []]);
  await expect(handlers['conversations/list']({ library: library.id, query: '', limit: 5 }, context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('a copy is stale once its source moved on, and missing once its mapping changed', async () => {
  const { path, mapping } = await database('crush', 'crush');
  const library = await handlers['libraries/add']({ source: path, name: 'Crush', mapping }, context);
  await refresh(library.id);
  const search = async () => (await handlers['libraries/list']({}, context)).find(({ id }) => id === library.id)?.search;
  expect(await search()).toBe('ready');
  const db = new Database(path);
  db.exec("UPDATE sessions SET title = 'Moved on' WHERE rowid = 1");
  db.close();
  await vi.waitFor(async () => expect(await search()).toBe('stale'), { timeout: 20_000, interval: 100 });
  await refresh(library.id);
  expect(await search()).toBe('ready');
  const { model: _, ...messages } = mapping.messages ?? { table: { schema: null, name: '' }, id: { column: '' }, conversation: { column: '' }, contentAs: 'auto' as const };
  expect(await handlers['libraries/edit']({ id: library.id, mapping: { ...mapping, messages } }, context)).toMatchObject({ search: 'missing' });
  await handlers['libraries/remove']({ id: library.id }, context);
});

test('a mapping that does not fit is refused with the place and the nearest name', async () => {
  const { path, mapping } = await database('flat', 'flat-history');
  const wrong = { ...mapping, messages: { ...mapping.messages, table: { schema: null, name: 'conversation_history' }, id: { column: 'id' }, conversation: { column: 'sesion_id' }, contentAs: 'auto' as const } };
  await expect(handlers['libraries/add']({ source: path, name: 'Flat', mapping: wrong }, context)).rejects.toMatchObject({ code: 'MAPPING_INVALID', message: expect.stringContaining('messages.conversation'), hint: expect.stringContaining('session_id') });
  const { problems } = await handlers['libraries/preview']({ source: path, mapping: { ...wrong, metrics: { table: { schema: null, name: 'system_metric' }, operation: { column: 'operation' }, durationMs: { column: 'x' } } } }, context);
  expect(problems).toEqual([
    { place: 'messages.conversation', code: 'mapping.no-column', params: { column: 'sesion_id', table: 'conversation_history', suggestion: 'session_id' } }, { place: 'metrics.table', code: 'mapping.no-table', params: { table: 'system_metric', suggestion: 'system_metrics' } },
  ]);
  expect((await handlers['libraries/preview']({ source: path, mapping: { adapter: 'generic' } }, context)).problems).toEqual([{ place: 'messages', code: 'mapping.nothing', params: {} }]);
  await expect(handlers['libraries/detect']({ source: join(folder.path, 'none.db') }, context)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});

test('a connection stands for its database, and follows it', async () => {
  const { path, mapping } = await database('saved', 'opencode');
  const connection = await handlers['connections/add']({ name: 'work laptop', kind: 'sqlite', location: path, environment: 'development', colour: 'green', readOnly: true }, context);
  const library = await handlers['libraries/add']({ source: 'work laptop', name: 'Saved', mapping }, context);
  expect(library.source).toBe(connection.id);
  await refresh(library.id);
  const titles = async () => (await handlers['conversations/list']({ library: library.id, query: '', limit: 50, zone: 'UTC' }, context)).rows.map(({ title }) => title);
  expect(await titles()).toHaveLength(12);
  const moved = await database('elsewhere', 'opencode');
  const { id: _id, hasPassword: _has, createdAt: _created, lastUsedAt: _used, ...input } = connection;
  await handlers['connections/edit']({ ...input, id: connection.id, location: moved.path }, context);
  // Another file than the one that was copied.
  await vi.waitFor(async () => expect((await handlers['libraries/list']({}, context)).find(({ id }) => id === library.id)?.search).toBe('stale'), { timeout: 20_000, interval: 100 });
  await expect(handlers['libraries/index-plan']({ id: library.id }, context)).rejects.toMatchObject({ code: expect.stringMatching(/UNSUPPORTED_SOURCE|INTERNAL/) });
  await handlers['libraries/remove']({ id: library.id }, context);
});

describe.skipIf(!hasPostgres())('on a server', () => {
  test('rows that are messages are read directly, all else from a copy; the password stays in the secret store', async () => {
    await using server = await freshDatabase();
    await using session = await server.connect();
    for (const sql of sampleStatements('four-table', options)) await session.exec(sql);
    const { detections } = await handlers['libraries/detect']({ source: server.url }, context);
    const mapping = detections[0]?.mapping;
    expect(mapping).toMatchObject({ adapter: 'four-table', conversations: { owner: { column: 'metadata', path: ['user_id'] } } });
    const library = await handlers['libraries/add']({ source: server.url, name: 'Support', mapping: mapping ?? { adapter: 'generic' } }, context);
    const { password } = new URL(server.url);
    expect(library).toMatchObject({ kind: 'postgres', way: 'direct', search: 'missing' });
    if (password !== '') expect(JSON.stringify(await handlers['libraries/list']({}, context))).not.toContain(password);
    const page = await handlers['conversations/list']({ library: library.id, query: '', limit: 50 }, context);
    expect(page.rows).toHaveLength(12);
    await expect(handlers['libraries/refresh']({ id: library.id }, context)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    await handlers['libraries/remove']({ id: library.id }, context);
  });
});

test.skipIf(!hasEmbeddedPostgres())('an embedded server that somebody stopped starts again for whoever reads on', async () => {
  const servers = createFolders(core.home).servers;
  const server = await embeddedServer({ folder: servers });
  await using session = await connectPostgres(server.config());
  for (const sql of sampleStatements('four-table', options)) await session.exec(sql);
  await session.close();
  const { detections } = await handlers['libraries/detect']({ source: 'embedded:main' }, context);
  const library = await handlers['libraries/add']({ source: 'embedded:main', name: 'Embedded', mapping: detections[0]?.mapping ?? { adapter: 'generic' } }, context);
  // Each time another page: one that was seen is kept.
  let limit = 50;
  const list = async () => (await handlers['conversations/list']({ library: library.id, query: '', limit: (limit += 1), zone: 'UTC' }, context)).rows.length;
  expect(await list()).toBe(12);
  await stopEmbedded({ folder: servers });
  await expect(list()).rejects.toMatchObject({ code: 'CONNECTION_LOST' });
  await vi.waitFor(async () => expect(await list()).toBe(12), { timeout: 60_000, interval: 200 });
  await handlers['libraries/remove']({ id: library.id }, context);
  await server.close();
  await stopEmbedded({ folder: servers });
}, 180_000);

test('a reader that nobody asks is closed after ten minutes, and opened again', async () => {
  const { path, mapping } = await database('idle', 'llm');
  await using store = await openStore(join(folder.path, 'idle'));
  const deps = { store, connections: createConnections({ store: store.connections, secrets: createFileSecrets(join(folder.path, 'idle')), now: () => Date.now() }), targetSecrets: { keep: async (text: string) => text, passwordOf: async () => null, forget: async () => undefined }, folders: createFolders(join(folder.path, 'idle')), jobs: core.jobs, emit: () => undefined, now: () => Date.now(), replicaPort: () => Promise.reject(new Error('none')), keySecret: async () => new Uint8Array(32) };
  const libraries = createLibraries(deps);
  const { id } = await libraries.add({ source: path, name: 'Idle', mapping });
  await expect(libraries.reader(id)).rejects.toMatchObject({ code: 'CACHE_MISSING' });
  await core.jobs.wait(await libraries.refresh(id));
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  try {
    const first = await libraries.reader(id);
    vi.advanceTimersByTime(9 * 60_000);
    expect(await libraries.reader(id)).toBe(first);
    vi.advanceTimersByTime(9 * 60_000);
    expect(await libraries.reader(id)).toBe(first);
    vi.advanceTimersByTime(11 * 60_000);
    expect(await libraries.reader(id)).not.toBe(first);
  } finally {
    vi.useRealTimers();
    await libraries.close();
  }
});

test('which way a library is read', () => {
  const row = { table: { schema: null, name: 'm' }, id: { column: 'id' }, conversation: { column: 'c' }, contentAs: 'auto' as const };
  const conversations = { table: { schema: null, name: 'c' }, id: { column: 'id' } };
  const mapping: Mapping = { adapter: 'generic', conversations, messages: row };
  expect(wayOf('postgres', mapping)).toBe('direct');
  expect(wayOf('replica', mapping)).toBe('direct');
  expect(wayOf('sqlite', mapping)).toBe('cached');
  expect(wayOf('pglite', mapping)).toBe('cached');
  for (const change of [{ adapter: 'open-webui' as const }, { conversations: undefined }, { messages: { ...row, exchange: { prompt: { column: 'p' }, response: { column: 'r' } } } }, { messages: { ...row, conversationWith: [{ column: 'u' }] } }, { conversations: { ...conversations, document: { column: 'd' } } }]) {
    expect(wayOf('postgres', { ...mapping, ...change } as Mapping), JSON.stringify(change)).toBe('cached');
  }
});
