import { TravessiaError } from '../../../shared/contract/errors.ts';
import { startAskedThread, type FailedReply } from '../../workers/asked-thread.ts';
import type { LoadPart, LoadProgress, LoadReply, LoadRequest, LoadTask, LoadTotals, SplitRule } from './types.ts';

/** One thread that loads, seen from outside; asked one thing at a time. */
export interface LoadThread {
  /** By which parts each table of a run is loaded (see `partTables`). */
  parts(tasks: readonly LoadTask[], rule: SplitRule): Promise<readonly (readonly LoadPart[])[]>;
  load(task: LoadTask, onProgress: (progress: LoadProgress) => void): Promise<LoadTotals>;
  /** @throws TravessiaError INTERNAL where the totals are not the snapshot's rows */
  check(task: LoadTask, totals: LoadTotals): Promise<void>;
  close(): void;
}

type Answer = Exclude<LoadReply, FailedReply>;

/** @param signal - cancels whatever the thread is asked, within a second */
export function startLoadThread(signal: AbortSignal): LoadThread {
  const thread = startAskedThread<LoadRequest, Answer>('load', import.meta.url);
  const ask = <T>(request: LoadRequest, task: LoadTask | undefined, on: (reply: Answer, resolve: (value: T) => void) => void): Promise<T> => {
    const name = `table "${task?.table.source.table ?? ''}"`;
    return thread.ask(request, {
      signal, on,
      cancelled: () => new TravessiaError('CANCELLED', { message: `Loading of ${name} was cancelled.`, hint: 'Resume the run, or roll it back.' }),
      died: (how, cause) => new TravessiaError('INTERNAL', { message: `The loader of ${name} ${how}`, hint: 'The run can be resumed.', cause }),
    });
  };
  return {
    parts: (tasks, rule) => ask<readonly (readonly LoadPart[])[]>({ type: 'part', tasks, rule }, tasks[0], (reply, resolve) => {
      if (reply.type === 'parted') resolve(reply.parts);
    }),
    load: (task, onProgress) => ask<LoadTotals>({ type: 'load', task }, task, (reply, resolve) => {
      if (reply.type === 'loaded') resolve(reply.totals);
      else if (reply.type === 'progress') onProgress(reply);
    }),
    check: (task, totals) => ask<void>({ type: 'check', task, totals }, task, (reply, resolve) => {
      if (reply.type === 'checked') resolve();
    }),
    close: () => thread.close(),
  };
}
