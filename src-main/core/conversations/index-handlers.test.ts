import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { fourTableMapping, fourTables } from './postgres/test-library.ts';

test.skipIf(!hasPostgres())('the index is shown, approved by its hash, made by a job, and searched', async () => {
  using folder = tempFolder('index');
  await using database = await freshDatabase();
  await using session = await database.connect();
  await session.exec(`${fourTables} INSERT INTO conversations (id, name) VALUES (md5('c')::uuid, 'Talk'); INSERT INTO messages (conversation_id, role, content) VALUES (md5('c')::uuid, 'user', 'the refund of the customer'); ANALYZE`);
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers, jobs } = core;
    const context = { who: 'test' };
    const library = await handlers['libraries/add']({ source: database.url, name: 'Support', mapping: fourTableMapping }, context);
    expect([library.way, library.search]).toEqual(['direct', 'missing']);
    const search = { library: library.id, query: 'refunds', limit: 10 };
    await expect(handlers['conversations/search'](search, context)).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    const plan = await handlers['libraries/index-plan']({ id: library.id }, context);
    expect(plan.blockers).toEqual([]);
    expect(plan.statements.at(-1)?.sql).toMatch(/^-- The way back, at any time: DROP TRIGGER/);
    await expect(handlers['libraries/index']({ id: library.id, hash: 'another' }, context)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    const { jobId } = await handlers['libraries/index']({ id: library.id, hash: plan.hash }, context);
    expect(await jobs.wait(jobId)).toMatchObject({ state: 'done', error: null, kind: 'index' });
    // At once, for a command ends with its job.
    expect((await handlers['libraries/list']({}, context))[0]?.search).toBe('ready');
    expect((await handlers['conversations/search'](search, context)).rows.map((row) => row.title)).toEqual(['Talk']);
    expect((await handlers['libraries/index-plan']({ id: library.id }, context)).statements).toEqual([]);
    await expect(handlers['libraries/index-drop']({ id: library.id, hash: plan.hash }, context)).rejects.toMatchObject({ code: 'WRONG_STATE' });
    const role = await handlers['profile/role-sql']({ library: library.id, role: 'support_reader' }, context);
    expect(role.statements.map((statement) => statement.sql)).toContain('GRANT USAGE ON SCHEMA "travessia_search" TO "support_reader"');
    const drop = await handlers['libraries/index-drop-plan']({ id: library.id }, context);
    expect(drop.statements[0]?.sql).toMatch(/^DROP TRIGGER/);
    expect(await jobs.wait((await handlers['libraries/index-drop']({ id: library.id, hash: drop.hash }, context)).jobId)).toMatchObject({ state: 'done', error: null });
    expect((await handlers['libraries/list']({}, context))[0]?.search).toBe('missing');
    await expect(handlers['conversations/search'](search, context)).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    expect((await handlers['libraries/index-drop-plan']({ id: library.id }, context)).statements).toEqual([]);
  } finally {
    await core.close();
  }
});
