/** The store's thread: better-sqlite3 is synchronous and its fsync must not stall the main process. */
import { join } from 'node:path';
import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { toErrorReply, TravessiaError } from '../../shared/contract/errors.ts';
import { sqliteError } from '../drivers/sqlite/errors-map.ts';
import { withProcessLock } from '../drivers/sqlite/process-lock.ts';
import type { StoreReply, StoreRequest } from '../store/messages.ts';
import { openStoreFile } from '../store/open-file.ts';
import { createRepositories } from '../store/repositories.ts';

/** What SQLite and the operating system say of a folder on a read-only disk, or of somebody else's. */
const closed = /^(?:SQLITE_(?:READONLY|CANTOPEN|PERM)|EACCES$|EPERM$|EROFS$)/;

function isClosed(error: unknown): boolean {
  const told = error instanceof TravessiaError ? error.cause : error;
  return told instanceof Error && 'code' in told && closed.test(String(told.code));
}

function toReply(error: unknown, path: string): ReturnType<typeof toErrorReply> {
  if (isClosed(error)) return { code: 'FILE_NOT_WRITABLE', message: `The data folder may not be written: ${path}.`, hint: 'Set TRAVESSIA_HOME to a folder that may be written.' };
  const converted = error instanceof TravessiaError ? error : sqliteError(error, path);
  const isDamage = converted.code === 'DATABASE_CORRUPT' || converted.code === 'NOT_A_DATABASE';
  return isDamage ? { ...toErrorReply(converted), code: 'STORE_DAMAGED', hint: 'Restart the program: the damaged store is set aside then and made anew.' } : toErrorReply(converted);
}

export async function serve(port: MessagePort, folder: string): Promise<void> {
  const reply = (message: StoreReply): void => port.postMessage(message);
  try {
    // Two programs that start together must not both set a damaged store aside.
    const file = await withProcessLock(join(folder, 'store.lock'), async () => openStoreFile(folder));
    const groups = new Map(Object.entries(createRepositories(file.db)).map(([name, methods]) => [name, new Map<string, unknown>(Object.entries(methods))]));
    port.on('message', (request: StoreRequest | 'close') => {
      if (request === 'close') {
        file.db.close();
        port.close();
        return;
      }
      try {
        const method = groups.get(request.group)?.get(request.method);
        if (typeof method !== 'function') throw new TravessiaError('INTERNAL', { message: `The store has no ${request.group}.${request.method}.` });
        const value: unknown = Reflect.apply(method, undefined, [...request.args]);
        reply({ kind: 'value', id: request.id, value });
      } catch (error) {
        reply({ kind: 'error', id: request.id, error: toReply(error, file.path) });
      }
    });
    reply({ kind: 'ready', path: file.path, notice: file.notice, isNew: file.isNew, methods: Object.fromEntries([...groups].map(([name, methods]) => [name, [...methods.keys()]])) });
  } catch (error) {
    reply({ kind: 'failed', error: toReply(error, folder) });
    port.close();
  }
}

// Tools that look through the program load this file in threads of their own: there it makes no store.
if (parentPort !== null && typeof workerData === 'string') await serve(parentPort, workerData);
