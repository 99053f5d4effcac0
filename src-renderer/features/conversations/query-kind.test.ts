import { expect, test } from 'vitest';
import { parseQuery } from '../../../shared/pure/conversation-query/index.ts';
import { asksForMessages, namesIn } from './query-kind.ts';

const query = (line: string) => parseQuery(line, { now: Date.parse('2025-06-01T00:00:00Z') }).query;

test('terms, roles and the like ask for messages; people, dates and metadata for conversations', () => {
  expect(['refund', '-refund', 'role:user', 'has:error', '-model:x', 'near:5', 'in:7'].map((line) => asksForMessages(query(line)))).toEqual([true, true, true, true, true, true, true]);
  expect(['', 'user:ana', 'after:2025-01-01 before:2025-02-01', 'meta.tier:gold', 'has:deleted'].map((line) => asksForMessages(query(line)))).toEqual([false, false, false, false, false]);
  expect(namesIn(query('ana -bia role:user "maria silva"'))).toBe('ana maria silva');
});
