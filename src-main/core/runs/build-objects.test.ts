import { describe, expect, test } from 'vitest';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { freshDatabase, hasPostgres } from '../../test-support/index.ts';
import { tableIndexes } from '../plan/statements.ts';
import { buildConstraints, buildIndex, type Outcomes } from './build-objects.ts';

const table: PlanTable = {
  source: { database: 'a.db', table: 'item' }, target: { schema: 'public', table: 'item' }, include: true, rows: '2', rowKey: ['id'],
  reading: { by: 'rowid', columns: ['id'], plainIntegers: true }, maxRowBytes: 50,
  columns: ['id', 'code'].map((name) => ({ source: name, target: name, include: true, declared: 'INTEGER', type: 'bigint', nullable: false, identity: false, why: [], misfits: '0', decidedBy: 'rule' as const })),
  primaryKey: { name: 'item_pkey', columns: ['id'] }, uniques: [{ name: 'item_code', columns: ['code'] }], checks: [], foreignKeys: [], indexes: [],
};
const place = (schema: string): string => schema;
const create = 'CREATE TABLE item (id bigint NOT NULL, code bigint NOT NULL); INSERT INTO item VALUES (1, 1), (2, 2);';
const constraints = `SELECT string_agg(conname, ',' ORDER BY conname) AS names FROM pg_constraint WHERE conrelid = 'item'::regclass AND contype IN ('p', 'u')`;

describe.skipIf(!hasPostgres())('keys over indexes', () => {
  test('a run that ended between an index and its key is gone on with', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(create);
    const outcomes: Outcomes = new Map();
    for (const resumed of [false, true]) {
      for (const index of tableIndexes(table, place)) await buildIndex(session, index, table, place, outcomes);
      if (resumed) await buildConstraints(session, table, place, outcomes);
    }
    expect([...outcomes, (await session.one(constraints))?.['names']]).toEqual(['item_code,item_pkey']);
  });

  test('where another index has the name of a key, the key is listed and the index stays', async () => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(`${create} CREATE INDEX item_code ON item (code DESC);`);
    const outcomes: Outcomes = new Map();
    for (const index of tableIndexes(table, place)) await buildIndex(session, index, table, place, outcomes);
    await buildConstraints(session, table, place, outcomes);
    expect([...outcomes.values()]).toEqual([{ outcome: 'listed', reason: expect.stringContaining('already exists') }]);
    expect([(await session.one(constraints))?.['names'], (await session.one(`SELECT to_regclass('item_code')::text AS name`))?.['name']]).toEqual(['item_pkey', 'item_code']);
  });
});
