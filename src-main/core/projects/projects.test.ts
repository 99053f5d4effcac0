import { join } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
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

test('a source that is no database is said with the project; left out, the others are planned and the plan names it; taken in again, it is asked for', async () => {
  using folder = tempFolder('project');
  const [sound, broken] = [join(folder.path, 'sound.db'), join(folder.path, 'broken.db')];
  const db = new Database(sound);
  db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY); INSERT INTO t VALUES (1)');
  db.close();
  writeFileSync(broken, 'a shopping list\n'.repeat(500));
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers } = core;
    const { id } = await handlers['projects/create']({ name: 'two', sources: [sound, broken], target: 'embedded', environment: 'test' });
    for (const source of [sound, broken]) await core.jobs.wait((await handlers['assess/start']({ source, projectId: id })).jobId);
    const told = await handlers['projects/get']({ id });
    expect([told.state, told.troubles.map(({ source, code, readable }) => [source, code, readable])]).toEqual(['draft', [[broken, 'NOT_A_DATABASE', []]]]);

    const out = await handlers['projects/leave-out']({ id, source: broken, out: true });
    expect([out.state, out.leftOut]).toEqual(['assessed', [broken]]);
    await expect(handlers['projects/leave-out']({ id, source: sound, out: true })).rejects.toMatchObject({ code: 'WRONG_STATE' });
    const plan = await handlers['plans/create']({ assessmentIds: out.assessmentIds, target: 'embedded', projectId: id, options: {} });
    const again = await handlers['plans/override']({ id: plan.id, overrides: [], options: { jobs: 3 } });
    for (const { findings } of [plan, again]) expect(findings).toMatchObject([{ code: 'plan.finding.source-refused', severity: 'critical', object: broken, params: { reason: 'NOT_A_DATABASE' } }]);

    const back = await handlers['projects/leave-out']({ id, source: broken, out: false });
    expect([back.state, back.leftOut]).toEqual(['draft', []]);
    // A sound one can be left out too, and is named without blame.
    await handlers['projects/leave-out']({ id, source: sound, out: true });
    writeFileSync(broken, readFileSync(sound));
    await core.jobs.wait((await handlers['assess/start']({ source: broken, projectId: id })).jobId);
    const mended = await handlers['projects/get']({ id });
    expect([mended.state, mended.troubles]).toEqual(['assessed', []]);
    const without = await handlers['plans/create']({ assessmentIds: mended.assessmentIds, target: 'embedded', projectId: id, options: {} });
    expect([without.sources.map(({ source }) => source), without.findings]).toMatchObject([[broken], [{ code: 'plan.finding.source-left-out', object: sound }]]);
  } finally {
    await core.close();
  }
});
