import { fromErrorReply, type ErrorReply, type TravessiaError } from '../../shared/contract/errors.ts';
import { startWorker } from './start-worker.ts';

/** Milliseconds a thread has to answer a cancel; then it is no longer waited for. */
const patience = 800;

/** What a thread answers where it could not do what it was asked. */
export interface FailedReply {
  readonly type: 'failed';
  readonly error: ErrorReply;
}

const isFailed = (reply: { readonly type: string }): reply is FailedReply => reply.type === 'failed';

/** One thing a thread is asked. */
export interface Asking<Reply, T> {
  /** Sends the thread a `cancel`; what it does not answer in time ends as cancelled all the same. */
  readonly signal: AbortSignal;
  /** What the asker is told then. */
  readonly cancelled: () => TravessiaError;
  /** What the asker is told when the thread dies: why, as a clause to follow its subject, and the error where there was one. */
  readonly died: (how: string, cause?: unknown) => TravessiaError;
  /** Every other answer, until one of them resolves. */
  readonly on: (reply: Reply, resolve: (value: T) => void) => void;
}

/** A thread that is asked one thing at a time. */
export interface AskedThread<Request, Reply> {
  ask<T>(request: Request, asking: Asking<Reply, T>): Promise<T>;
  /** Something more about what it was asked. */
  send(request: Request): void;
  close(): void;
}

/**
 * Starts the thread `name` (see `workerUrl`), which takes requests, `{ type: 'cancel' }` among them, and answers each with replies.
 *
 * @param base - `import.meta.url` of the caller
 */
export function startAskedThread<Request extends { readonly type: string }, Reply extends { readonly type: string }>(name: string, base: string): AskedThread<Request | { readonly type: 'cancel' }, Reply> {
  const worker = startWorker(name, base);
  // An error between two requests shows as the exit that follows it; without any listener it would end the process.
  worker.on('error', () => undefined);
  let ended: number | undefined;
  worker.once('exit', (code) => (ended = code));
  const send = (request: Request | { readonly type: 'cancel' }): void => worker.postMessage(request);
  return {
    send,
    async ask<T>(request: Request | { readonly type: 'cancel' }, { signal, cancelled, died, on }: Asking<Reply, T>): Promise<T> {
      if (signal.aborted) throw cancelled();
      // It would take the request, and never answer.
      if (ended !== undefined) throw died(`had ended by itself (exit code ${ended}).`);
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      let timer: NodeJS.Timeout | undefined;
      const onMessage = (reply: Reply | FailedReply): void => {
        if (!isFailed(reply)) on(reply, resolve);
        else reject(signal.aborted ? cancelled() : fromErrorReply(reply.error));
      };
      const onError = (error: unknown): void => reject(died(`failed: ${error instanceof Error ? error.message : String(error)}`, error));
      const onExit = (code: number): void => reject(died(`ended by itself (exit code ${code}).`));
      const onAbort = (): void => {
        send({ type: 'cancel' });
        timer = setTimeout(() => reject(cancelled()), patience);
      };
      worker.on('message', onMessage).on('error', onError).on('exit', onExit);
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        send(request);
        return await promise;
      } finally {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      }
    },
    // Not awaited: a thread inside a long SQLite call ends when that returns.
    close: () => void worker.terminate(),
  };
}
