import { fromErrorReply, TravessiaError } from '../../../../shared/contract/errors.ts';
import type { PgRow } from '../../../drivers/postgres/index.ts';
import { startWorker } from '../../../workers/start-worker.ts';
import type { QueryPort } from '../ports.ts';
import type { Applied, Contents, Offer, ReplicaFile } from './database.ts';
import type { ReplicaReply, ReplicaWork } from './messages.ts';

/** An open replica, seen from the main process. */
export interface OpenReplica {
  readonly port: QueryPort;
  contents(): Promise<Contents>;
  scope(): Promise<string>;
  changed(list: readonly { readonly key: string; readonly fingerprint: string }[]): Promise<readonly string[]>;
  offer(offer: Offer): Promise<void>;
  apply(present: readonly string[]): Promise<Applied>;
  discard(): Promise<void>;
  save(scope: string): Promise<number>;
  rekey(key: Uint8Array): Promise<number>;
  /** True once its thread has ended. */
  readonly gone: boolean;
  /** Ends the thread; whoever waits gets `reason`. */
  close(reason?: TravessiaError): Promise<void>;
}

/** @throws TravessiaError as `openReplicaDatabase` */
export async function openReplica(file: ReplicaFile): Promise<OpenReplica> {
  const worker = startWorker('replica', import.meta.url, file);
  const waiting = new Map<number, { done(value: unknown): void; fail(error: Error): void }>();
  const opened = Promise.withResolvers<unknown>();
  waiting.set(0, { done: opened.resolve, fail: opened.reject });
  let ended: Error | null = null;
  let next = 0;
  const end = (error: Error): void => {
    ended ??= error;
    for (const each of waiting.values()) each.fail(ended);
    waiting.clear();
  };
  worker.on('message', (message: ReplicaReply) => {
    const each = waiting.get(message.id);
    waiting.delete(message.id);
    // A replica that nobody asks does not keep the program alive.
    if (waiting.size === 0) worker.unref();
    if (message.ok) each?.done(message.value);
    else each?.fail(fromErrorReply(message.error));
  });
  worker.on('error', (error) => end(new TravessiaError('INTERNAL', { message: `The replica's thread failed: ${error instanceof Error ? error.message : String(error)}`, cause: error })));
  worker.on('exit', () => end(new TravessiaError('CONNECTION_LOST', { message: 'The replica was closed.', hint: 'Open it again.', retry: true })));
  const ask = <T>(work: ReplicaWork, signal?: AbortSignal): Promise<T> => new Promise<T>((done, fail) => {
    if (ended !== null) return fail(ended);
    const id = (next += 1);
    const cancel = (): void => fail(new TravessiaError('CANCELLED', { message: 'It was cancelled.', retry: true }));
    if (signal?.aborted === true) return cancel();
    // WebAssembly cannot be interrupted: the answer of a cancelled question is dropped when it comes.
    signal?.addEventListener('abort', cancel, { once: true });
    const settle = <V>(then: (value: V) => void) => (value: V): void => { signal?.removeEventListener('abort', cancel); then(value); };
    // The worker's answers are typed by their questions; the one place where that is said.
    waiting.set(id, { done: settle((value) => done(value as T)), fail: settle(fail) });
    worker.ref();
    worker.postMessage({ id, work });
  });
  await opened.promise;
  return {
    port: {
      rows: (sql, values = [], { signal, timeoutMs } = {}) => {
        const limits = [signal, timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs)].filter((each) => each !== undefined);
        return ask<readonly PgRow[]>({ op: 'rows', sql, values }, limits.length === 0 ? undefined : AbortSignal.any(limits));
      },
      close: () => Promise.resolve(),
    },
    contents: () => ask({ op: 'contents' }),
    scope: () => ask({ op: 'scope' }),
    changed: (list) => ask({ op: 'changed', list }),
    offer: (offer) => ask({ op: 'offer', offer }),
    apply: (present) => ask({ op: 'apply', present }),
    discard: () => ask({ op: 'discard' }),
    save: (scope) => ask({ op: 'save', scope }),
    rekey: (key) => ask({ op: 'rekey', key }),
    get gone() { return ended !== null; },
    async close(reason) {
      if (reason !== undefined) end(reason);
      else if (ended === null) await ask({ op: 'close' }).catch(() => undefined);
      await worker.terminate();
    },
  };
}
