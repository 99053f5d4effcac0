import { expect, test } from 'vitest';
import { statisticsCsv } from './statistics-file.ts';

test('sums become rows; a name that looks like a formula stays text', () => {
  const csv = statisticsCsv({
    conversations: 1, messages: 2, estimated: false, inputTokens: null, outputTokens: 5, days: [{ day: '2025-01-01', conversations: 1, messages: 2, errors: 0 }], roles: [{ role: 'user', messages: 2 }],
    models: [{ model: 'a,"b"', messages: 1, inputTokens: 1, outputTokens: null }], users: [{ user: '=1+1', conversations: 1, messages: 2 }], operations: [],
  });
  expect(csv).toContain('all,,inputTokens,\r\n');
  expect(csv).toContain('day,2025-01-01,errors,0\r\n');
  expect(csv).toContain('model,"a,""b""",messages,1\r\n');
  expect(csv).toContain("user,'=1+1,messages,2\r\n");
});
