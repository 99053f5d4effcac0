import { LRUCache } from 'lru-cache';
import type { TravessiaEvent } from '../../../../shared/contract/events.ts';

/** What the cache of pages has done since the core was started. */
export interface PageStatistics {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
}

export interface KeptPages {
  /** The answer kept for this question of a library, or asked for now. Questions that fail are not kept; one that is under way is shared. */
  get<T extends object>(library: string, question: unknown, freshMs: number, ask: () => Promise<T>): Promise<T>;
  forget(event: TravessiaEvent): void;
  statistics(): PageStatistics;
}

const mostBytes = 32 * 1024 * 1024;

/** About the bytes that a value takes in memory. */
function weight(value: unknown): number {
  if (typeof value === 'string') return value.length * 2 + 16;
  if (typeof value !== 'object' || value === null) return 8;
  return Object.values(value).reduce<number>((sum, each) => sum + weight(each), 64);
}

/** Pages and threads as readers gave them, unmasked: the mask is laid over them anew each time, so that no change of profile can leave one behind. */
export function createKeptPages(): KeptPages {
  const kept = new LRUCache<string, { readonly library: string; readonly value: object; readonly bytes: number }>({
    max: 1000, maxSize: mostBytes, maxEntrySize: mostBytes / 8, sizeCalculation: ({ bytes }) => bytes + 1,
  });
  const asked = new Map<string, Promise<object>>();
  /** Counts what was invalidated, so that an answer asked for before is not kept after. */
  let generation = 0;
  let [hits, misses] = [0, 0];
  return {
    async get<T extends object>(library: string, question: unknown, freshMs: number, ask: () => Promise<T>): Promise<T> {
      const key = JSON.stringify([library, question]);
      const found = kept.get(key);
      if (found !== undefined) {
        hits += 1;
        return found.value as T;
      }
      const underWay = asked.get(key);
      if (underWay !== undefined) {
        hits += 1;
        return underWay as Promise<T>;
      }
      misses += 1;
      const begun = generation;
      const answer = ask();
      asked.set(key, answer);
      try {
        const value = await answer;
        if (begun === generation) kept.set(key, { library, value, bytes: weight(value) }, { ttl: freshMs });
        return value;
      } finally {
        if (asked.get(key) === answer) asked.delete(key);
      }
    },
    forget(event) {
      if (event.type !== 'changed' || (event.noun !== 'libraries' && event.noun !== 'replicas')) return;
      generation += 1;
      asked.clear();
      if (event.noun === 'replicas' || event.id === undefined) kept.clear();
      else for (const [key, entry] of kept.entries()) if (entry.library === event.id) kept.delete(key);
    },
    statistics: () => ({ entries: kept.size, bytes: kept.calculatedSize ?? 0, hits, misses }),
  };
}
