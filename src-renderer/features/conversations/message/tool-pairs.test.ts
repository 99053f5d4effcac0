import { expect, test } from 'vitest';
import type { Message, Part } from '../../../../shared/model/conversation.ts';
import { pairsOf, shownOf, textOf } from './tool-pairs.ts';

const call: Part = { type: 'tool-call', name: 'find', callId: '1', arguments: '{"a":1}' };
const result: Part = { type: 'tool-result', name: null, callId: '1', text: 'ok', isError: false };
const message = (key: string, parts: Part[]): Message => ({
  key, conversation: 'c', role: 'user', parts, truncated: false, at: null, model: null, inputTokens: null, outputTokens: null, latencyMs: null,
  parent: null, isError: false, deletedAt: null, metadata: null, masked: false, revealed: false,
});

test('a call and its result in one message are one thing; in two, each knows the other', () => {
  expect(shownOf([{ type: 'text', text: 'x', format: 'plain' }, call, result]).map((each) => each.kind)).toEqual(['part', 'tool']);
  expect(shownOf([result, call])).toHaveLength(1);
  expect(shownOf([result])).toHaveLength(1);
  expect(pairsOf([message('a', [call]), message('b', [result])]).get('1')).toEqual({ name: 'find', call: 'a', result: 'b' });
  expect(textOf(message('a', [call, result]))).toBe('find({"a":1})\n\nok');
});
