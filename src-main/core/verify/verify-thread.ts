import { fromErrorReply, TravessiaError } from '../../../shared/contract/errors.ts';
import type { TableVerification } from '../../../shared/model/run.ts';
import { startWorker } from '../../workers/start-worker.ts';
import type { TableTask, VerifyReply, VerifyRequest, ViewCell, ViewTask } from './messages.ts';

/** Milliseconds a thread has to answer a cancel; then it is ended. */
const patience = 900;

/** One thread that compares, seen from outside. */
export interface VerifyThread {
  table(task: TableTask, on: (reply: VerifyReply) => void, signal: AbortSignal): Promise<TableVerification>;
  /** The rows of a view of the source, piece by piece. */
  viewRows(task: ViewTask, signal: AbortSignal, piece: (columns: readonly string[], rows: readonly (readonly ViewCell[])[]) => void): Promise<void>;
  close(): void;
}

export function startVerifyThread(): VerifyThread {
  const worker = startWorker('verify', import.meta.url);
  // A failure between two tasks shows as the exit that follows it.
  worker.on('error', () => undefined);
  const send = (request: VerifyRequest): void => worker.postMessage(request);

  const ask = <T>(request: VerifyRequest, signal: AbortSignal, on: (reply: VerifyReply, resolve: (value: T) => void) => void): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    let timer: NodeJS.Timeout | undefined;
    const cancelled = (): TravessiaError => new TravessiaError('CANCELLED', { message: 'The verification was cancelled.', retry: true });
    const onAbort = (): void => {
      send({ type: 'cancel' });
      timer = setTimeout(() => reject(cancelled()), patience);
    };
    const onMessage = (reply: VerifyReply): void => {
      if (reply.type === 'failed') reject(signal.aborted ? cancelled() : fromErrorReply(reply.error));
      else on(reply, resolve);
    };
    const onError = (error: unknown): void => reject(new TravessiaError('INTERNAL', { message: `The verification's thread failed: ${error instanceof Error ? error.message : String(error)}`, cause: error }));
    const onExit = (code: number): void => reject(new TravessiaError('INTERNAL', { message: `The verification's thread ended by itself (exit code ${code}).` }));
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

  return {
    table: (task, on, signal) => ask<TableVerification>({ type: 'table', task }, signal, (reply, resolve) => {
      if (reply.type === 'done') resolve(reply.result);
      else on(reply);
    }),
    viewRows: (task, signal, piece) => ask<void>({ type: 'view', task }, signal, (reply, resolve) => {
      if (reply.type !== 'rows') return;
      piece(reply.columns, reply.rows);
      if (reply.last) resolve();
      else send({ type: 'more' });
    }),
    // Not awaited: a thread inside a long SQLite call ends when that returns.
    close: () => void worker.terminate(),
  };
}
