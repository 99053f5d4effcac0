import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Part } from '../../../../shared/model/conversation.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { noMasking, type ConversationReader } from '../ports.ts';
import { openPostgresReader } from '../postgres/index.ts';
import { emptyQuery, searchCaseMessages, searchCases } from '../search-cases.ts';
import { conversationOf, messageOf } from '../test-library.ts';
import { replicaMapping } from './tables.ts';
import { openReplica, type OpenReplica } from './worker.ts';

const signal = new AbortController().signal;
const folder = tempFolder('replica-search');
let replica: OpenReplica;
let reader: ConversationReader;

/** Every kind of part, as a program may have written it. */
const parts: Part[] = [
  { type: 'text', text: 'First words', format: 'markdown' },
  { type: 'reasoning', text: 'Let me think of elephants' },
  { type: 'tool-call', name: 'weather', callId: 'call-1', arguments: '{"city": "Recife",  "n": 12345678901234567890}' },
  { type: 'tool-result', name: null, callId: 'call-1', text: '{"sky": "clear"}', isError: false },
  { type: 'json', text: '[1.50, {"a": null}]' },
  { type: 'text', text: 'Second words', format: 'markdown' },
  { type: 'image', mime: 'image/png', name: 'map.png', url: null, data: null },
  { type: 'file', mime: 'text/plain', name: 'list.txt', url: 'https://example.org/list.txt', bytes: 12 },
  { type: 'error', text: 'It broke' },
];

beforeAll(async () => {
  const file = { id: 'r', path: join(folder.path, 'r.replica'), key: new Uint8Array(randomBytes(32)) };
  replica = await openReplica(file);
  const byConversation = Map.groupBy(searchCaseMessages, ({ conversation }) => conversation);
  for (const [key, rows] of byConversation) {
    const messages = rows.map((row) => messageOf(row.key, key, row.text, { role: row.role, at: row.at, model: row.model }));
    await replica.offer({ key, mapping: { adapter: 'generic' }, fingerprint: '1', records: { conversations: [conversationOf(key, { title: key, metadata: '{"plan": {"tier": "gold"}, "bad": "\\u0000\\ud800x"}' })], messages, tasks: [], events: [] } });
  }
  const timeline = {
    tasks: [{ key: 't1', conversation: 'all-parts', status: 'open', description: 'call ana@example.com', createdAt: '2026-03-02T10:00:00.000001Z', updatedAt: null, metadata: null, masked: false }],
    events: [{ key: '7', conversation: 'all-parts', type: 'opened', actor: 'ana', at: '2026-03-02T10:00:01Z', content: '{"x": 1}', masked: false }],
  };
  await replica.offer({ key: 'all-parts', mapping: { adapter: 'generic' }, fingerprint: '1', records: { conversations: [conversationOf('all-parts', { title: null, updatedAt: '2026-01-02T00:00:00.123456Z' })], messages: [messageOf('p1', 'all-parts', '', { role: 'assistant', parts, isError: true, at: '2026-03-02T10:00:00.123456Z', inputTokens: 3, latencyMs: 1.5, parent: 'p0' }), messageOf('p2', 'all-parts', 'a\0b \ud800')], ...timeline } });
  await replica.apply([...byConversation.keys(), 'all-parts']);
  await replica.save('{}');
  await replica.close();
  // As it is found by whoever opens the file later.
  replica = await openReplica(file);
  reader = await openPostgresReader({ port: replica.port, mapping: replicaMapping, library: { id: 'lib' } });
});
afterAll(async () => {
  await replica.close();
  folder.remove();
});

test('a replica answers every search as its server does', async () => {
  for (const { name, line, query, finds } of searchCases) {
    const found = await reader.search({ query: { ...emptyQuery, ...query }, limit: 100, masker: noMasking, signal });
    expect(found.rows.map((row) => row.message).toSorted(), `${name}: ${line}`).toEqual(finds.toSorted());
  }
  const word = (text: string) => ({ ...emptyQuery, terms: [{ kind: 'word' as const, text, not: false }] });
  for (const [text, keys] of [['elephants', ['p1']], ['recife', ['p1']], ['broke', ['p1']], ['markdown', []]] as const) {
    expect((await reader.search({ query: word(text), limit: 10, masker: noMasking, signal })).rows.map((row) => row.message), text).toEqual(keys);
  }
  expect((await reader.list({ query: { ...emptyQuery, meta: [{ path: ['plan', 'tier'], value: 'gold', not: false }] }, limit: 10, masker: noMasking, signal })).rows).toHaveLength(new Set(searchCaseMessages.map(({ conversation }) => conversation)).size);
  expect(await reader.count({ ...emptyQuery, has: ['error'] }, noMasking, signal)).toEqual({ count: 1, capped: false });
  expect(await reader.count({ ...emptyQuery, has: ['tool'] }, noMasking, signal)).toEqual({ count: 1, capped: false });
});

test('a message, its tasks and events come back as they were read', async () => {
  expect(await reader.message('p1')).toMatchObject({ parts, role: 'assistant', isError: true, at: '2026-03-02T10:00:00.123456Z', inputTokens: 3, latencyMs: 1.5, parent: 'p0' });
  expect((await reader.message('p2')).parts).toEqual([{ type: 'text', text: 'a\u{FFFD}b \u{FFFD}', format: 'plain' }]);
  expect(await reader.conversation('all-parts')).toMatchObject({ title: null, owner: 'ana', updatedAt: '2026-01-02T00:00:00.123456Z' });
  const { tasks, events } = await reader.timeline('all-parts', null, null);
  expect(tasks).toMatchObject([{ key: 't1', description: 'call ⟨email⟩', createdAt: '2026-03-02T10:00:00.000001Z' }]);
  expect(events).toMatchObject([{ key: '7', type: 'opened', actor: 'ana', content: '{"x": 1}' }]);
  expect((await reader.names('conv-p', 5, signal))[0]?.key).toBe('conv-pt');
});
