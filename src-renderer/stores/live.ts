import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { RunTableProgress } from '../../shared/model/run.ts';

export interface Sample {
  /** Seconds since 1970. */
  readonly at: number;
  readonly rowsPerSecond: number;
  readonly bytesPerSecond: number;
}

export interface LiveRun {
  readonly tables: readonly RunTableProgress[];
  readonly samples: readonly Sample[];
}

export interface LiveState {
  readonly runs: Readonly<Record<string, LiveRun>>;
}

export type LiveStore = StoreApi<LiveState>;

/** About ten events a second arrive; half-second samples keep a run of ten minutes in this many points. */
const keptSamples = 1200;
const spacing = 0.5;

export function createLiveStore(): LiveStore {
  return createStore<LiveState>(() => ({ runs: {} }));
}

/** What a run reports while it runs; the plot's samples are thinned, the newest figures are not. */
export function applyProgress(store: LiveStore, event: TravessiaEvent, now: number): void {
  if (event.type !== 'run-progress') return;
  const sample = { at: now, rowsPerSecond: event.rowsPerSecond, bytesPerSecond: event.bytesPerSecond };
  store.setState((state) => {
    const samples = state.runs[event.runId]?.samples ?? [];
    const before = samples.at(-2);
    const kept = before && now - before.at < spacing ? samples.slice(0, -1) : samples;
    return { runs: { ...state.runs, [event.runId]: { tables: event.tables, samples: [...kept, sample].slice(-keptSamples) } } };
  });
}
