import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, it } from 'vitest';
import type { Run } from '../../../shared/model/run.ts';
import { tempFolder } from '../../test-support/index.ts';
import { createCore } from '../composition.ts';
import { createFolders } from '../folders.ts';
import { serveThreadsHere } from '../../test-support/threads-here.ts';
import { sweepCopies } from './sweep-copies.ts';

serveThreadsHere();

it('leaves the newest copy of each source for a week, those of projects as long as these, and what may be under way for a day; of runs what was stopped, and for a week those that a lost store knew', async () => {
  using folder = tempFolder('sweep');
  const home = join(folder.path, 'home');
  const core = await createCore({ home });
  try {
    const { handlers, jobs } = core;
    const folders = createFolders(home);
    const store = { assessments: { list: handlers['assess/list'] }, projects: { list: handlers['projects/list'] }, runs: { list: () => Promise.resolve(runs) } };
    const runs = (['planned', 'stopped', 'complete'] as const).map((state): Run => ({
      id: state, projectId: null, planId: 'p', planVersion: 1, state, rehearsal: false, sources: [], target: 'embedded', maxRejects: 0, createdAt: new Date().toISOString(), updatedAt: new Date().toISOString(),
      stagingSchema: '', keptSchema: null, verifiedAt: null, jobId: null, progress: [], result: null, error: null, next: [],
    }));
    for (const id of [...runs.map((run) => run.id), 'of-a-lost-store']) mkdirSync(join(home, 'runs', id), { recursive: true });
    const source = join(folder.path, 'shop.db');
    const db = new Database(source);
    db.exec('CREATE TABLE item (id INTEGER PRIMARY KEY)');
    db.close();
    const project = await handlers['projects/create']({ name: 'shop', sources: [source], target: 'embedded', environment: 'test' });
    const assess = async (projectId?: string): Promise<string> => {
      const job = await jobs.wait((await handlers['assess/start']({ source, ...(projectId === undefined ? {} : { projectId }) })).jobId);
      return job.resultId ?? '';
    };
    const [older, held, newest] = [await assess(), await assess(project.id), await assess()];
    const unknown = join(folders.home, 'snapshots', 'of-a-killed-program');
    mkdirSync(unknown);
    const left = () => [older, held, newest].map((id) => existsSync(folders.snapshot(id, 'shop.db')));
    const sweep = (hours: number): Promise<void> => sweepCopies({ store, folders, now: () => Date.now() + hours * 3_600_000 });
    await sweep(0.5);
    expect(left()).toEqual([true, true, true]);
    await sweep(2);
    expect([left(), existsSync(unknown)]).toEqual([[false, true, true], true]);
    expect(readdirSync(join(home, 'runs')).toSorted()).toEqual(['complete', 'of-a-lost-store', 'planned', 'stopped']);
    await sweep(25);
    // A run that was stopped is to be resumed.
    expect(readdirSync(join(home, 'runs')).toSorted()).toEqual(['of-a-lost-store', 'stopped']);
    expect([left(), existsSync(unknown)]).toEqual([[false, true, true], false]);
    await sweep(8 * 24);
    expect(left()).toEqual([false, true, false]);
    expect(readdirSync(join(home, 'runs'))).toEqual(['stopped']);
  } finally {
    await core.close();
  }
});
