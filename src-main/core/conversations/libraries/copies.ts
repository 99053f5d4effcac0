/** What makes and renews libraries' local copies, each of them once at a time. */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { refreshCache, removeCache, type RefreshProgress, type RefreshResult } from '../cache/index.ts';
import { openLibrarySource } from '../library-source.ts';
import type { Entries } from './entries.ts';
import type { LibrariesDeps } from './library-book.ts';

export interface Copies {
  /** The job that does it, or the one that runs. @throws WRONG_STATE where there is no copy */
  start(library: Library): string;
  /** Without a job of its own: waits for the one that runs, and does it otherwise. @throws those of the source, CANCELLED, DISK_FULL, RUN_BUSY (another program is at it) */
  renew(library: Library, signal: AbortSignal): Promise<void>;
}

/** @param onMade - a copy is as its source was just now */
export function createCopies(deps: LibrariesDeps, entries: Entries, onMade: (id: string) => void): Copies {
  const running = new Map<string, string>();
  const renewing = new Map<string, Promise<unknown>>();

  async function make({ id, source, mapping }: Library, signal: AbortSignal, onProgress: (progress: RefreshProgress) => void): Promise<RefreshResult> {
    const found = await openLibrarySource(deps, source);
    try {
      const result = await refreshCache({ folder: deps.folders.cache(id), source: found.source, mapping, secret: await deps.keySecret() }, { signal, onProgress });
      onMade(id);
      return result;
    } finally {
      await found.release();
    }
  }

  return {
    start(library) {
      const { id, name } = library;
      if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: `"${name}" is an offline replica.`, hint: 'Refresh the replica (replicas/refresh).' });
      if (library.way === 'direct') throw new TravessiaError('WRONG_STATE', { message: `"${name}" is read directly from its server; there is no copy to refresh.`, hint: 'Searching needs an index: see libraries/index-plan.' });
      const known = running.get(id);
      if (known !== undefined) return known;
      const job = deps.jobs.start({
        kind: 'cache', title: name,
        work: async ({ signal, update, log }) => {
          update({ resultId: id });
          try {
            await renewing.get(id);
            const { outcome, conversations, messages, written, gone } = await make(library, signal, ({ phase, rows, rowsTotal }) => update({ phase, rows, rowsTotal, progress: rowsTotal > 0 ? Math.min(1, rows / rowsTotal) : null }));
            log(`log.cache.${outcome}`, { conversations: String(conversations), messages: String(messages), written: String(written), gone: String(gone) });
          } finally {
            running.delete(id);
          }
          // Removed meanwhile: what was made for nobody goes.
          if ((await deps.store.libraries.get(id)) === null) removeCache(deps.folders.cache(id));
          entries.changed(id);
          return id;
        },
      });
      running.set(id, job.id);
      return job.id;
    },
    async renew(library, signal) {
      const known = running.get(library.id);
      // It may have begun before what is asked for was written: what it left is looked at again, which is quick where nothing moved.
      if (known !== undefined) await deps.jobs.wait(known);
      await renewing.get(library.id);
      const made = make(library, signal, () => undefined);
      const ended = made.catch(() => undefined).finally(() => renewing.get(library.id) === ended && renewing.delete(library.id));
      renewing.set(library.id, ended);
      await made;
      entries.changed(library.id);
    },
  };
}
