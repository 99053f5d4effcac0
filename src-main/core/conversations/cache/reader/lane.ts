import type { Worker } from 'node:worker_threads';
import { fromErrorReply, TravessiaError } from '../../../../../shared/contract/errors.ts';
import { cancelSlots, type CopyCall, type CopyCalls, type CopyReply } from './messages.ts';

export interface Lane {
  call<Name extends CopyCall>(name: Name, args: Parameters<CopyCalls[Name]>, options?: { readonly signal?: AbortSignal; readonly revealed?: readonly string[] }): Promise<ReturnType<CopyCalls[Name]>>;
  /** Which thread it is: one that was started again knows nothing of what the last was told. */
  thread(): number;
  close(): Promise<void>;
}

/** How long a thread may take to end by itself. */
const patience = 2000;

const cancelledError = (): TravessiaError => new TravessiaError('CANCELLED', { message: 'It was cancelled.', retry: true });

/**
 * One thread over a copy, started with the first question and again after it died. A question whose signal comes is answered at once with
 * CANCELLED, and the thread, which sees a number in shared memory, ends its work on it.
 */
export function createLane(start: (cancelled: SharedArrayBuffer) => Worker): Lane {
  const shared = new SharedArrayBuffer(cancelSlots * Int32Array.BYTES_PER_ELEMENT);
  const cancelled = new Int32Array(shared);
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: unknown): void }>();
  let worker: Worker | null = null;
  let isClosed = false;
  let last = 0;
  let started = 0;

  function fail(error: unknown): void {
    worker = null;
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  }

  function running(): Worker {
    if (isClosed) throw new TravessiaError('WRONG_STATE', { message: 'This library was closed.' });
    if (worker !== null) return worker;
    const made = start(shared);
    started += 1;
    // An idle copy must not keep a command from ending.
    made.unref();
    made.on('message', (reply: CopyReply) => {
      const asker = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) made.unref();
      if ('error' in reply) asker?.reject(fromErrorReply(reply.error));
      else asker?.resolve(reply.value);
    });
    made.once('error', fail);
    made.once('exit', (code) => {
      if (worker === made) fail(new TravessiaError('INTERNAL', { message: `The thread of a library ended with code ${code}.`, retry: true }));
    });
    worker = made;
    return made;
  }

  return {
    async call(name, args, { signal, revealed = [] } = {}) {
      if (signal?.aborted === true) throw cancelledError();
      const thread = running();
      last = (last % 2_000_000_000) + 1;
      const id = last;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      waiting.set(id, { resolve, reject });
      const cancel = (): void => {
        Atomics.store(cancelled, id % cancelSlots, id);
        reject(cancelledError());
      };
      signal?.addEventListener('abort', cancel, { once: true });
      thread.ref();
      thread.postMessage({ id, name, args, revealed });
      try {
        return (await promise) as ReturnType<CopyCalls[typeof name]>;
      } finally {
        signal?.removeEventListener('abort', cancel);
      }
    },
    thread: () => started,
    async close() {
      isClosed = true;
      const ending = worker;
      if (ending === null) return;
      const ended = new Promise<void>((resolve) => ending.once('exit', () => resolve()));
      worker = null;
      ending.postMessage('close');
      const timer = setTimeout(() => void ending.terminate(), patience);
      await ended;
      clearTimeout(timer);
      fail(cancelledError());
    },
  };
}
