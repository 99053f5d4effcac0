import { expect, test } from 'vitest';
import type { ConversationEvent, Message, Task } from '../../../shared/model/conversation.ts';
import { gapBetween, timelineOf } from './timeline-items.ts';

const message = (key: string, at: string | null): Message => ({
  key, conversation: 'c', role: 'user', parts: [], truncated: false, at, model: null, inputTokens: null, outputTokens: null, latencyMs: null,
  parent: null, isError: false, deletedAt: null, metadata: null, masked: false, revealed: false,
});
const task = (key: string, createdAt: string | null): Task => ({ key, conversation: 'c', status: 'done', description: '', createdAt, updatedAt: null, metadata: null, masked: false });
const event = (key: string, at: string | null): ConversationEvent => ({ key, conversation: 'c', type: 'x', actor: null, at, content: null, masked: false });

test('tasks and events stand between the messages by their time, with the silence before each', () => {
  const items = timelineOf([message('1', '2025-01-01T00:00:00Z'), message('2', '2025-01-01T00:10:00Z')], [task('t', '2025-01-01T00:05:00Z')], [event('e', '2024-12-31T23:59:00Z'), event('late', null)]);
  expect(items.map((item) => [item.key, item.gap])).toEqual([['event e', null], ['message 1', 60], ['task t', 300], ['message 2', 300], ['event late', null]]);
  expect(gapBetween('2025-01-01T00:00:00Z', 'nonsense')).toBeNull();
});
