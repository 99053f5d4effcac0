import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { embeddedServer, hasEmbeddedPostgres } from '../../../drivers/embedded-postgres/index.ts';
import { connectPostgres } from '../../../drivers/postgres/index.ts';
import { createFileSecrets } from '../../../platform/secrets.file.ts';
import { openStore } from '../../../store/index.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { createJobs } from '../../jobs/jobs.ts';
import { noMasking, type Libraries } from '../ports.ts';
import { createQueryPort, openPostgresReader } from '../postgres/index.ts';
import { fourTableMapping, fourTables } from '../postgres/test-library.ts';
import { emptyQuery } from '../search-cases.ts';
import { memoryLibraries, testLibrary } from '../test-library.ts';
import { createReplicas } from './replicas.ts';
import { replicaMapping } from './tables.ts';

const { signal } = new AbortController();
const word = (text: string) => ({ query: { ...emptyQuery, terms: [{ kind: 'word' as const, text, not: false }] }, limit: 50, masker: noMasking, signal });

test.skipIf(!hasEmbeddedPostgres())('the server stops while its replica is read, and what it did meanwhile is caught up with', async () => {
  using folder = tempFolder('offline');
  let server = await embeddedServer({ folder: join(folder.path, 'servers'), settings: { fsync: 'off' } });
  const sql = async (text: string): Promise<void> => {
    await using session = await connectPostgres(server.config());
    await session.exec(text);
  };
  await sql(`${fourTables};
    INSERT INTO conversations (id, name, updated_at, metadata) SELECT md5('c' || n)::uuid, 'Talk ' || n, timestamptz '2026-01-01' + n * interval '1 hour', jsonb_build_object('user_id', 'ana') FROM generate_series(1, 40) n;
    INSERT INTO messages (id, conversation_id, role, content, created_at) SELECT md5('m' || n || '.' || m)::uuid, md5('c' || n)::uuid, 'user', 'As ações do cliente ' || n || ', card 4111 1111 1111 1111', timestamptz '2026-01-01' + m * interval '1 minute' FROM generate_series(1, 40) n, generate_series(1, 5) m;
    INSERT INTO tasks (conversation_id, status, description) SELECT id, 'open', 'call back' FROM conversations;
    INSERT INTO events (conversation_id, event_type, content) SELECT md5('c1')::uuid, 'opened', jsonb_build_object('n', n) FROM generate_series(1, 1200) n`);
  const port = createQueryPort(server.config());
  const reader = await openPostgresReader({ port, mapping: fourTableMapping, library: { id: 'lib' } });
  let threads = 0;
  const library: Library = { ...testLibrary, kind: 'postgres', mapping: fourTableMapping };
  const libraries: Libraries = {
    get: async () => library, reader: async () => ({ ...reader, thread: (...asked) => { threads += 1; return reader.thread(...asked); } }), port: async () => port, noteIndex: async () => undefined, bringUpToDate: async () => undefined,
    keys: (id) => memoryLibraries(reader).keys(id), mappings: async () => [library.mapping], writer: () => connectPostgres(server.config()), close: async () => undefined,
  };
  const store = await openStore(folder.path);
  const jobs = createJobs(store.jobs, () => undefined, Date.now);
  const replicas = createReplicas({
    store: store.replicas, secrets: createFileSecrets(folder.path, {}), jobs, libraries: () => libraries, path: (id) => join(folder.path, `${id}.replica`), now: Date.now, onChange: () => undefined,
    readAs: { add: async () => 'replica-library', remove: async () => undefined },
  });
  try {
    const { id, jobId } = await replicas.create({ library: 'lib', name: 'Ana', scope: { query: emptyQuery, keys: [], masked: true } });
    expect((await jobs.wait(jobId)).error).toBeNull();
    expect(await replicas.list()).toMatchObject([{ conversations: 40, messages: 200, state: 'ready', readAs: 'replica-library' }]);
    const replica = await openPostgresReader({ port: await replicas.port(id), mapping: replicaMapping, library: { id: 'replica-library' } });
    const c1 = (await replica.names('Talk 1', 50, signal)).find(({ title }) => title === 'Talk 1')?.key ?? '';
    expect((await (await replicas.port(id)).rows('SELECT count(*) AS n FROM events'))).toEqual([{ n: '1200' }]);

    await server.close();
    expect((await replica.list({ query: emptyQuery, limit: 100, masker: noMasking, signal })).rows).toHaveLength(40);
    expect((await replica.thread(c1, 'start', 50, signal)).rows.map(({ parts }) => parts)).toEqual(Array.from({ length: 5 }, () => [{ type: 'text', text: 'As ações do cliente 1, card ⟨card⟩', format: 'plain' }]));
    expect((await replica.search(word('acao'))).rows).toHaveLength(50);
    const away = await jobs.wait((await replicas.refresh(id)).id);
    expect(away.state).toBe('failed');
    expect(await replicas.list()).toMatchObject([{ state: 'unreachable', conversations: 40 }]);
    expect((await replica.search(word('acao'))).rows).toHaveLength(50);

    server = await embeddedServer({ folder: join(folder.path, 'servers'), settings: { fsync: 'off' } });
    // A text without a new updated_at, a message more, one less, a new talk, one gone, one soft-deleted.
    await sql(`UPDATE messages SET content = 'Reembolso de ana@example.com' WHERE id = md5('m2.1')::uuid;
      INSERT INTO messages (conversation_id, role, content) VALUES (md5('c3')::uuid, 'assistant', 'more');
      DELETE FROM messages WHERE id = md5('m4.5')::uuid;
      INSERT INTO conversations (id, name) VALUES (md5('new')::uuid, 'New talk'); INSERT INTO messages (conversation_id, role, content) VALUES (md5('new')::uuid, 'user', 'Hello');
      DELETE FROM conversations WHERE id = md5('c5')::uuid; UPDATE conversations SET deleted_at = now() WHERE id = md5('c6')::uuid; UPDATE tasks SET status = 'done' WHERE conversation_id = md5('c7')::uuid`);
    threads = 0;
    expect((await jobs.wait((await replicas.refresh(id)).id)).error).toBeNull();
    expect(threads, 'only what changed and what is new is fetched').toBe(5);
    expect(await replicas.list()).toMatchObject([{ state: 'ready', error: null, conversations: 39, messages: 200 + 1 - 1 + 1 - 10 }]);
    expect((await replica.search(word('reembolso'))).rows.map(({ snippet }) => snippet.map(({ text }) => text).join(''))).toEqual([expect.stringMatching(/^Reembolso de ⟨email/)]);
    expect((await replica.names('New talk', 5, signal))[0]?.title).toBe('New talk');
    const titles = (await replica.list({ query: emptyQuery, limit: 100, masker: noMasking, signal })).rows.map(({ title }) => title);
    expect(titles).not.toContain('Talk 5');
    expect(titles).not.toContain('Talk 6');

    threads = 0;
    expect(await replicas.refreshQuietly(id, signal)).toBe(true);
    expect(threads).toBe(0);
  } finally {
    await replicas.close();
    await reader.close();
    await jobs.close();
    await store.close();
    await server.close();
  }
}, 300_000);
