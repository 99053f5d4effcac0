import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { SumTask } from './messages.ts';
import type { RowidPart } from './packed-sums.ts';
import { totals, type BucketSum } from './sums.ts';
import { startVerifyThread, type VerifyThread } from './verify-thread.ts';

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
  sumOf(table: PlanTable, thread: VerifyThread, signal: AbortSignal, onRows: (rows: number) => void): Promise<BucketSum | null> | undefined;
  close(): void;
}

export interface ReadAheadInput {
  readonly plan: Plan;
  readonly sources: readonly { readonly database: string; readonly snapshotPath: string }[];
  /** False where the server's text hashes as other bytes (see `tableShape`). */
  readonly utf8: boolean;
  /** The thread takes only what others leave of the processor: the server builds indexes. */
  readonly idle: boolean;
  readonly signal: AbortSignal;
}

/** One table as its parts are taken and done. */
interface Reading {
  readonly task: SumTask;
  readonly parts: Promise<readonly RowidPart[]>;
  taken: number;
  rows: number;
  readonly sums: (BucketSum | null)[];
  readonly done: PromiseWithResolvers<BucketSum | null>;
}

/**
 * Begins to read the large tables of a plan, one after the other, in a thread of its own. Null where there are none. What cannot be read is told
 * when the table is compared.
 */
export function readAhead({ plan, sources, utf8, idle, signal }: ReadAheadInput): ReadAhead | null {
  const tasks = plan.tables.filter((table) => table.include && Number(table.rows) >= worthwhile).toSorted((a, b) => Number(b.rows) - Number(a.rows)).flatMap((table): SumTask[] => {
    const snapshotPath = sources.find(({ database }) => database === table.source.database)?.snapshotPath;
    return snapshotPath === undefined ? [] : [{ table, snapshotPath, utf8, idle }];
  });
  if (tasks.length === 0) return null;
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const own = startVerifyThread();
  const readings = new Map<PlanTable, Reading>();

  const work = async (thread: VerifyThread, reading: Reading, asked: AbortSignal, onRows: (rows: number) => void): Promise<void> => {
    const parts = await reading.parts;
    while (reading.taken < parts.length && !reading.sums.includes(null)) {
      const part = parts[reading.taken];
      reading.taken += 1;
      if (part === undefined) break;
      const sum = await thread.sum({ ...reading.task, idle: idle && thread === own }, part, asked).catch((error: unknown) => {
        // Its part is not there: nobody is to wait for it.
        reading.done.reject(error);
        throw error;
      });
      reading.sums.push(sum);
      reading.rows += sum?.rows ?? 0;
      onRows(reading.rows);
      if (sum === null) reading.done.resolve(null);
      else if (reading.sums.length === parts.length) reading.done.resolve(totals(new Map(reading.sums.flatMap((each, index) => (each === null ? [] : [[index, each] as const])))));
    }
  };

  let before: Promise<unknown> = Promise.resolve();
  for (const task of tasks) {
    const reading: Reading = { task, parts: before.then(() => own.parts(task, partsPerTable, either)), taken: 0, rows: 0, sums: [], done: Promise.withResolvers() };
    // Whatever goes wrong here goes wrong again where it is told.
    reading.done.promise.catch(() => undefined);
    before = reading.parts.then(() => work(own, reading, either, () => undefined)).catch((error: unknown) => reading.done.reject(error));
    readings.set(task.table, reading);
  }
  void before.then(() => own.close());
  return {
    sumOf(table, thread, asked, onRows) {
      const reading = readings.get(table);
      if (reading === undefined) return undefined;
      return work(thread, reading, AbortSignal.any([either, asked]), onRows).then(() => reading.done.promise).catch(() => null);
    },
    close() {
      stop.abort();
      own.close();
    },
  };
}
