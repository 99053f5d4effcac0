import { copyFileSync, mkdirSync, renameSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { createCore } from '../composition.ts';

function make(path: string, rows: string): string {
  const db = new Database(path);
  db.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, v TEXT); INSERT INTO t VALUES ${rows}`);
  db.close();
  return path;
}

test('a file that was moved is taken from its new place: assessment and plan go on, also after it was looked for in vain', async () => {
  using folder = tempFolder('move');
  mkdirSync(join(folder.path, 'new'));
  const [old, now, last] = [join(folder.path, 'a.db'), join(folder.path, 'new', 'renamed.db'), join(folder.path, 'last.db')];
  make(old, "(1, 'x')");
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers } = core;
    const { id } = await handlers['projects/create']({ name: 'one', sources: [old], target: 'embedded', environment: 'test' });
    const assess = async (source: string) => (await core.jobs.wait((await handlers['assess/start']({ source, projectId: id })).jobId)).state;
    await assess(old);
    const { assessmentIds } = await handlers['projects/get']({ id });
    const plan = await handlers['plans/create']({ assessmentIds, target: 'embedded', projectId: id, options: {} });
    await handlers['plans/override']({ id: plan.id, overrides: [{ table: 't', column: 'v', type: 'varchar(9)' }], options: {} });

    renameSync(old, now);
    const moved = await handlers['projects/move-source']({ id, source: old, to: now });
    expect(moved).toMatchObject({ source: now, same: true, project: { sources: [now], state: 'planned', assessmentIds } });
    expect((await handlers['assess/get']({ id: assessmentIds[0] ?? '' })).source).toBe(now);
    const after = await handlers['plans/get']({ id: plan.id });
    expect([after.version, after.sources.map(({ source, database }) => [source, database]), after.tables[0]?.columns[1]?.type]).toEqual([3, [[now, 'a.db']], 'varchar(9)']);
    // Decisions go on from there.
    expect((await handlers['plans/override']({ id: plan.id, overrides: [], options: { jobs: 2 } })).sources[0]?.source).toBe(now);

    renameSync(now, last);
    expect(await assess(now)).toBe('failed');
    expect(await handlers['projects/get']({ id })).toMatchObject({ state: 'draft', assessmentIds: [], troubles: [{ source: now, code: 'FILE_NOT_FOUND' }] });
    const done = async () => (await handlers['projects/checklist']({ id })).steps.flatMap((step) => (step.done ? [step.id] : []));
    expect(await done()).toEqual([]);
    expect(await handlers['projects/move-source']({ id, source: now, to: last })).toMatchObject({ same: true, project: { sources: [last], state: 'planned', assessmentIds, troubles: [] } });
    expect(await done()).toContain('planned');
    expect(await assess(last)).toBe('done');
  } finally {
    await core.close();
  }
});

test('another file at the new place is to be assessed first, also one of the same size and counter; what cannot be is refused', async () => {
  using folder = tempFolder('move');
  const [a, b, other, twin] = ['a', 'b', 'other', 'twin'].map((name) => join(folder.path, `${name}.db`));
  if (a === undefined || b === undefined || other === undefined || twin === undefined) throw new Error('no paths');
  make(a, "(1, 'x')");
  make(b, "(1, 'y')");
  make(other, `(1, '${'long '.repeat(4000)}')`);
  copyFileSync(a, twin);
  utimesSync(twin, 1_600_000_000, 1_600_000_000);
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers } = core;
    const { id } = await handlers['projects/create']({ name: 'two', sources: [a, b], target: 'embedded', environment: 'test' });
    for (const source of [a, b]) await core.jobs.wait((await handlers['assess/start']({ source, projectId: id })).jobId);
    const move = (source: string, to: string) => handlers['projects/move-source']({ id, source, to });
    await expect(move(a, b)).rejects.toMatchObject({ code: 'ALREADY_EXISTS' });
    await expect(move('/nowhere.db', other)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(move(a, join(folder.path, 'none.db'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
    expect((await handlers['projects/get']({ id })).sources).toEqual([a, b]);

    expect(await move(a, other)).toMatchObject({ same: false, project: { sources: [other, b], state: 'draft' } });
    expect(await move(other, a)).toMatchObject({ same: null });
    await core.jobs.wait((await handlers['assess/start']({ source: a, projectId: id })).jobId);
    expect(await move(a, twin)).toMatchObject({ same: false, project: { sources: [twin, b], state: 'draft' } });
  } finally {
    await core.close();
  }
});
