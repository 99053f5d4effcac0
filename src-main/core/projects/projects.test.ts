import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { createCore } from '../composition.ts';

test('a project keeps the assessment of each of its sources, however many end at once, and is assessed with the last', async () => {
  using folder = tempFolder('project');
  const sources = ['a', 'b', 'c'].map((name) => {
    const path = join(folder.path, `${name}.db`);
    const db = new Database(path);
    db.exec(`CREATE TABLE ${name} (id INTEGER PRIMARY KEY); INSERT INTO ${name} VALUES (1)`);
    db.close();
    return path;
  });
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers } = core;
    const project = await handlers['projects/create']({ name: 'three', sources, target: 'embedded', environment: 'test' });
    const assess = async (source: string | undefined) => {
      const { jobId } = await handlers['assess/start']({ source: source ?? '', projectId: project.id });
      return (await core.jobs.wait(jobId)).state;
    };
    expect(await assess(sources[0])).toBe('done');
    expect((await handlers['projects/get']({ id: project.id })).state).toBe('draft');
    expect(await Promise.all([assess(sources[0]), assess(sources[1]), assess(sources[2])])).toEqual(['done', 'done', 'done']);
    const after = await handlers['projects/get']({ id: project.id });
    const assessed = await Promise.all(after.assessmentIds.map(async (id) => (await handlers['assess/get']({ id })).source));
    expect([after.state, assessed.toSorted()]).toEqual(['assessed', sources]);
  } finally {
    await core.close();
  }
});
