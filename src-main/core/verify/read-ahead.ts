import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { SumTask } from './messages.ts';
import type { RowidPart } from './packed-sums.ts';
import { totals, type BucketSum } from './sums.ts';
import { startVerifyThread, type VerifyThread } from './verify-thread.ts';

/** Rows and columns to read: the largest table is begun first. */
export function sizeOfTable({ rows, columns }: PlanTable): number {
  return Number(rows) * Math.max(1, columns.length);
}

/** Below so many rows a table is read in less time than another thread takes to start. */
const worthwhile = 100_000;
/** Parts of a table; whichever thread is free takes the next. */
const partsPerTable = 16;

/** The source's large tables, read for their sums by a thread that began before the comparison and by those that compare. */
export interface ReadAhead {
  /**
   * Rows of the source and the sum of their hashes, null where they must be read row by row; undefined where the table is not read ahead.
   *
   * @param thread - helps with what is left of it
   */
  sumOf(table: PlanTable, thread: VerifyThread, signal: AbortSignal, onRows: (rows: number) => void): Promise<BucketSum | null | undefined>;
  close(): void;
}

export interface ReadAheadInput {
  readonly plan: Plan;
  readonly sources: readonly { readonly database: string; readonly snapshotPath: string }[];
  /** False where the server's text hashes as other bytes (see `tableShape`). */
  readonly utf8: boolean;
  /** Others load, and the server builds indexes: on Linux the thread takes only what they leave of the processor. */
  readonly idle: boolean;
  readonly signal: AbortSignal;
}

/** One table as its parts are taken and done. */
interface Reading {
  readonly task: SumTask;
  /** Found by whichever thread comes first. */
  parts: Promise<readonly RowidPart[]> | undefined;
  taken: number;
  rows: number;
  readonly sums: (BucketSum | null)[];
  /** Threads of a comparison that are at it. */
  helped: number;
  readonly done: PromiseWithResolvers<BucketSum | null>;
}

/**
 * Begins to read the large tables of a plan, one after the other, in a thread of its own. Null where there are none. What cannot be read is told
 * when the table is compared.
 */
export function readAhead({ plan, sources, utf8, idle, signal }: ReadAheadInput): ReadAhead | null {
  const tasks = plan.tables.filter((table) => table.include && Number(table.rows) >= worthwhile).toSorted((a, b) => sizeOfTable(b) - sizeOfTable(a)).flatMap((table): SumTask[] => {
    const snapshotPath = sources.find(({ database }) => database === table.source.database)?.snapshotPath;
    return snapshotPath === undefined ? [] : [{ table, snapshotPath, utf8, idle }];
  });
  if (tasks.length === 0) return null;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const own = startVerifyThread();
  const readings = new Map<PlanTable, Reading>(tasks.map((task) => [task.table, { task, parts: undefined, taken: 0, rows: 0, sums: [], helped: 0, done: Promise.withResolvers<BucketSum | null>() }]));
  // Nobody may be waiting when it fails.
  for (const { done } of readings.values()) done.promise.catch(() => undefined);

  const work = async (thread: VerifyThread, reading: Reading, asked: AbortSignal, onRows: (rows: number) => void): Promise<void> => {
    try {
      const parts = await (reading.parts ??= thread.parts(reading.task, partsPerTable, asked));
      // What this thread takes is late where others fill the processor, and nobody is to wait for it.
      while (reading.taken < parts.length && !reading.sums.includes(null) && !(idle && thread === own && reading.helped > 0)) {
        const part = parts[reading.taken];
        reading.taken += 1;
        if (part === undefined) break;
        const sum = await thread.sum({ ...reading.task, idle: idle && thread === own }, part, asked);
        reading.sums.push(sum);
        reading.rows += sum?.rows ?? 0;
        onRows(reading.rows);
        if (sum === null) reading.done.resolve(null);
        else if (reading.sums.length === parts.length) reading.done.resolve(totals(new Map(reading.sums.flatMap((each, index) => (each === null ? [] : [[index, each] as const])))));
      }
    } catch (error) {
      // Its part is not there.
      reading.done.reject(error);
      throw error;
    }
  };

  const ownWork = async (): Promise<void> => {
    for (const reading of readings.values()) if (reading.helped === 0) await work(own, reading, either, () => undefined);
  };
  void ownWork().catch(() => undefined).then(() => own.close());
  return {
    async sumOf(table, thread, asked, onRows) {
      const reading = readings.get(table);
      if (reading === undefined) return undefined;
      reading.helped += 1;
      await work(thread, reading, AbortSignal.any([either, asked]), onRows);
      // Where the thread of its own failed, the table is read by who compares it, and what is wrong with it is told there.
      return await reading.done.promise.catch(() => null);
    },
    close() {
      stop.abort();
      own.close();
    },
  };
}
