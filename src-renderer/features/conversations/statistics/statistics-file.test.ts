import { expect, test } from 'vitest';
import { statisticsCsv } from './statistics-file.ts';

test('sums become rows; a name that looks like a formula stays text', () => {
  const csv = statisticsCsv({
    conversations: 1, messages: 2, estimated: false, atLeast: { conversations: false, parts: false }, operationsOf: 'found', inputTokens: null, outputTokens: 5, days: [{ day: '2025-01-01', conversations: 1, messages: 2, errors: 0 }], roles: [{ role: 'user', messages: 2 }],
    models: [{ model: 'a,"b"', messages: 1, inputTokens: 1, outputTokens: null }], users: [{ user: '=1+1', conversations: 1, messages: 2 }], operations: [],
  });
  expect(csv).toContain('all,,inputTokens,\r\n');
  expect(csv).toContain('day,2025-01-01,errors,0\r\n');
  expect(csv).toContain('model,"a,""b""",messages,1\r\n');
  expect(csv).toContain("user,'=1+1,messages,2\r\n");
});

test('what was counted from part of the rows is a lower bound by its name', () => {
  const csv = statisticsCsv({
    conversations: 5, messages: 90, estimated: true, atLeast: { conversations: true, parts: true }, operationsOf: 'period', inputTokens: null, outputTokens: null,
    days: [{ day: '2025-01-01', conversations: 4, messages: 90, errors: 0 }], roles: [], models: [], users: [{ user: 'ana', conversations: 3, messages: 90 }], operations: [],
  });
  for (const row of ['all,,conversationsAtLeast,5', 'all,,estimated,true', 'all,,operationsOf,period', 'day,2025-01-01,conversationsAtLeast,4', 'user,ana,conversationsAtLeast,3']) expect(csv).toContain(`${row}\r\n`);
  expect(csv).not.toContain('conversations,');
});
