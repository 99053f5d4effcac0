import type { PlanTable } from '../../../shared/model/plan.ts';
import type { BucketSum } from './sums.ts';
import { startVerifyThread, type VerifyThread } from './verify-thread.ts';

/**
 * Reads the sources again while the server builds indexes: the copies do not change, so their sums can wait for the comparison. A table
 * whose pages are not simple, or whose reading fails, is left to the comparison itself.
 */
export interface SecondReading {
  /** Takes a table whose rows are all loaded. */
  add(table: PlanTable): void;
  /** Its sum, once it is known; null where there is none. */
  sumOf(table: PlanTable): Promise<BucketSum | null>;
  close(): void;
}

/** One table after the other, in a thread of its own; `snapshotOf` gives the copy that was loaded. */
export function startSecondReading(snapshotOf: (database: string) => string | undefined, signal: AbortSignal): SecondReading {
  const key = ({ source }: PlanTable): string => JSON.stringify([source.database, source.table]);
  const sums = new Map<string, Promise<BucketSum | null>>();
  let thread: VerifyThread | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  return {
    add(table) {
      const snapshotPath = snapshotOf(table.source.database);
      if (snapshotPath === undefined || table.filter !== undefined) return;
      thread ??= startVerifyThread();
      const { sum } = thread;
      waiting += 1;
      const next = last.then(() => sum({ table, snapshotPath }, signal)).catch(() => null).finally(() => {
        waiting -= 1;
        if (waiting > 0) return;
        // Its memory is wanted by those who compare.
        thread?.close();
        thread = undefined;
      });
      sums.set(key(table), next);
      last = next;
    },
    sumOf: async (table) => (await sums.get(key(table))) ?? null,
    close: () => thread?.close(),
  };
}
