import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { discoverConnections } from '../../drivers/postgres/index.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';

describe('pool settings', () => {
  it('are read beside the URL or its parts, and never mistaken for another family’s', () => {
    using folder = tempFolder('pool');
    const env = { DATABASE_URL: 'postgresql+asyncpg://user:pass@host:5432/resync', DATABASE_POOL_SIZE: '10', DATABASE_MAX_OVERFLOW: '20', DATABASE_POOL_TIMEOUT: 'soon', POSTGRES_DB: 'flowagents', POSTGRES_USER: 'agents' };
    expect(discoverConnections(env, folder.path).map(({ location, pool }) => [location, pool])).toEqual([['postgresql://user@host:5432/resync', { size: 10, maxOverflow: 20 }], ['postgresql://agents@localhost/flowagents', undefined]]);
    writeFileSync(join(folder.path, '.env'), 'DATABASE_HOST=db\nDATABASE_PORT=5433\nDATABASE_NAME=resync\nDATABASE_USER=resync\nDATABASE_PASSWORD=secret\nDATABASE_POOL_SIZE=5\nDATABASE_POOL_RECYCLE=1800\n');
    expect(discoverConnections({}, folder.path)).toMatchObject([{ location: 'postgresql://resync@db:5433/resync', pool: { size: 5, recycleSeconds: 1800 } }]);
  });
});

describe.skipIf(!hasPostgres())('the checklist of a project', () => {
  it('follows the facts, takes ticks with a name, and counts the files that are left', async () => {
    using folder = tempFolder('checklist');
    await using database = await freshDatabase();
    const source = join(folder.path, 'context_store.db');
    const other = join(folder.path, 'forgotten.db');
    for (const path of [source, other]) {
      using opened = openSqlite(path, { mode: 'write', create: true });
      opened.db.exec(`CREATE TABLE conversations (id INTEGER PRIMARY KEY, text TEXT); INSERT INTO conversations VALUES (1, 'olá')`);
    }
    writeFileSync(join(folder.path, 'notes.db'), 'no database at all');
    const core = await createCore({ home: join(folder.path, 'home') });
    try {
      const { handlers, jobs } = core;
      const done = async ({ jobId }: { jobId: string }): Promise<string> => {
        const job = await jobs.wait(jobId);
        if (job.error !== null || job.resultId === null) throw new Error(job.error?.message ?? job.state);
        return job.resultId;
      };
      const project = await handlers['projects/create']({ name: 'Resync', sources: [source], target: database.url, environment: 'test' });
      const id = project.id;
      const steps = async (): Promise<string[]> => (await handlers['projects/checklist']({ id })).steps.filter((step) => step.done).map((step) => step.id);
      expect(await steps()).toEqual([]);
      const assessmentIds = [await done(await handlers['assess/start']({ source, projectId: id }))];
      expect(await steps()).toEqual(['assessed', 'snapshot']);
      const plan = await handlers['plans/create']({ assessmentIds, target: database.url, options: { template: 'resync' }, projectId: id });
      const listed = await handlers['projects/checklist']({ id });
      expect([listed.steps.filter(({ kind }) => kind === 'manual').length, listed.localFiles]).toEqual([11, [source, other]]);
      await handlers['projects/tick']({ id, step: 'models', done: true, by: 'Ana' });
      await expect(handlers['projects/tick']({ id, step: 'verified', done: true, by: 'Ana' })).rejects.toThrow(/no step verified/);
      await done(await handlers['runs/rehearse']({ planId: plan.id, projectId: id }));
      expect(await steps()).toEqual(['assessed', 'snapshot', 'planned', 'rehearsed', 'models']);
      const runId = await done(await handlers['runs/migrate']({ planId: plan.id, projectId: id }));
      expect(await steps()).toEqual(['assessed', 'snapshot', 'planned', 'rehearsed', 'loaded', 'verified', 'switched', 'models']);
      const { hash } = await handlers['runs/complete-plan']({ id: runId });
      await done(await handlers['runs/complete']({ id: runId, hash }));
      const archived = await handlers['runs/archive']({ id: runId, folder: join(folder.path, 'backups', 'sqlite_stores') });
      // One is left, and said: the state is not what was wanted.
      expect([archived.files.length, archived.remaining]).toEqual([1, [other]]);
      expect(await steps()).toEqual(['assessed', 'snapshot', 'planned', 'rehearsed', 'loaded', 'verified', 'switched', 'completed', 'archived', 'models']);
      const { html, json } = await handlers['evidence/get']({ id: runId, language: 'pt-BR' });
      expect(html).toContain('Arquivos SQLite restantes nas pastas das origens: 1');
      expect(html).toMatch(/Modelos SQLAlchemy criados para as 17 tabelas<\/td><td>feito<\/td><td>Ana/);
      expect(JSON.parse(json)).toMatchObject({ run: { archived: { remaining: [other] } }, checklist: { localFiles: [other] } });
      await handlers['projects/tick']({ id, step: 'models', done: false, by: 'Ana' });
      expect(await steps()).not.toContain('models');
    } finally {
      await core.close();
    }
  });
});
