import { expect, test } from 'vitest';
import { mappingSchema } from '../../../../shared/model/conversation-mapping.ts';
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { draftOf, entityFrom, inputOf, lackingIn } from './mapping-draft.ts';

const mapping: Mapping = mappingSchema.parse({
  adapter: 'llm',
  conversations: { table: { name: 'conversations' }, id: { column: 'id' }, title: { column: 'name' }, created: { column: 'at', as: 'seconds' }, metadata: [{ column: 'extra' }] },
  messages: { table: { schema: 'public', name: 'responses' }, id: { column: 'id' }, conversation: { column: 'conversation_id' }, exchange: { prompt: { column: 'prompt' }, response: { column: 'response' }, system: { column: 'system' } }, model: { column: 'data', path: ['model', 'id'] } },
  metrics: { table: { name: 'system_metrics' }, operation: { column: 'operation' }, durationMs: { column: 'ms' } },
});

test('a mapping comes out of its draft as it went in', () => {
  expect(mappingSchema.parse(inputOf(draftOf(mapping)))).toEqual(mapping);
  expect(lackingIn(draftOf(mapping))).toEqual(new Set());
});

test('a table is taken with the columns that are named like its fields; what is needed and missing is known by its place', () => {
  const messages = entityFrom('messages', { schema: null, name: 'log', rows: 1, columns: ['id', 'session_id', 'sender', 'text', 'created_at'].map((name) => ({ name, type: 'text' })) });
  expect(messages.fields).toEqual({ id: { column: 'id' }, conversation: { column: 'session_id' }, role: { column: 'sender' }, content: { column: 'text' }, created: { column: 'created_at', as: 'auto' } });
  const parts = entityFrom('parts', { schema: null, name: 'part', rows: 1, columns: [{ name: 'id', type: 'text' }] });
  expect(lackingIn({ adapter: 'generic', messages: { ...messages, exchange: {} }, parts })).toEqual(new Set(['messages.exchange.prompt', 'messages.exchange.response', 'parts.message', 'parts.content']));
});
