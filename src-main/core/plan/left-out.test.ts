import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/temp-folder.ts';
import { createCore } from '../composition.ts';

test('a table left behind is among the objects, and taken in again by the opposite decision; a name that was cleared is refused', async () => {
  using folder = tempFolder('left-out');
  const source = join(folder.path, 'two.db');
  const db = new Database(source);
  db.exec('CREATE TABLE a (id INTEGER PRIMARY KEY, n INTEGER); CREATE TABLE b (id INTEGER PRIMARY KEY)');
  db.close();
  const core = await createCore({ home: join(folder.path, 'home') });
  try {
    const { handlers } = core;
    const assessed = await core.jobs.wait((await handlers['assess/start']({ source })).jobId);
    const plan = await handlers['plans/create']({ assessmentIds: [assessed.resultId ?? ''], target: 'embedded', options: {} });
    const override = (overrides: Parameters<(typeof handlers)['plans/override']>[0]['overrides']) => handlers['plans/override']({ id: plan.id, overrides, options: {} });
    const without = await override([{ table: 'b', exclude: true }]);
    expect([without.tables.map(({ source: from }) => from.table), without.objects.filter(({ kind }) => kind === 'table')]).toMatchObject([['a'], [{ name: 'b', outcome: 'listed', reason: { code: 'plan.excluded.person' } }]]);
    const again = await override([{ table: 'b', exclude: false }]);
    expect([again.tables.map(({ source: from }) => from.table), again.objects.filter(({ kind }) => kind === 'table')]).toEqual([['a', 'b'], []]);
    await expect(override([{ table: 'b', targetName: ' ' }])).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'The target name of b is empty.' });
    await expect(override([{ table: 'a', column: 'n', targetName: '' }])).rejects.toMatchObject({ code: 'INVALID_INPUT', message: 'The target name of a.n is empty.' });
  } finally {
    await core.close();
  }
});
