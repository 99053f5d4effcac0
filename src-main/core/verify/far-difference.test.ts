import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { fillBoth, planOf, planTable, type TestValue } from './test-fixture.ts';
import { verifyPlan } from './index.ts';

/** Letters of one, two and four bytes, so that positions are not bytes and not UTF-16 units. */
const long = 'aé😀 '.repeat(40_000);
const blob = Buffer.alloc(300_000, 7);

async function differing(key: 'integer' | 'text', damage: string) {
  using folder = tempFolder('far');
  await using database = await freshDatabase();
  await using session = await database.connect();
  const snapshotPath = join(folder.path, 'test.db');
  const name = (n: number): TestValue => (key === 'integer' ? n : `k${n}`);
  const table = planTable('t', [{ source: 'id', type: key === 'integer' ? 'bigint' : 'text' }, { source: 'v', type: 'text' }, { source: 'b', type: 'bytea' }], { rowKey: ['id'] });
  await fillBoth(snapshotPath, session, table, `id ${key.toUpperCase()} PRIMARY KEY, v TEXT, b BLOB`, [1, 2, 3].map((n) => [name(n), long, blob]));
  await session.exec(damage.replace('$key', key === 'integer' ? '2' : "'k2'"));
  const { differences } = await verifyPlan({ plan: planOf([table]), sources: [{ database: 'test.db', snapshotPath }], target: database.config, schemaOf: ({ target }) => target, runId: null, jobs: 1, signal: new AbortController().signal });
  return differences;
}

describe.skipIf(!hasPostgres())('two long values that begin alike', () => {
  test.each(['integer', 'text'] as const)('are shown where they part; the key is %s', async (key) => {
    const [difference, ...more] = await differing(key, `UPDATE t SET v = overlay(v PLACING 'X' FROM 120001 FOR 1) WHERE id = $key`);
    expect([more.length, difference?.cells.map(({ column }) => column)]).toEqual([0, ['v']]);
    const [cell] = difference?.cells ?? [];
    expect([cell?.source?.from, cell?.target?.from, cell?.source?.cut]).toEqual([119_960, 119_960, true]);
    expect([Array.from(cell?.source?.text ?? '').slice(38, 43).join(''), Array.from(cell?.target?.text ?? '').slice(38, 43).join('')]).toEqual(['😀 aé😀', '😀 Xé😀']);
  });

  test('a shorter one ends where the other goes on', async () => {
    const [difference] = await differing('integer', `UPDATE t SET v = left(v, 150000) WHERE id = $key`);
    const [cell] = difference?.cells ?? [];
    expect([cell?.source?.from, Array.from(cell?.target?.text ?? '').length]).toEqual([149_960, 40]);
  });

  test('bytes are counted as bytes', async () => {
    const [difference] = await differing('integer', `UPDATE t SET b = set_byte(b, 250000, 8) WHERE id = $key`);
    const [cell] = difference?.cells ?? [];
    expect([cell?.source?.from, cell?.source?.text?.slice(78, 84), cell?.target?.text?.slice(78, 84)]).toEqual([249_960, '070707', '070807']);
  });
});
