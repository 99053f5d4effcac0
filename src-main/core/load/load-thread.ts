import { fromErrorReply, TravessiaError } from '../../../shared/contract/errors.ts';
import { startWorker } from '../../workers/start-worker.ts';
import type { LoadPart, LoadProgress, LoadReply, LoadRequest, LoadTask, LoadTotals, SplitRule } from './types.ts';

/** Milliseconds a thread has to answer a cancel; then it is ended. */
const patience = 800;

/** One thread that loads, seen from outside; asked one thing at a time. */
export interface LoadThread {
  /** By which parts each table of a run is loaded (see `partTables`). */
  parts(tasks: readonly LoadTask[], rule: SplitRule): Promise<readonly (readonly LoadPart[])[]>;
  load(task: LoadTask, onProgress: (progress: LoadProgress) => void): Promise<LoadTotals>;
  /** @throws TravessiaError INTERNAL where the totals are not the snapshot's rows */
  check(task: LoadTask, totals: LoadTotals): Promise<void>;
  close(): void;
}

/** @param signal - cancels whatever the thread is asked, within a second */
export function startLoadThread(signal: AbortSignal): LoadThread {
  const worker = startWorker('load', import.meta.url);
  // An error between two requests shows as the exit that follows it; without any listener it would end the process.
  worker.on('error', () => undefined);
  const send = (request: LoadRequest): void => worker.postMessage(request);

  /** Rejects when the worker says so, dies, or does not stop in time. */
  const ask = <T>(request: LoadRequest, name: string, on: (reply: LoadReply, resolve: (value: T) => void) => void): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let timer: NodeJS.Timeout | undefined;
    const cancelled = (): TravessiaError => new TravessiaError('CANCELLED', { message: `Loading of ${name} was cancelled.`, hint: 'Resume the run, or roll it back.' });
    const onMessage = (reply: LoadReply): void => {
      if (reply.type === 'failed') reject(fromErrorReply(reply.error));
      else on(reply, resolve);
    };
    const onError = (error: unknown): void => reject(new TravessiaError('INTERNAL', { message: `The loader of ${name} failed: ${error instanceof Error ? error.message : String(error)}`, hint: 'The run can be resumed.', cause: error }));
    const onExit = (code: number): void => reject(new TravessiaError('INTERNAL', { message: `The loader of ${name} ended by itself (exit code ${code}).`, hint: 'The run can be resumed.' }));
    const onAbort = (): void => {
      send({ type: 'cancel' });
      timer = setTimeout(() => reject(cancelled()), patience);
    };
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
    if (signal.aborted) reject(cancelled());
    else {
      signal.addEventListener('abort', onAbort, { once: true });
      send(request);
    }
    return promise.finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
    });
  };
  const nameOf = (task: LoadTask | undefined): string => `table "${task?.table.source.table ?? ''}"`;

  return {
    parts: (tasks, rule) => ask<readonly (readonly LoadPart[])[]>({ type: 'part', tasks, rule }, nameOf(tasks[0]), (reply, resolve) => {
      if (reply.type === 'parted') resolve(reply.parts);
    }),
    load: (task, onProgress) => ask<LoadTotals>({ type: 'load', task }, nameOf(task), (reply, resolve) => {
      if (reply.type === 'loaded') resolve(reply.totals);
      else if (reply.type === 'progress') onProgress(reply);
    }),
    check: (task, totals) => ask<void>({ type: 'check', task, totals }, nameOf(task), (reply, resolve) => {
      if (reply.type === 'checked') resolve();
    }),
    // Not awaited: a thread inside a long SQLite call ends when that returns.
    close: () => void worker.terminate(),
  };
}
