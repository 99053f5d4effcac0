import { expect, test } from 'vitest';
import type { Statistics } from '../../../shared/model/conversation.ts';
import { speechOf } from './speech.ts';
import { statisticsText } from './statistics-text.ts';

const day = (at: number): Statistics['days'][number] => ({ day: new Date(Date.UTC(2025, 0, at)).toISOString().slice(0, 10), conversations: 7, messages: 10, errors: 0 });
const found: Statistics = {
  conversations: 19_385, messages: 140_000, estimated: true, atLeast: { conversations: true, parts: true }, inputTokens: null, outputTokens: null, days: Array.from({ length: 40 }, (_, at) => day(at + 1)), roles: [], models: [],
  users: [{ user: 'ana', conversations: 3, messages: 90 }], operationsOf: 'period', operations: [{ operation: 'search', count: 5, averageMs: 1, p50Ms: 1, p95Ms: 1, errors: 0 }],
};

test('what is a lower bound, what is left out and what the operations are of is said', () => {
  const text = statisticsText(speechOf('en'), found);
  expect(text).toContain('≥ 19,385 conversations, 140,000 messages (estimated)');
  expect(text).toContain('The last 31 of 40 days; --format json has them all.');
  expect(text).not.toContain('2025-01-09');
  expect(text).toContain('2025-01-10');
  expect(text.match(/≥ 7/g)).toHaveLength(31);
  expect(text).toMatch(/ana\s+≥ 3/);
  expect(text).toMatch(/Of all operations in this period, whatever else the search asks:\n\s*operation/);
});

test('of few days, exactly counted, nothing of that is said', () => {
  const text = statisticsText(speechOf('en'), { ...found, estimated: false, atLeast: { conversations: false, parts: false }, days: found.days.slice(0, 31), operationsOf: 'found' });
  expect(text).not.toMatch(/≥|last 31|Of all|estimated/);
});
