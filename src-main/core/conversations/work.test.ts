/** Replicas and changes as a host calls them, over a real server. */
import { expect, test } from 'vitest';
import type { CallContext } from '../../../shared/contract/handlers.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { createJobs } from '../jobs/jobs.ts';
import { changeHandlers } from './change-handlers.ts';
import { fourTableMapping, fourTables } from './postgres/test-library.ts';
import { memoryGuard, memoryLibraries, memoryReader, testLibrary } from './test-library.ts';

const context: CallContext = { who: 'ana (test)' };
const asked = { query: '', limit: 50, zone: 'UTC' };

test.skipIf(!hasPostgres())('a DBA deletes, looks at what is kept and undoes; a replica is made, found as a library, searched and revoked', async () => {
  await using database = await freshDatabase();
  {
    await using session = await database.connect();
    await session.exec(`${fourTables};
      INSERT INTO conversations (id, name, metadata) SELECT md5('c' || n)::uuid, 'Talk ' || n || ' of ana@example.com', jsonb_build_object('user_id', CASE WHEN n < 3 THEN 'ana' ELSE 'bia' END) FROM generate_series(1, 4) n;
      INSERT INTO messages (conversation_id, role, content) SELECT md5('c' || n)::uuid, 'user', 'Preciso de um reembolso, CPF 529.982.247-25' FROM generate_series(1, 4) n, generate_series(1, 2)`);
  }
  using folder = tempFolder('work');
  const core = await createCore({ home: folder.path });
  const { handlers, jobs } = core;
  const done = async ({ jobId }: { readonly jobId: string }): Promise<void> => {
    const job = await jobs.wait(jobId);
    expect(job.error).toBeNull();
  };
  try {
    const library = await handlers['libraries/add']({ source: database.url, name: 'Support', mapping: fourTableMapping });
    const titles = async (id: string): Promise<string[]> => (await handlers['conversations/list']({ ...asked, library: id })).rows.map(({ title }) => title ?? '').toSorted();
    const [first] = (await handlers['conversations/list']({ ...asked, library: library.id })).rows;
    const conversation = first?.key ?? '';
    const all = await titles(library.id);
    expect(all).toHaveLength(4);

    const plan = await handlers['conversations/change-plan']({ library: library.id, change: { kind: 'delete', conversation } }, context);
    expect(plan.counts).toEqual([{ table: 'conversations', rows: 1 }, { table: 'messages', rows: 2 }, { table: 'tasks', rows: 0 }, { table: 'events', rows: 0 }]);
    await expect(handlers['conversations/change']({ id: plan.id, hash: 'other' }, context)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    expect(plan.id).toContain(`delete ${conversation} `);
    await done(await handlers['conversations/change']({ id: plan.id, hash: plan.hash }, context));
    await expect(handlers['conversations/change']({ id: plan.id, hash: plan.hash }, context)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await titles(library.id)).toHaveLength(3);
    const [kept] = await handlers['conversations/kept']({ library: library.id });
    expect(kept).toMatchObject({ kind: 'delete', who: expect.stringContaining('ana (test)'), undone: false });
    const back = await handlers['conversations/change-plan']({ library: library.id, change: { kind: 'undo', kept: kept?.id ?? '' } }, context);
    await done(await handlers['conversations/change']({ id: back.id, hash: back.hash }, context));
    expect(await titles(library.id)).toEqual(all);

    const made = await handlers['replicas/create']({ library: library.id, query: 'user:ana', name: 'Support', zone: 'UTC' });
    await done(made);
    const [replica] = await handlers['replicas/list']({});
    expect(replica).toMatchObject({ id: made.id, conversations: 2, messages: 4, state: 'ready' });
    const read = (await handlers['libraries/list']({})).find(({ kind }) => kind === 'replica');
    expect(read).toMatchObject({ id: replica?.readAs, name: 'Support (2)', source: `replica:${made.id}`, search: 'ready', refreshedAt: replica?.refreshedAt });
    expect(await titles(read?.id ?? '')).toEqual(['Talk 1 of ⟨email⟩', 'Talk 2 of ⟨email⟩']);
    const found = await handlers['conversations/search']({ ...asked, library: read?.id ?? '', query: 'reembolsos' });
    expect(found.rows).toHaveLength(4);
    expect(JSON.stringify(found)).not.toContain('982.247');
    await expect(handlers['conversations/change-plan']({ library: read?.id ?? '', change: { kind: 'purge', days: 30 } }, context)).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE' });
    await expect(handlers['replicas/create']({ library: read?.id ?? '', query: '', name: 'Again', zone: 'UTC' })).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE' });
    await expect(handlers['replicas/create']({ library: library.id, query: 'rolle:user', name: 'Wrong', zone: 'UTC' })).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await done(await handlers['replicas/refresh']({ id: made.id }));

    await handlers['replicas/revoke']({ id: made.id });
    await expect(handlers['replicas/refresh']({ id: made.id })).rejects.toMatchObject({ code: 'REPLICA_REVOKED' });
    expect(await handlers['replicas/list']({})).toEqual([]);
    expect((await handlers['libraries/list']({})).map(({ kind }) => kind)).toEqual(['postgres']);
  } finally {
    await core.close();
  }
}, 300_000);

test('changes are not offered for files and replicas, and the reason is said', async () => {
  for (const [kind, reason] of [['sqlite', 'its file belongs to a program'], ['pglite', 'its file belongs to a program'], ['replica', 'a masked copy']] as const) {
    const library = { ...testLibrary, kind };
    const jobs = createJobs({ put: async () => undefined, list: async () => [], get: async () => null, appendLog: async () => undefined, log: async () => [] }, () => undefined, Date.now);
    const handlers = changeHandlers({ jobs, emit: () => undefined, libraries: memoryLibraries(memoryReader({ conversations: [], messages: [] }), library), guard: memoryGuard({ active: false, seesDeleted: true }), now: Date.now });
    const refused = handlers['conversations/change-plan']({ library: 'lib', change: { kind: 'delete', conversation: 'c1' } }, context);
    await expect(refused).rejects.toMatchObject({ code: 'UNSUPPORTED_SOURCE' });
    await expect(refused).rejects.toThrow(reason);
    expect(await handlers['conversations/kept']({ library: 'lib' })).toEqual([]);
  }
});
