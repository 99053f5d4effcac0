import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mappingSchema, type Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../../../test-support/index.ts';
import type { ConversationReader } from '../ports.ts';
import { carryOutIndex, createQueryPort, openPostgresReader, planIndex, readIndexable } from './index.ts';

const { signal } = new AbortController();
const mappingOf = (schema: string): Mapping => mappingSchema.parse({
  adapter: 'generic',
  conversations: { table: { schema, name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, updated: { column: 'updated_at' } },
  messages: { table: { schema, name: 'messages' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, role: { column: 'role' }, content: { column: 'content' }, created: { column: 'created_at' } },
});
const types = ['smallint', 'integer', 'bigint', 'numeric(20,0)'] as const;
const long = '7301999000012345';

describe.skipIf(!hasPostgres())('conversations by a number or a misspelt name', () => {
  let database: TestDatabase;
  const readers = new Map<string, ConversationReader>();
  beforeAll(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    for (const [at, type] of types.entries()) {
      const small = type === 'smallint' || type === 'integer';
      await session.exec(`CREATE SCHEMA s${at}; CREATE TABLE s${at}.conversations (id ${type} PRIMARY KEY, name text, updated_at timestamptz); CREATE TABLE s${at}.messages (id int PRIMARY KEY, conversation_id ${type}, role text, content text, created_at timestamptz);
        INSERT INTO s${at}.conversations SELECT n, 'Talk ' || n, timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 400) n; INSERT INTO s${at}.conversations VALUES (7301, 'Seven', '2026-01-01')${small ? '' : `, (${long}, 'Long', '2026-01-01'), (9223372036854775807, 'Last', '2026-01-01')`};
        INSERT INTO s${at}.messages VALUES (1, 1, 'user', 'hello', '2026-01-01')`);
      const mapping = mappingOf(`s${at}`);
      const port = createQueryPort(database.config);
      await carryOutIndex(await planIndex(await readIndexable(port, 'lib', mapping)), { open: () => database.connect(), signal });
      await port.close();
      readers.set(type, await openPostgresReader({ port: createQueryPort(database.config), mapping, library: { id: 'lib' } }));
    }
  }, 120_000);
  afterAll(async () => {
    for (const reader of readers.values()) await reader.close();
    await database.close();
  });
  const names = async (type: string, text: string): Promise<(string | null)[]> => ((await readers.get(type)?.names(text, 10, signal)) ?? []).map((row) => row.title);

  it.each(types)('a number of any length, in a column of %s', async (type) => {
    const small = type === 'smallint' || type === 'integer';
    expect((await names(type, '7301')).toSorted()).toEqual(type === 'bigint' ? ['Long', 'Seven'] : ['Seven']);
    expect(await names(type, '12')).toContain('Talk 12');
    expect(await names(type, long)).toEqual(small ? [] : ['Long']);
    expect(await names(type, '9223372036854775807')).toEqual(small ? [] : ['Last']);
    // Too large for any of them, and longer than a number may be.
    for (const text of ['9223372036854775808', '99999999999999999999', '4294967296', '32768', '9'.repeat(60)]) expect((await names(type, text)).filter((title) => !title?.startsWith('Talk')), text).toEqual([]);
  });

  it('a long number by its beginning', async () => {
    for (const length of [4, 5, 9, 10, 15]) expect(await names('bigint', long.slice(0, length)), long.slice(0, length)).toContain('Long');
    expect(await names('bigint', '92233')).toEqual(['Last']);
  });

  it('a misspelt word of a title', async () => {
    expect((await names('bigint', 'Tlak 12'))[0]).toBe('Talk 12');
    expect((await names('bigint', 'Tallk 12'))[0]).toBe('Talk 12');
    expect((await names('bigint', 'talc 215'))[0]).toBe('Talk 215');
    expect(await names('bigint', 'zzzzzz qqqq')).toEqual([]);
    // The bound of this statement is not left to the session.
    const port = createQueryPort(database.config);
    expect((await port.rows("SELECT coalesce(current_setting('pg_trgm.word_similarity_threshold', true), '0.6') AS t"))[0]?.['t']).toBe('0.6');
    await port.close();
  });
});
