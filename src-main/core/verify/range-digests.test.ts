import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { freshDatabase, hasPostgres, tempFolder, testSeed } from '../../test-support/index.ts';
import { fillBoth, planOf, planTable, type TestValue } from './test-fixture.ts';
import { verifyPlan, type VerifyPlanResult } from './index.ts';

const seed = testSeed();
const { signal } = new AbortController();

async function digested(table: PlanTable, declared: string, rows: Iterable<readonly TestValue[]>, change?: string): Promise<VerifyPlanResult & { readonly bySql: string | null }> {
  using folder = tempFolder('digests');
  await using database = await freshDatabase();
  await using session = await database.connect();
  const snapshotPath = join(folder.path, 'test.db');
  await fillBoth(snapshotPath, session, table, declared, rows);
  if (change !== undefined) await session.exec(change);
  // As anybody would calculate it who has read docs/verify.md: texts and integers are their own canonical text.
  const fields = table.columns.map(({ target }) => `CASE WHEN "${target}" IS NULL THEN '-' ELSE octet_length("${target}"::text)::text || ':' || "${target}"::text END`);
  const row = await session.one(`SELECT encode(sha256(string_agg(d, ''::bytea ORDER BY d)), 'hex') AS sha FROM (SELECT sha256(convert_to(${fields.join(' || ')}, 'UTF8')) AS d FROM "${table.target.table}") AS q`);
  const result = await verifyPlan({ plan: planOf([table]), sources: [{ database: 'test.db', snapshotPath }], target: database.config, schemaOf: ({ target }) => target, runId: null, jobs: 1, signal, digests: true });
  return { ...result, bySql: row?.['sha'] ?? null };
}

const numbered = planTable('t', [{ source: 'id', type: 'bigint' }, { source: 'a', type: 'text' }], { rowKey: ['id'], rows: '150000' });
function* manyRows(): Generator<readonly TestValue[]> {
  for (let id = 1; id <= 150_000; id += 1) yield [id * 3, id % 7 === 0 ? null : `row ${id}`];
}

describe.skipIf(!hasPostgres())(`SHA-256 of ranges (seed ${seed})`, () => {
  it('is what anybody calculates of the target’s rows, whatever stands in them', async () => {
    const cell = fc.oneof(fc.constant(null), fc.constantFrom('', '-', '1:a', '12:', 'é', '🙂'), fc.string({ unit: 'grapheme', maxLength: 12 }).map((text) => text.replaceAll('\0', '')));
    await fc.assert(fc.asyncProperty(fc.array(fc.tuple(cell, cell, fc.option(fc.integer())), { maxLength: 30 }), async (rows) => {
      const { verification, bySql } = await digested(planTable('t', [{ source: 'a', type: 'text' }, { source: 'b', type: 'text' }, { source: 'n', type: 'bigint' }]), 'a TEXT, b TEXT, n INTEGER', rows);
      const digests = verification.tables[0]?.digests;
      expect(verification.equal).toBe(true);
      expect(digests?.ranges.map((each) => each.sha256)).toEqual(rows.length === 0 ? [] : [bySql]);
      expect(digests?.sha256).toBe(createHash('sha256').update(rows.length === 0 ? '' : (bySql ?? ''), 'hex').digest('hex'));
    }), { seed, numRuns: 6 });
  });

  it('goes range by range of an integer key, and by the hash of another', async () => {
    const byKey = await digested(numbered, 'id INTEGER PRIMARY KEY, a TEXT', manyRows());
    const ranges = byKey.verification.tables[0]?.digests?.ranges ?? [];
    expect({ equal: byKey.verification.equal, names: ranges.map(({ range }) => range), rows: ranges.reduce((sum, { rows }) => sum + rows, 0) }).toEqual({ equal: true, names: ['3..150002', '150003..300002', '300003..450002'], rows: 150_000 });
    const byText = await digested({ ...numbered, rowKey: ['a'] }, 'id INTEGER, a TEXT', manyRows());
    expect(byText.verification.tables[0]?.digests).toMatchObject({ by: 'hash', key: 'a', ranges: [{ range: '0' }, { range: '1' }, { range: '2' }, { range: '3' }] });
  });

  it('is not told of tables that differ', async () => {
    const { verification, differences } = await digested(numbered, 'id INTEGER PRIMARY KEY, a TEXT', [[1, 'a'], [2, 'b']], `UPDATE t SET a = 'c' WHERE id = 2`);
    expect(verification.tables[0]).not.toHaveProperty('digests');
    expect(differences).toHaveLength(1);
  });
});
