/** The jobs that make a library's local copy, one of each at a time. */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { refreshCache, removeCache } from '../cache/index.ts';
import { openLibrarySource } from '../library-source.ts';
import type { Entries } from './entries.ts';
import type { LibrariesDeps } from './library-book.ts';

/** @returns what starts the job, or gives the one that runs; it throws WRONG_STATE where there is no copy. @param onMade - a copy is as its source was just now */
export function createCopies(deps: LibrariesDeps, entries: Entries, onMade: (id: string) => void): (library: Library) => string {
  const running = new Map<string, string>();
  return (library) => {
    const { id, name } = library;
    if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: `"${name}" is an offline replica.`, hint: 'Refresh the replica (replicas/refresh).' });
    if (library.way === 'direct') throw new TravessiaError('WRONG_STATE', { message: `"${name}" is read directly from its server; there is no copy to refresh.`, hint: 'Searching needs an index: see libraries/index-plan.' });
    const known = running.get(id);
    if (known !== undefined) return known;
    const job = deps.jobs.start({
      kind: 'cache', title: name,
      work: async ({ signal, update, log }) => {
        update({ resultId: id });
        const found = await openLibrarySource(deps, library.source);
        try {
          const { outcome, conversations, messages, written, gone } = await refreshCache({ folder: deps.folders.cache(id), source: found.source, mapping: library.mapping, secret: await deps.keySecret() }, { signal, onProgress: ({ phase, rows, rowsTotal }) => update({ phase, rows, rowsTotal, progress: rowsTotal > 0 ? Math.min(1, rows / rowsTotal) : null }) });
          log(`log.cache.${outcome}`, { conversations: String(conversations), messages: String(messages), written: String(written), gone: String(gone) });
          onMade(id);
        } finally {
          running.delete(id);
          await found.release();
        }
        // Removed meanwhile: what was made for nobody goes.
        if ((await deps.store.libraries.get(id)) === null) removeCache(deps.folders.cache(id));
        entries.changed(id);
        return id;
      },
    });
    running.set(id, job.id);
    return job.id;
  };
}
