import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { freshDatabase, hasPostgres, testSeed, type TestDatabase } from '../../../test-support/index.ts';
import { noMasking, type ConversationReader } from '../ports.ts';
import { emptyQuery } from '../search-cases.ts';
import { createQueryPort, openPostgresReader } from './index.ts';
import { fourTableMapping, fourTables } from './test-library.ts';

const { signal } = new AbortController();
const seed = testSeed();
const ask = (query: Partial<Query>): Query => ({ ...emptyQuery, ...query });

describe.skipIf(!hasPostgres())('a library read directly', () => {
  let database: TestDatabase;
  let reader: ConversationReader;
  beforeAll(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    await session.exec(fourTables);
    // Equal times and missing times on purpose: pages must neither repeat nor leave out any row.
    await session.exec(`
      INSERT INTO conversations (id, name, created_at, updated_at, deleted_at, metadata)
        SELECT md5('c' || n)::uuid, CASE WHEN n % 5 = 0 THEN '' ELSE 'Reunião ' || n END, '2026-01-01', CASE WHEN n % 7 = 0 THEN NULL ELSE timestamptz '2026-02-01' + (n % 11) * interval '1 hour' END,
          CASE WHEN n % 13 = 0 THEN timestamptz '2026-03-01' END, jsonb_build_object('user_id', 'User' || n % 4, 'plan', jsonb_build_object('tier', CASE WHEN n % 3 = 0 THEN 'gold' ELSE 'free' END), 'seats', n % 5)
        FROM generate_series(1, 60) n;
      INSERT INTO messages (id, conversation_id, role, content, parts, created_at, metadata)
        SELECT md5('m' || n)::uuid, md5('c' || 1 + n % 3)::uuid, CASE n % 2 WHEN 0 THEN 'user' ELSE 'assistant' END, 'message ' || n, CASE WHEN n % 10 = 0 THEN '[{"type":"error","errorText":"broken"}]'::jsonb WHEN n % 10 = 1 THEN '[{"type":"tool-call","toolName":"find","input":{"q":1}}]'::jsonb END,
          CASE WHEN n % 9 = 0 THEN NULL ELSE timestamptz '2026-02-01' + (n % 17) * interval '1 minute' END, jsonb_build_object('model', 'model-' || n % 2, 'usage', jsonb_build_object('input_tokens', n), 'latency_ms', n * 10)
        FROM generate_series(1, 400) n;
      INSERT INTO messages (id, conversation_id, role, content, created_at) SELECT md5('long')::uuid, md5('c5')::uuid, 'user', repeat('ação ', 100000), '2026-02-01';
      INSERT INTO tasks (conversation_id, status, description, created_at) SELECT md5('c1')::uuid, 'pending', 'task ' || n, timestamptz '2026-02-01' + n * interval '1 minute' FROM generate_series(1, 5) n;
      INSERT INTO events (conversation_id, actor, content, event_type, timestamp) SELECT md5('c1')::uuid, 'agent', '{"a": 1}', 'step', timestamptz '2026-02-01' + n * interval '1 minute' FROM generate_series(1, 600) n;`);
    await session.exec('CREATE INDEX ON messages (conversation_id, created_at, id); ANALYZE');
    reader = await openPostgresReader({ port: createQueryPort(database.config), mapping: fourTableMapping, library: { id: 'lib' } });
  });
  afterAll(async () => {
    await reader.close();
    await database.close();
  });

  const list = async (query: Partial<Query>, limit = 100): Promise<readonly Conversation[]> => (await reader.list({ query: ask(query), limit, masker: noMasking, signal })).rows;
  const idOf = async (text: string): Promise<string> => {
    await using session = await database.connect();
    return (await session.one('SELECT md5($1)::uuid::text AS id', [text]))?.['id'] ?? '';
  };

  it('lists every conversation once, newest first, in pages of any size', async () => {
    const whole = await list({});
    expect(whole).toHaveLength(60);
    const times = whole.map((row) => row.updatedAt);
    expect(times).toEqual(times.toSorted((a, b) => (b ?? '').localeCompare(a ?? '')));
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 25 }), async (limit) => {
      const keys: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await reader.list({ query: ask({}), limit, masker: noMasking, signal, ...(after === undefined ? {} : { after }) });
        keys.push(...page.rows.map((row) => row.key));
        if (page.next === null) break;
        after = page.next;
      }
      expect(keys).toEqual(whole.map((row) => row.key));
    }), { seed, numRuns: 8 });
  });

  it('reads a thread from any place in both directions, each row once', async () => {
    const conversation = await idOf('c1');
    const whole: Message[] = [];
    for (let from: Parameters<ConversationReader['thread']>[1] = 'start'; ;) {
      const page = await reader.thread(conversation, from, 50, signal);
      whole.push(...page.rows);
      if (page.after === null) break;
      from = { after: page.after };
    }
    const keys = whole.map((row) => row.key);
    expect(new Set(keys).size).toBe(133);
    expect(whole.map((row) => row.at ?? '')).toEqual(whole.map((row) => row.at ?? '').toSorted());
    expect(whole[0]?.at).toBeNull();
    await fc.assert(fc.asyncProperty(fc.integer({ min: 0, max: keys.length - 1 }), fc.integer({ min: 1, max: 40 }), async (at, limit) => {
      const page = await reader.thread(conversation, { around: keys[at] ?? '' }, limit, signal);
      expect(page.rows.map((row) => row.key)).toContain(keys[at]);
      expect(page.rows).toHaveLength(Math.min(limit, keys.length));
      const found = page.rows.map((row) => row.key);
      for (let { after } = page; after !== null;) {
        const next = await reader.thread(conversation, { after }, limit, signal);
        found.push(...next.rows.map((row) => row.key));
        after = next.after;
      }
      for (let { before } = page; before !== null;) {
        const next = await reader.thread(conversation, { before }, limit, signal);
        found.unshift(...next.rows.map((row) => row.key));
        before = next.before;
      }
      expect(found).toEqual(keys);
    }), { seed, numRuns: 12 });
    const end = await reader.thread(conversation, 'end', 10, signal);
    expect([end.rows.map((row) => row.key), end.after]).toEqual([keys.slice(-10), null]);
  });

  it('shows titles, owners, counts, previews, deletion and metadata', async () => {
    const row = await reader.conversation(await idOf('c2'));
    expect(row).toMatchObject({ title: 'Reunião 2', owner: 'User2', messages: 134, preview: null, deletedAt: null, createdAt: '2026-01-01T00:00:00.000Z', updatedAt: '2026-02-01T02:00:00.000Z' });
    expect(JSON.parse(row.metadata ?? '')).toEqual({ user_id: 'User2', plan: { tier: 'free' }, seats: 2 });
    expect((await reader.conversation(await idOf('c13'))).deletedAt).toBe('2026-03-01T00:00:00.000Z');
    expect((await reader.conversation(await idOf('c5'))).preview).toMatch(/^ação ação .*…$/);
  });

  it('filters by owner, metadata, deletion, period and by what messages have', async () => {
    const of = async (query: Partial<Query>): Promise<number> => (await list(query)).length;
    expect(await of({ users: ['user1'] })).toBe(15);
    expect(await of({ notUsers: ['USER1'] })).toBe(45);
    expect(await of({ meta: [{ path: ['plan', 'tier'], value: 'gold', not: false }] })).toBe(20);
    expect(await of({ meta: [{ path: ['plan', 'tier'], value: 'gold', not: true }] })).toBe(40);
    expect(await of({ meta: [{ path: ['seats'], value: '3', not: false }] })).toBe(12);
    expect(await of({ meta: [{ path: ['nothing'], value: 'x', not: false }] })).toBe(0);
    expect(await of({ has: ['deleted'] })).toBe(4);
    expect(await of({ notHas: ['deleted'] })).toBe(56);
    expect(await of({ roles: ['Assistant'] })).toBe(3);
    expect(await of({ has: ['error'] })).toBe(3);
    expect(await of({ has: ['image'] })).toBe(0);
    expect(await of({ models: ['model-1'], roles: ['user'] })).toBe(0);
    expect(await of({ after: '2026-02-01T10:00:00.000Z' })).toBe((await list({})).filter((row) => (row.updatedAt ?? '') >= '2026-02-01T10').length);
    expect(await of({ in: await idOf('c3') })).toBe(1);
    expect(await of({ in: 'no key at all' })).toBe(0);
  });

  it('reads messages whole and cut, with parts, tokens and latency', async () => {
    const message = await reader.message(await idOf('m11'));
    expect(message).toMatchObject({ role: 'assistant', model: 'model-1', inputTokens: 11, latencyMs: 110, isError: false, truncated: false });
    expect(message.parts.map((part) => part.type)).toEqual(['text', 'tool-call']);
    expect((await reader.message(await idOf('m10'))).isError).toBe(true);
    const long = await idOf('long');
    const [page] = (await reader.thread(await idOf('c5'), 'start', 10, signal)).rows;
    expect([page?.truncated, JSON.stringify(page?.parts).length]).toEqual([true, 65_536 + JSON.stringify([{ type: 'text', text: '', format: 'plain' }]).length]);
    expect(JSON.stringify((await reader.message(long)).parts).length).toBeGreaterThan(500_000);
  });

  it('gives tasks and events of a period, and says where it cuts', async () => {
    const timeline = await reader.timeline(await idOf('c1'), null, null);
    expect([timeline.tasks.length, timeline.events.length, timeline.cut]).toEqual([5, 500, true]);
    const part = await reader.timeline(await idOf('c1'), '2026-02-01T00:02:00Z', '2026-02-01T00:04:00Z');
    expect([part.tasks.map((task) => task.description), part.events.length, part.cut]).toEqual([['task 2', 'task 3', 'task 4'], 3, false]);
  });

  it('gives the row as its table holds it', async () => {
    const [row] = await reader.raw('message', await idOf('long'));
    expect(row?.columns).toContain('content');
    const content = row?.cells[row.columns.indexOf('content')];
    expect(content).toMatchObject({ class: 'text', cut: true, bytes: 700_000 });
  });

  it('finds names by their beginning, a part, an owner or an id, without accents', async () => {
    const titles = async (text: string): Promise<(string | null)[]> => (await reader.names(text, 50, signal)).map((row) => row.title);
    expect(await titles('reuniao 4')).toEqual(expect.arrayContaining(['Reunião 4', 'Reunião 42']));
    expect((await titles('reuniao 4'))).not.toContain('Reunião 14');
    expect((await reader.names('user3', 50, signal)).every((row) => row.owner === 'User3')).toBe(true);
    expect((await reader.names(await idOf('c7'), 5, signal)).map((row) => row.title)).toEqual(['Reunião 7']);
    for (const hostile of ["'; DROP TABLE messages; --", '%', '\\', '\0', '🚀'.repeat(3000)]) await reader.names(hostile, 5, signal);
  });

  it('answers NOT_FOUND for keys that are not there or cannot be', async () => {
    for (const key of ['no uuid', '00000000-0000-0000-0000-000000000000', "'"]) {
      await expect(reader.conversation(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(reader.message(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(reader.thread(key, 'start', 5, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      await expect(reader.raw('message', key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    }
    await expect(reader.thread(await idOf('c1'), { around: await idOf('m1') }, 5, signal)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(reader.list({ query: ask({}), after: 'nonsense', limit: 5, masker: noMasking, signal })).rejects.toMatchObject({ code: 'INVALID_INPUT' });
  });

  it('has sessions that cannot write', async () => {
    const port = createQueryPort(database.config);
    await expect(port.rows('DELETE FROM messages')).rejects.toMatchObject({ code: 'READ_ONLY' });
    await expect(port.rows('SELECT pg_sleep(60)', [], { timeoutMs: 50 })).rejects.toMatchObject({ code: 'CANCELLED' });
    // Its connection is taken away; the next statement gets another.
    await port.rows('SELECT 1');
    await using admin = await database.connect();
    await admin.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'travessia conversations' AND datname = current_database()");
    expect(await port.rows('SELECT 1::text AS one')).toEqual([{ one: '1' }]);
    await port.close();
  });
});
