/** What a library's source says of itself, remembered for a while: whether its copy is stale is asked with every list. */
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { isEmbedded, openLibrarySource } from '../library-source.ts';
import { openRows } from '../scan/index.ts';
import type { LibrariesDeps } from './library-book.ts';

/** Milliseconds for which what a source said of itself is not asked again. */
const serverRests = 30_000;
const fileRests = 2000;

export interface Fingerprints {
  /** What is known of a source without waiting for a server: files are asked now and then, servers behind the back of whoever asks. null while nothing is known. */
  of(library: Library): Promise<string | null>;
  /** It is asked anew next time. */
  forget(id: string): void;
}

/** @param isOpen - whether a library has a reader now */
export function createFingerprints(deps: Pick<LibrariesDeps, 'connections' | 'targetSecrets' | 'folders' | 'now'>, isOpen: (id: string) => boolean, changed: (id: string) => void): Fingerprints {
  const known = new Map<string, { readonly at: number; readonly text: string | null }>();
  const note = (id: string, text: string | null): void => void known.set(id, { at: deps.now(), text });

  async function ask(library: Library): Promise<string> {
    const source = await openLibrarySource(deps, library.source);
    const rows = openRows(source.source);
    try {
      return await rows.fingerprint();
    } finally {
      await rows.close();
      await source.release();
    }
  }

  return {
    async of(library) {
      const { id, kind } = library;
      const last = known.get(id);
      if (last !== undefined && deps.now() - last.at < (kind === 'postgres' ? serverRests : fileRests)) return last.text;
      // A list of libraries starts no server.
      if (kind === 'postgres' && !isOpen(id) && (await isEmbedded(deps, library.source))) return null;
      if (kind !== 'postgres') {
        const text = await ask(library).catch(() => null);
        note(id, text);
        return text;
      }
      const before = last?.text ?? null;
      note(id, before);
      void ask(library).then((text) => {
        note(id, text);
        if (text !== before) changed(id);
      }, () => undefined);
      return before;
    },
    forget: (id) => void known.delete(id),
  };
}
