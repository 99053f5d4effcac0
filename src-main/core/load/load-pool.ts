import { TravessiaError } from '../../../shared/contract/errors.ts';
import { createLoadQueue, summed, type LoadQueue } from './load-queue.ts';
import { startLoadThread, type LoadThread } from './load-thread.ts';
import type { LoadProgress, LoadResult, LoadTask, SplitRule } from './types.ts';

export interface LoadPoolOptions {
  /** Worker threads; never more than there are tables, or ranges of them. */
  readonly jobs: number;
  /** Threads that may load one large table at once, by ranges of its rowids; absent or 1: each table is loaded in one piece. */
  readonly lanes?: number;
  /** What a large table is; 500,000 rows or 256 MB. */
  readonly large?: Pick<SplitRule, 'minRows' | 'minBytes'>;
  readonly signal?: AbortSignal;
  /** Once, before the first row: how far former sessions came with each table. */
  readonly onBegin?: (before: readonly (readonly [LoadTask, LoadProgress])[]) => void;
  /** About five times a second and thread; of the whole table. */
  readonly onProgress?: (task: LoadTask, progress: LoadProgress) => void;
  /** As soon as a table is in, while others still load; awaited before the pool is done, so its failure is the pool's. */
  readonly onTableDone?: (task: LoadTask, result: LoadResult) => void | Promise<void>;
}

const usuallyLarge = { minRows: 500_000, minBytes: 256 * 1024 * 1024 } as const;

/**
 * Loads the tables of one run over worker threads, the largest first. The first failure cancels the rest; all of it can be resumed with the
 * same tasks and any number of threads: each table goes on after its last committed chunks, by the ranges it was begun with. Results come in
 * the order of `tasks`.
 *
 * @throws TravessiaError the first failure; CANCELLED within about a second of the signal; INTERNAL where a worker died, or a table's rows
 * are not those of the snapshot
 */
export async function loadTables(tasks: readonly LoadTask[], options: LoadPoolOptions): Promise<LoadResult[]> {
  const cancelled = (): TravessiaError => new TravessiaError('CANCELLED', { message: 'Loading was cancelled.', hint: 'Resume the run, or roll it back.' });
  if (options.signal?.aborted === true) throw cancelled();
  if (tasks.length === 0) return [];
  const results = new Map<LoadTask, LoadResult>();
  const afterwards: Promise<void>[] = [];
  const stop = new AbortController();
  let failure: unknown;
  const fail = (error: unknown): void => {
    failure ??= error;
    stop.abort();
  };
  const onAbort = (): void => fail(cancelled());
  options.signal?.addEventListener('abort', onAbort, { once: true });

  const tableDone = async (task: LoadTask, result: LoadResult): Promise<void> => {
    try {
      await options.onTableDone?.(task, result);
    } catch (error) {
      fail(error);
    }
  };
  const runLane = async (thread: LoadThread, queue: LoadQueue, lane: number): Promise<void> => {
    for (let part = queue.take(lane); part !== null && !stop.signal.aborted; part = queue.take(lane)) {
      const { task, whole, progress, done } = part;
      const totals = done(await thread.load(task, (now) => options.onProgress?.(whole, progress(now))));
      if (totals === null) continue;
      const result = queue.result(whole, totals);
      // Begins while the snapshot's rows are counted: a count that differs ends the run all the same.
      afterwards.push(tableDone(whole, result));
      await thread.check(whole, totals);
      results.set(whole, result);
    }
  };
  const inThread = async (work: (thread: LoadThread) => Promise<void>): Promise<void> => {
    const thread = startLoadThread(stop.signal);
    await work(thread).catch(fail).finally(() => thread.close());
  };
  const { jobs, lanes = 1, large = usuallyLarge } = options;
  try {
    await inThread(async (thread) => {
      const parts = await thread.parts(tasks, { lanes: Math.min(jobs, lanes), ...large });
      const queue = createLoadQueue(tasks, parts, lanes);
      options.onBegin?.(tasks.map((task, index) => [task, summed((parts[index] ?? []).map(({ progress }) => progress))]));
      const others = Array.from({ length: Math.max(0, Math.min(jobs, queue.parts) - 1) }, (_, index) => inThread((other) => runLane(other, queue, index + 1)));
      await Promise.all([runLane(thread, queue, 0).catch(fail).finally(() => thread.close()), ...others]);
    });
    await Promise.all(afterwards);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
  if (failure !== undefined) throw failure;
  return tasks.map((task) => {
    const result = results.get(task);
    if (result === undefined) throw new TravessiaError('INTERNAL', { message: `Table "${task.table.source.table}" was not loaded.` });
    return result;
  });
}
