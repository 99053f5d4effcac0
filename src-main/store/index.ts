/**
 * The console's own store: connections, projects, plans, runs, assessments, verifications, jobs, settings, audit.
 *
 * document: a whole object as JSON text. set aside: a damaged store renamed and replaced by a new one. The store is an
 * index: where a target holds a fact, the target is the truth.
 */
import { fromErrorReply, TravessiaError } from '../../shared/contract/errors.ts';
import { startWorker } from '../workers/start-worker.ts';
import type { StoreReply, StoreRequest } from './messages.ts';
import type { Repositories } from './repositories.ts';

export type { AuditEntry, AuditHead } from './audit.ts';
export type { AssessmentSummary, PageRequest, RunEvent } from './repositories.ts';

type Asynchronous<T> = { readonly [K in keyof T]: T[K] extends (...args: infer A) => infer R ? (...args: A) => Promise<R> : never };
type Client = { readonly [G in Exclude<keyof Repositories, 'whole'>]: Asynchronous<Repositories[G]> } & Asynchronous<Repositories['whole']>;

export interface Store extends Client {
  readonly path: string;
  /** What a person should know about the store's state; null where all is well. */
  readonly notice: string | null;
  /** True where the data folder had no store before: the first start. */
  readonly isNew: boolean;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

type Ready = Extract<StoreReply, { kind: 'ready' }>;

/**
 * Opens the store of a data folder in a worker thread of its own; made on first use, set aside and made anew when damaged.
 * Several processes may open the same one.
 *
 * @throws TravessiaError WRONG_STATE (written by a newer program), FILE_NOT_WRITABLE, DATABASE_BUSY, DISK_FULL
 */
export async function openStore(folder: string): Promise<Store> {
  const worker = startWorker('store', import.meta.url, folder);
  const pending = new Map<number, { done(value: unknown): void; fail(error: Error): void }>();
  const gone = Promise.withResolvers<void>();
  let next = 0;
  let ended: Error | null = null;
  let closing = false;

  const ready = await new Promise<Ready>((done, fail) => {
    const end = (error: Error): void => {
      ended ??= error;
      for (const each of pending.values()) each.fail(ended);
      pending.clear();
      gone.resolve();
      fail(ended);
    };
    worker.on('message', (message: StoreReply) => {
      if (message.kind === 'ready') return done(message);
      if (message.kind === 'failed') return end(fromErrorReply(message.error));
      const waiting = pending.get(message.id);
      pending.delete(message.id);
      // A thread that waits for work does not keep the program alive.
      if (pending.size === 0 && !closing) worker.unref();
      if (message.kind === 'value') waiting?.done(message.value);
      else waiting?.fail(fromErrorReply(message.error));
    });
    worker.on('error', (error) => end(new TravessiaError('INTERNAL', { message: `The store's thread failed: ${error instanceof Error ? error.message : String(error)}`, cause: error })));
    worker.on('exit', () => end(new TravessiaError('INTERNAL', { message: 'The store is closed.' })));
  });
  worker.unref();

  const call = (group: string, method: string, args: readonly unknown[]): Promise<unknown> =>
    new Promise((done, fail) => {
      if (ended !== null || closing) return fail(ended ?? new TravessiaError('INTERNAL', { message: 'The store is closed.' }));
      const request: StoreRequest = { id: (next += 1), group, method, args };
      pending.set(request.id, { done, fail });
      worker.ref();
      worker.postMessage(request);
    });

  const close = async (): Promise<void> => {
    if (!closing && ended === null) {
      closing = true;
      worker.ref();
      worker.postMessage('close');
    }
    await gone.promise;
  };

  return { ...clientOf(ready.methods, call), path: ready.path, notice: ready.notice, isNew: ready.isNew, close, [Symbol.asyncDispose]: close };
}

/** Builds the typed client from the names the worker reports, so that a method is written once, in the repositories. */
function clientOf(methods: Ready['methods'], call: (group: string, method: string, args: readonly unknown[]) => Promise<unknown>): Client {
  const groupOf = (group: string) => Object.fromEntries((methods[group] ?? []).map((method) => [method, (...args: unknown[]) => call(group, method, args)]));
  const groups = Object.fromEntries(Object.keys(methods).filter((name) => name !== 'whole').map((name) => [name, groupOf(name)]));
  // The one place where a name becomes a type: both come from `createRepositories`.
  return { ...groups, ...groupOf('whole') } as unknown as Client;
}
