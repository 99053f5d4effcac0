import type { Worker } from 'node:worker_threads';
import { fromErrorReply, TravessiaError } from '../../../shared/contract/errors.ts';
import { startWorker } from '../../workers/start-worker.ts';
import type { LoadProgress, LoadReply, LoadRequest, LoadResult, LoadTask } from './types.ts';

export interface LoadPoolOptions {
  /** Worker threads; never more than there are tables. */
  readonly jobs: number;
  readonly signal?: AbortSignal;
  /** About five times a second and table. */
  readonly onProgress?: (task: LoadTask, progress: LoadProgress) => void;
  /** As soon as a table is in, while others still load; awaited before the pool is done, so its failure is the pool's. */
  readonly onTableDone?: (task: LoadTask, result: LoadResult) => void | Promise<void>;
}

/** Milliseconds a worker has to answer a cancel; then its thread is ended. */
const patience = 800;

/**
 * Loads tables over worker threads, the largest first. The first failure cancels the rest; all of it can be resumed with the same tasks:
 * each goes on after its last committed chunk. Results come in the order of `tasks`.
 *
 * @throws TravessiaError the first failure; CANCELLED within about a second of the signal; INTERNAL where a worker died
 */
export async function loadTables(tasks: readonly LoadTask[], options: LoadPoolOptions): Promise<LoadResult[]> {
  const cancelled = (): TravessiaError => new TravessiaError('CANCELLED', { message: 'Loading was cancelled.', hint: 'Resume the run, or roll it back.' });
  if (options.signal?.aborted === true) throw cancelled();
  const queue = tasks.map((task, id) => ({ task, id })).sort((a, b) => sizeOf(b.task) - sizeOf(a.task));
  const results = new Map<number, LoadResult>();
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
  const runLane = async (): Promise<void> => {
    const worker = startWorker('load', import.meta.url);
    // An error between two tables shows as the exit that follows it; without any listener it would end the process.
    worker.on('error', () => undefined);
    try {
      for (let next = queue.shift(); next !== undefined && !stop.signal.aborted; next = queue.shift()) {
        const { task, id } = next;
        const result = await runTask(worker, id, task, stop.signal, (progress) => options.onProgress?.(task, progress));
        results.set(id, result);
        afterwards.push(tableDone(task, result));
      }
    } catch (error) {
      fail(error);
    } finally {
      // Not awaited: a thread inside a long SQLite call ends when that returns.
      void worker.terminate();
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.max(1, Math.min(options.jobs, tasks.length)) }, runLane));
    await Promise.all(afterwards);
  } finally {
    options.signal?.removeEventListener('abort', onAbort);
  }
  if (failure !== undefined) throw failure;
  return tasks.map((task, id) => {
    const result = results.get(id);
    if (result === undefined) throw new TravessiaError('INTERNAL', { message: `Table "${task.table.source.table}" was not loaded.` });
    return result;
  });
}

function sizeOf({ table }: LoadTask): number {
  return Number(table.rows) * Math.max(1, table.columns.length);
}

/** One table in one worker. Rejects when the worker says so, dies, or does not stop in time. */
function runTask(worker: Worker, id: number, task: LoadTask, signal: AbortSignal, onProgress: (progress: LoadProgress) => void): Promise<LoadResult> {
  const { promise, resolve, reject } = Promise.withResolvers<LoadResult>();
  const name = `table "${task.table.source.table}"`;
  const send = (request: LoadRequest): void => worker.postMessage(request);
  let timer: NodeJS.Timeout | undefined;
  const onMessage = (reply: LoadReply): void => {
    if (reply.id !== id) return;
    if (reply.type === 'progress') onProgress(reply);
    else if (reply.type === 'done') resolve(reply.result);
    else reject(fromErrorReply(reply.error));
  };
  const onError = (error: unknown): void => reject(new TravessiaError('INTERNAL', { message: `The loader of ${name} failed: ${error instanceof Error ? error.message : String(error)}`, hint: 'The run can be resumed.', cause: error }));
  const onExit = (code: number): void => reject(new TravessiaError('INTERNAL', { message: `The loader of ${name} ended by itself (exit code ${code}).`, hint: 'The run can be resumed.' }));
  const onAbort = (): void => {
    send({ type: 'cancel' });
    timer = setTimeout(() => reject(new TravessiaError('CANCELLED', { message: `Loading of ${name} was cancelled.`, hint: 'Resume the run, or roll it back.' })), patience);
  };
  worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  signal.addEventListener('abort', onAbort, { once: true });
  send({ type: 'load', id, task });
  return promise.finally(() => {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    worker.off('message', onMessage).off('error', onError).off('exit', onExit);
  });
}
