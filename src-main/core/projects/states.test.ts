import { rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { openStore } from '../../store/index.ts';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { createFolders } from '../folders.ts';

/** A project over one file of two tables, planned; one row of `odd` fits no integer column. */
async function planned(folder: string, target: string) {
  const source = join(folder, 'shop.db');
  const db = new Database(source);
  db.exec(`CREATE TABLE item (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO item VALUES (1, 'a'), (2, 'b');
    CREATE TABLE odd (id INTEGER PRIMARY KEY, n INTEGER); INSERT INTO odd VALUES ${Array.from({ length: 200 }, (_, n) => `(${n + 1}, ${n === 9 ? `'nine'` : n})`).join(', ')}`);
  db.close();
  const home = join(folder, 'home');
  const core = await createCore({ home });
  const { handlers, jobs } = core;
  const { id } = await handlers['projects/create']({ name: 'Shop', sources: [source], target, environment: 'test' });
  const ended = ({ jobId }: { jobId: string }) => jobs.wait(jobId);
  const assessed = await ended(await handlers['assess/start']({ source, projectId: id }));
  const plan = await handlers['plans/create']({ assessmentIds: [assessed.resultId ?? ''], target, options: { overrides: [{ table: 'odd', column: 'n', type: 'bigint' }] }, projectId: id });
  const request = { planId: plan.id, projectId: id };
  return {
    core, handlers, source, home, id, request, ended,
    project: () => handlers['projects/get']({ id }),
    rehearse: async () => ended(await handlers['runs/rehearse'](request)),
    migrate: async (maxRejects: number | 'all') => ended(await handlers['runs/migrate']({ ...request, maxRejects })),
    async undo(kind: 'rollback' | 'complete', run: string) {
      const { hash } = await handlers[`runs/${kind}-plan`]({ id: run });
      return ended(await handlers[`runs/${kind}`]({ id: run, hash }));
    },
  };
}

describe.skipIf(!hasPostgres())('the state of a project', () => {
  test('stays with the run in its target whatever a rehearsal comes to, and no second run takes that one’s place', async () => {
    using folder = tempFolder('project-states');
    await using database = await freshDatabase();
    const { core, handlers, id, request, project, rehearse, migrate, undo, ended } = await planned(folder.path, database.url);
    try {
      const waiting = (await migrate(0)).runId ?? '';
      const seen = async () => {
        const { state, runId } = await project();
        return [state, runId];
      };
      expect(await seen()).toEqual(['waiting', waiting]);
      expect((await rehearse()).state).toBe('done');
      expect(await seen()).toEqual(['waiting', waiting]);
      await expect(handlers['runs/migrate'](request)).rejects.toMatchObject({ code: 'WRONG_STATE', message: `Project Shop has run ${waiting} in its target.` });

      await ended(await handlers['runs/resume']({ id: waiting, maxRejects: 'all' }));
      expect(await seen()).toEqual(['soaking', waiting]);
      const rehearsal = await rehearse();
      expect((await project()).rehearsalRunId).toBe(rehearsal.runId);
      const { jobId } = await handlers['runs/rehearse'](request);
      core.jobs.cancel(jobId);
      expect((await ended({ jobId })).state).toBe('cancelled');
      expect(await seen()).toEqual(['soaking', waiting]);

      await undo('rollback', waiting);
      expect((await handlers['projects/checklist']({ id })).steps.filter(({ done }) => done).map((step) => step.id)).not.toEqual(expect.arrayContaining([expect.stringMatching(/loaded|verified/)]));
      const { html } = await handlers['evidence/get']({ id: waiting, language: 'en' });
      expect(html).toMatch(/Rolled back[\s\S]*In its final place<\/dt><dd>no</);
      expect(html).not.toContain('kept in full in travessia.rejects');
      await expect(handlers['browse/rows']({ runId: waiting, table: 'item', limit: 5 })).rejects.toMatchObject({ code: 'WRONG_STATE' });

      // Two windows press Start at the same moment.
      const both = await Promise.allSettled([handlers['runs/migrate']({ ...request, maxRejects: 'all' }), handlers['runs/migrate']({ ...request, maxRejects: 'all' })]);
      expect(both).toMatchObject([{ status: 'fulfilled' }, { status: 'rejected', reason: { code: 'RUN_BUSY', message: 'Project Shop is being worked on (migrate).' } }]);
      const again = both[0]?.status === 'fulfilled' ? (await ended(both[0].value)).runId ?? '' : '';
      expect(await seen()).toEqual(['soaking', again]);
      await undo('complete', again);
      await rehearse();
      expect(await seen()).toEqual(['complete', again]);
      await expect(handlers['runs/migrate'](request)).rejects.toMatchObject({ code: 'WRONG_STATE', message: 'Project Shop is complete.' });
    } finally {
      await core.close();
    }
  });

  test('has the rehearsal that failed, to show why', async () => {
    using folder = tempFolder('project-states');
    const { core, handlers, source, project, rehearse } = await planned(folder.path, 'embedded');
    try {
      rmSync(source);
      expect((await rehearse()).state).toBe('failed');
      const { state, rehearsalRunId } = await project();
      expect([state, (await handlers['runs/get']({ id: rehearsalRunId ?? '' })).error?.code]).toEqual(['planned', 'FILE_NOT_FOUND']);
    } finally {
      await core.close();
    }
  });

  test('follows its run where the program was ended in the middle of it', async () => {
    using folder = tempFolder('project-states');
    await using database = await freshDatabase();
    const first = await planned(folder.path, database.url);
    const run = (await first.migrate('all')).runId ?? '';
    const { id, home } = first;
    await first.core.close();
    // As a program leaves them that is killed while it loads, or before it began.
    const left = async (state: 'loading' | 'planned') => {
      await using store = await openStore(createFolders(home).store);
      await store.runs.patch(run, { state });
      const project = await store.projects.get(id);
      if (project !== null) await store.projects.put({ ...project, state: 'loading' });
      await store.close();
    };
    await left('planned');
    {
      const { handlers, close } = await createCore({ home });
      expect((await handlers['projects/get']({ id })).state).toBe('planned');
      await close();
    }
    await left('loading');
    const { handlers, close } = await createCore({ home });
    try {
      expect((await handlers['projects/list']()).map(({ state, history }) => [state, history.at(-1)?.from, history.at(-1)?.to])).toEqual([['waiting', 'loading', 'waiting']]);
      expect((await handlers['runs/list']())[0]).toMatchObject({ state: 'stopped', error: { message: 'The program that worked on this run ended before the run did.' } });
      // The target knows better: the swap had been made.
      expect((await handlers['runs/get']({ id: run })).state).toBe('swapped');
      expect((await handlers['projects/get']({ id })).state).toBe('soaking');
    } finally {
      await close();
    }
  });
});
