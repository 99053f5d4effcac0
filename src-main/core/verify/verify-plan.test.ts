import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Difference } from '../../../shared/model/run.ts';
import { freshDatabase, hasPostgres, tempFolder, testSeed } from '../../test-support/index.ts';
import { chatRows, chatTable, plantedRows, plantFaults } from './planted-faults.ts';
import { fillBoth, planOf } from './test-fixture.ts';
import { verifyPlan } from './index.ts';

const found = (differences: readonly Difference[]): Set<string> =>
  new Set(differences.flatMap(({ kind, key, cells }) => (kind === 'changed' ? cells.map(({ column }) => `${kind} ${key} ${column}`) : [`${kind} ${key}`])));

describe.skipIf(!hasPostgres())('faults planted in the target', () => {
  const seed = testSeed();
  const { rows, withoutKey, timeout } = plantedRows(process.env['TRAVESSIA_PLANTED_ROWS']);
  process.stdout.write(`planted faults: ${rows} rows, seed ${seed}\n`);

  for (const rowKey of ['integer', 'text'] as const) {
    it(`are found, cell by cell, and nothing else (key: ${rowKey}, ${rows} rows, seed ${seed})`, { timeout }, async () => {
      using folder = tempFolder('verify');
      await using database = await freshDatabase();
      await using session = await database.connect();
      const { table, declared } = chatTable(rowKey);
      const snapshotPath = join(folder.path, 'test.db');
      await fillBoth(snapshotPath, session, table, declared, chatRows(rows, rowKey));
      const verify = () => verifyPlan({
        plan: planOf([table]), sources: [{ database: 'test.db', snapshotPath }], target: database.config, schemaOf: (each) => each.target, runId: null, jobs: 1,
        signal: new AbortController().signal,
      });
      const clean = await verify();
      expect(clean.differences).toEqual([]);
      expect(clean.verification).toMatchObject({ equal: true, differences: 0, cut: false, tables: [{ rowsSource: rows, rowsTarget: rows, cells: rows * 7, equal: true }] });
      expect(clean.verification.tables[0]?.sumSource).toBe(clean.verification.tables[0]?.sumTarget);

      const expected = await plantFaults(session, rows, 20, seed, (n) => (rowKey === 'text' ? `'m-${n}'` : String(n)), (n) => (rowKey === 'text' ? `id='m-${n}'` : `id=${n}`));
      const faulty = await verify();
      expect(found(faulty.differences)).toEqual(expected);
      expect(faulty.verification).toMatchObject({ equal: false, differences: 20 * 11, cut: false, tables: [{ missing: 20, extra: 20, changed: 180 }] });
    });
  }

  it(`are found in a table without a key as lost and extra rows (${withoutKey} rows, seed ${seed})`, { timeout }, async () => {
    using folder = tempFolder('verify');
    await using database = await freshDatabase();
    await using session = await database.connect();
    const { table, declared } = chatTable('none');
    const snapshotPath = join(folder.path, 'test.db');
    await fillBoth(snapshotPath, session, table, declared, chatRows(withoutKey, 'none'));
    await plantFaults(session, withoutKey, 20, seed, String, String);
    const { verification } = await verifyPlan({
      plan: planOf([table]), sources: [{ database: 'test.db', snapshotPath }], target: database.config, schemaOf: (each) => each.target, runId: null, jobs: 1,
      signal: new AbortController().signal,
    });
    expect(verification.tables[0]).toMatchObject({ missing: 200, extra: 200, changed: 0, equal: false });
  });
});
