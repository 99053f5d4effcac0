import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { fromErrorReply, TravessiaError, type Reply } from '../../../shared/contract/errors.ts';
import { startWorker } from '../../workers/start-worker.ts';
import type { PostgresConfig } from '../postgres/index.ts';
import { fileError, withProcessLock } from '../sqlite/index.ts';
import { major } from './data-folder.ts';

/** A PGlite folder that this program runs, for as long as somebody uses it. */
export interface PgliteServer {
  readonly config: PostgresConfig;
  close(): Promise<void>;
}

interface Running {
  readonly config: PostgresConfig;
  /** The thread ended by itself: whoever comes next needs another. */
  readonly gone: () => boolean;
  stop(): Promise<void>;
}

/** The PGlite folders this program has open: each once, whoever uses it, and each in no other program. */
export interface PgliteServers {
  /** @throws TravessiaError DATABASE_BUSY where another program has it open; UNSUPPORTED_TARGET, DATABASE_CORRUPT, FILE_NOT_WRITABLE */
  open(path: string): Promise<PgliteServer>;
}

/** @throws TravessiaError where the folder is somebody else's, or of another version */
function assertUsable(folder: string): void {
  if (existsSync(join(folder, 'PG_VERSION'))) {
    const version = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
    if (version !== major) throw new TravessiaError('UNSUPPORTED_TARGET', { message: `${folder} holds PGlite data of PostgreSQL ${version}; this program carries PostgreSQL ${major}.`, hint: 'Name another folder.' });
    return;
  }
  try {
    mkdirSync(folder, { recursive: true });
    if (readdirSync(folder).length > 0) throw new TravessiaError('UNSUPPORTED_TARGET', { message: `${folder} holds other files, and no PGlite data.`, hint: 'Name a folder of PGlite, or one that is empty or does not exist yet.' });
  } catch (error) {
    throw fileError(error, folder);
  }
}

/**
 * Holds the folder's lock, the operating system's own on the file beside it: gone with its holder, kill -9 included. PGlite itself has
 * none that protects, and two programs in one folder destroy it.
 */
async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const { promise: held, resolve: holds, reject: fails } = Promise.withResolvers<void>();
  const lock = withProcessLock(`${folder}.lock`, async () => {
    holds();
    await released;
  }, 0);
  lock.catch((error: unknown) => fails(error instanceof TravessiaError && error.code === 'RUN_BUSY'
    ? new TravessiaError('DATABASE_BUSY', { message: `Another program has the PGlite folder ${folder} open.`, hint: 'PGlite is one process at a time. Close that program, or wait for its run to end.', retry: true, cause: error })
    : error));
  await held;
  return async () => {
    release();
    await lock;
  };
}

function ask(worker: Worker): Promise<number> {
  const { promise, resolve: settle, reject } = Promise.withResolvers<number>();
  worker.once('message', (reply: Reply<number>) => (reply.ok ? settle(reply.value) : reject(fromErrorReply(reply.error))));
  worker.once('error', reject).once('exit', (code) => reject(new TravessiaError('INTERNAL', { message: `The thread of PGlite ended with code ${code}.` })));
  return promise;
}

async function start(folder: string): Promise<Running> {
  const unlock = await lockFolder(folder);
  try {
    const password = randomBytes(24).toString('hex');
    const worker = startWorker('pglite', import.meta.url, { folder, password });
    const port = await ask(worker).catch(async (error: unknown) => {
      await worker.terminate();
      throw error;
    });
    // An idle folder must not keep the program alive, nor a thread that died end it: its connections tell.
    let gone = false;
    worker.on('error', () => undefined).once('exit', () => {
      gone = true;
    });
    worker.unref();
    return {
      config: {
        endpoints: [{ host: '127.0.0.1', port, password }], database: 'postgres', user: 'postgres', sslMode: 'disable', sslRootCert: null, sslCert: null, sslKey: null, sslPassword: null,
        connectTimeout: 60_000, applicationName: null, options: null, targetAttributes: 'any', single: true,
      },
      gone: () => gone,
      async stop() {
        if (!gone) {
          worker.ref();
          const stopped = ask(worker);
          worker.postMessage('stop');
          await stopped.catch(() => undefined);
          await worker.terminate();
        }
        await unlock();
      },
    };
  } catch (error) {
    await unlock();
    throw error;
  }
}

export function createPgliteServers(): PgliteServers {
  const running = new Map<string, { readonly server: Promise<Running>; users: number }>();
  const stopping = new Map<string, Promise<void>>();
  return {
    async open(path) {
      const plain = resolve(path);
      assertUsable(plain);
      const folder = realpathSync(plain);
      await stopping.get(folder);
      const former = running.get(folder);
      const ended = former === undefined ? null : await former.server.catch(() => null);
      if (ended?.gone() === true) {
        running.delete(folder);
        await ended.stop();
      }
      const entry = running.get(folder) ?? { server: start(folder), users: 0 };
      running.set(folder, entry);
      entry.users += 1;
      let closed = false;
      const close = async (): Promise<void> => {
        if (closed) return;
        closed = true;
        entry.users -= 1;
        if (entry.users > 0) return;
        if (running.get(folder) === entry) running.delete(folder);
        else return;
        const stopped = entry.server.then((server) => server.stop(), () => undefined);
        stopping.set(folder, stopped);
        await stopped;
        if (stopping.get(folder) === stopped) stopping.delete(folder);
      };
      try {
        return { config: (await entry.server).config, close };
      } catch (error) {
        await close();
        throw error;
      }
    },
  };
}
