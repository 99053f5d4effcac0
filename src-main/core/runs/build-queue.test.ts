import { describe, expect, test } from 'vitest';
import { createBuildQueue, type Closable } from './build-queue.ts';

/** Counts the sessions that are opened and closed. */
function counted() {
  const seen = { opened: 0, closed: 0 };
  const open = async (): Promise<Closable> => {
    seen.opened += 1;
    return { close: async () => void (seen.closed += 1) };
  };
  return { seen, open };
}

type Step = () => Promise<void>;

describe('the queue of what is built', () => {
  test('a hundred tables that come one after the other take two sessions, not a hundred', async () => {
    const { seen, open } = counted();
    const done: number[] = [];
    const queue = createBuildQueue<Closable, number>(2, open, async (_, item) => void done.push(item));
    for (let item = 0; item < 100; item += 1) {
      queue.add(item);
      // The next one comes when this has long been built.
      for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
    }
    await queue.finish();
    expect({ done: done.length, ...seen, closed: seen.closed === seen.opened }).toEqual({ done: 100, opened: 1, closed: true });
  });

  test('what an item adds is done by whoever is free, two at a time, before finish ends', async () => {
    const { open } = counted();
    const told: string[] = [];
    const gates = [Promise.withResolvers<void>(), Promise.withResolvers<void>()] as const;
    const queue = createBuildQueue<Closable, Step>(2, open, (_, step) => step());
    queue.add(async () => {
      queue.add(async () => {
        told.push('first');
        gates[0].resolve();
        await gates[1].promise;
      });
      // Each waits for the other: one session alone would never end.
      queue.add(async () => {
        await gates[0].promise;
        told.push('second');
        gates[1].resolve();
        queue.add(async () => void told.push('third'));
      });
    });
    await queue.finish();
    expect(told).toEqual(['first', 'second', 'third']);
  });

  test('the first error ends it, is thrown, and every session is closed', async () => {
    const { seen, open } = counted();
    const queue = createBuildQueue<Closable, Step>(2, open, (_, step) => step());
    const never: string[] = [];
    queue.add(async () => { throw new Error('no space'); });
    for (let item = 0; item < 5; item += 1) queue.add(async () => { await new Promise(setImmediate); never.push('late'); });
    await expect(queue.finish()).rejects.toThrow('no space');
    expect(seen.closed).toBe(seen.opened);
  });
});
