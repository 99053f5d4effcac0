import { afterEach, expect, test, vi } from 'vitest';
import type { Replica } from '../../../../shared/model/conversation-work.ts';
import { scheduleRefreshes } from './schedule.ts';

const replica = (id: string, refreshedAt: string | null): Replica => ({ id, name: id, library: 'l', readAs: '', conversations: 0, messages: 0, bytes: 0, createdAt: '', refreshedAt, state: 'ready', error: null });

afterEach(() => { vi.useRealTimers(); });

test('replicas are refreshed every few minutes as the setting says, one after the other, until it is ended', async () => {
  vi.useFakeTimers();
  let minutes = 5;
  let running = 0;
  const asked: string[] = [];
  const end = scheduleRefreshes({
    minutes: async () => minutes, random: () => 0.5,
    replicas: {
      list: async () => [replica('a', '2026'), replica('never finished', null), replica('b', '2026')],
      refreshQuietly: async (id) => {
        expect(running += 1).toBe(1);
        asked.push(id);
        await Promise.resolve();
        running -= 1;
        return true;
      },
    },
  });
  await vi.advanceTimersByTimeAsync(59_000);
  expect(asked).toEqual([]);
  await vi.advanceTimersByTimeAsync(2000);
  expect(asked).toEqual(['a', 'b']);
  await vi.advanceTimersByTimeAsync(4 * 60_000);
  expect(asked).toHaveLength(2);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toHaveLength(4);
  minutes = 0;
  await vi.advanceTimersByTimeAsync(30 * 60_000);
  expect(asked).toHaveLength(4);
  minutes = 1;
  await vi.advanceTimersByTimeAsync(61_000);
  expect(asked.length).toBeGreaterThan(4);
  const before = asked.length;
  await end();
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(asked).toHaveLength(before);
});
