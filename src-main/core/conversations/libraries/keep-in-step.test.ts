import { expect, test, vi } from 'vitest';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { testLibrary } from '../test-library.ts';
import { keepInStep } from './keep-in-step.ts';

const cached: Library = { ...testLibrary, way: 'cached', search: 'stale' };

/** A source that moves on when a test says so, and how often its copy was made anew. */
function world({ fails = false }: { fails?: boolean } = {}) {
  const state = { source: 'one', copy: '', refreshed: 0, time: 0, looks: 0 };
  const end = keepInStep({
    open: () => [cached.id], every: 1, now: () => state.time,
    get: async () => ({ ...cached, search: state.copy === state.source ? 'ready' : 'stale' }),
    fingerprint: async () => {
      state.looks += 1;
      return state.source;
    },
    refresh: async () => {
      state.refreshed += 1;
      state.time += 100;
      if (fails) throw new Error('no space');
      state.copy = state.source;
    },
  });
  /** Until it has looked twice more: the first may have begun before. */
  const looked = async (): Promise<void> => {
    const before = state.looks;
    await vi.waitFor(() => expect(state.looks).toBeGreaterThanOrEqual(before + 2));
  };
  return { state, end, looked };
}

test('a copy that is read follows its source, and rests five times as long as that took', async () => {
  const { state, end, looked } = world();
  await vi.waitFor(() => expect(state).toMatchObject({ copy: 'one', refreshed: 1 }));
  state.source = 'two';
  state.time += 499;
  await looked();
  expect(state.copy).toBe('one');
  state.time += 1;
  await vi.waitFor(() => expect(state).toMatchObject({ copy: 'two', refreshed: 2 }));
  await end();
});

test('what could not be refreshed is tried again once its source has moved on', async () => {
  const { state, end, looked } = world({ fails: true });
  await vi.waitFor(() => expect(state.refreshed).toBe(1));
  state.time += 10_000;
  await looked();
  expect(state.refreshed).toBe(1);
  state.source = 'two';
  await vi.waitFor(() => expect(state.refreshed).toBe(2));
  await end();
});
