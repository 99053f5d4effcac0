import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../../../test-support/index.ts';
import { noMasking, type Masker } from '../ports.ts';
import { emptyQuery } from '../search-cases.ts';
import { carryOutIndex, createQueryPort, planIndex, readIndexable } from './index.ts';
import { searchNames } from './index-names.ts';
import { makeSearch } from './search.ts';
import { readShape, type Shape } from './shape.ts';
import { makeSource } from './source.ts';
import { readStatistics } from './stats.ts';
import { fourTableMapping, fourTables } from './test-library.ts';

const { signal } = new AbortController();
const ask = (query: Partial<Query>): Query => ({ ...emptyQuery, ...query });
const [conversations, messages, metrics] = [900, 9000, 20_000];

describe.skipIf(!hasPostgres())('statistics say what they are', () => {
  let database: TestDatabase;
  const port = () => createQueryPort(database.config);
  let shared: ReturnType<typeof createQueryPort>;
  beforeAll(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(`${fourTables}
      INSERT INTO conversations (id, name, updated_at, metadata) SELECT md5('c' || n)::uuid, 'Talk ' || n, '2026-01-01', jsonb_build_object('user_id', 'user' || n % 3) FROM generate_series(1, ${conversations}) n;
      INSERT INTO messages (id, conversation_id, role, content, created_at, metadata) SELECT md5('m' || n)::uuid, md5('c' || 1 + n % ${conversations})::uuid, CASE n % 2 WHEN 0 THEN 'user' ELSE 'assistant' END,
        CASE WHEN n % 1000 = 0 THEN 'the zebra of the garden ' ELSE 'the plain words of the day ' END || repeat('and more ', 12) || n, timestamptz '2026-02-01' + (n % 5) * interval '1 day', '{}' FROM generate_series(1, ${messages}) n;
      INSERT INTO system_metrics (operation, duration_ms, success, created_at) SELECT CASE WHEN n % 4 = 0 THEN 'search' ELSE 'answer' END, n % 100, true, timestamptz '2026-02-01' + (n % 2) * interval '30 days' FROM generate_series(1, ${metrics}) n;
      ANALYZE`);
    shared = port();
    await carryOutIndex(await planIndex(await readIndexable(shared, 'lib', fourTableMapping)), { open: () => database.connect(), signal });
  }, 120_000);
  afterAll(async () => {
    await shared.close();
    await database.close();
  });

  /** The tables as they are, but taken for larger ones. */
  async function stats(query: Partial<Query>, large: Partial<Record<'messages' | 'metrics', number>> = {}, masker: Masker = noMasking) {
    const shape = await readShape(shared, fourTableMapping);
    const taken: Shape = { ...shape, messages: { ...shape.messages, rows: large.messages ?? shape.messages.rows }, metrics: shape.metrics === null ? null : { ...shape.metrics, rows: large.metrics ?? shape.metrics.rows } };
    const source = makeSource(shared, 'lib', fourTableMapping, taken);
    return readStatistics(source, makeSearch(source, searchNames(taken.messages, fourTableMapping)), ask(query), masker, signal);
  }

  it('operations of a table of metrics are of all operations, or of all in the period, and never of the search', async () => {
    const all = await stats({});
    expect(all).toMatchObject({ operationsOf: 'all', estimated: false, atLeast: { conversations: false, parts: false }, conversations, messages });
    expect(all.operations.map(({ operation, count }) => [operation, count])).toEqual([['answer', 15_000], ['search', 5000]]);
    expect(await stats({ roles: ['user'] })).toMatchObject({ operationsOf: 'all', operations: all.operations });
    const dated = await stats({ roles: ['user'], before: '2026-02-20T00:00:00.000Z' });
    expect(dated).toMatchObject({ operationsOf: 'period', estimated: false });
    expect(dated.operations.reduce((sum, { count }) => sum + count, 0)).toBe(metrics / 2);
  });

  it('metrics that were sampled are an estimate', async () => {
    const found = await stats({}, { metrics: 400_000 });
    expect(found).toMatchObject({ estimated: true, messages, conversations, atLeast: { conversations: false, parts: false } });
  });

  it('different conversations in a sample are a lower bound', async () => {
    const found = await stats({ roles: ['user'] }, { messages: 400_000 });
    expect(found).toMatchObject({ estimated: true, atLeast: { conversations: true, parts: true } });
    expect(found.conversations).toBeLessThanOrEqual(conversations);
    for (const user of found.users) expect(user.conversations).toBeLessThanOrEqual(conversations / 3);
    // Of the whole library the server knows about how many there are.
    expect(await stats({}, { messages: 400_000 })).toMatchObject({ conversations, atLeast: { conversations: false, parts: true } });
  });

  it('a few hits that are held against their texts are counted one by one, however large the table', async () => {
    const masker: Masker = { active: true, mask: (text) => text, isRevealed: () => false, revealed: () => [] };
    for (const [terms, mask] of [[[{ kind: 'word' as const, text: 'zebra', not: false }], masker], [[{ kind: 'prefix' as const, text: 'zebr', not: false }], noMasking]] as const) {
      expect(await stats({ terms: [...terms] }, { messages: 400_000 }, mask)).toMatchObject({ messages: 9, estimated: false, atLeast: { conversations: false, parts: false } });
    }
  });
});
