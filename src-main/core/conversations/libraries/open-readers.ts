/** The readers that are open: one of each library, closed when nobody has asked for a while. */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { openCacheReader } from '../cache/index.ts';
import { sealReader, type LibraryKeys } from '../keys/index.ts';
import { openLibrarySource, type LibrarySource } from '../library-source.ts';
import type { ConversationReader, QueryPort } from '../ports.ts';
import { createQueryPort, hasSearchIndex, openPostgresReader } from '../postgres/index.ts';
import { replicaOf, type Entries } from './entries.ts';
import type { LibrariesDeps } from './library-book.ts';

export interface OpenReader {
  readonly reader: ConversationReader;
  readonly keys: LibraryKeys;
  /** null where it is read from the console's copy. */
  readonly port: QueryPort | null;
  /** null of a replica. */
  readonly source: LibrarySource | null;
}

export interface OpenReaders {
  /** Opened, or the one that is open. @throws NOT_FOUND, CACHE_MISSING, CONNECTION_LOST, what the driver reports */
  open(id: string): Promise<OpenReader>;
  isOpen(id: string): boolean;
  openIds(): readonly string[];
  /** null where it is not open: keys need no source. */
  keys(id: string): Promise<LibraryKeys | null>;
  shut(id: string): Promise<void>;
  /** A connection that leads elsewhere now: its readers open anew. */
  followConnections(): Promise<void>;
  /** Asks the server whether there is the index that searching needs, and notes it with the library. */
  noteSearch(library: Library, port: QueryPort): Promise<Library>;
  close(): Promise<void>;
}

interface Held {
  readonly opened: Promise<OpenReader>;
  timer: NodeJS.Timeout | undefined;
}

/** An open reader that nobody asks is closed after this many milliseconds. */
const patience = 10 * 60_000;

/** What is open leads nowhere once somebody has stopped the embedded server; asked again, it is opened anew, which starts the server. */
function leftWhenLost(port: QueryPort, leave: () => void): QueryPort {
  return {
    async rows(...asked) {
      try {
        return await port.rows(...asked);
      } catch (error) {
        if (error instanceof TravessiaError && (error.code === 'CONNECTION_LOST' || error.code === 'CANNOT_CONNECT')) leave();
        throw error;
      }
    },
    close: () => port.close(),
  };
}

export function createOpenReaders(deps: LibrariesDeps, entries: Entries, keysOf: (library: Library) => Promise<LibraryKeys>): OpenReaders {
  const held = new Map<string, Held>();

  async function openReader(library: Library): Promise<OpenReader> {
    const keys = await keysOf(library);
    if (library.kind === 'replica') {
      const port = await deps.replicaPort(replicaOf(library));
      // A replica was made of what its library shows: its keys are sealed in it.
      return { reader: sealReader(await openPostgresReader({ port, mapping: library.mapping, library }), keys, keys.seal, library.id), keys, port, source: null };
    }
    const source = await openLibrarySource(deps, library.source);
    try {
      if (library.way === 'direct' && source.source.kind === 'postgres') {
        const direct = createQueryPort(source.source.config);
        const port = source.embedded ? leftWhenLost(direct, () => void shut(library.id).catch(() => undefined)) : direct;
        const reader = sealReader(await openPostgresReader({ port, mapping: library.mapping, library }), keys, keys.open, library.id);
        await noteSearch(library, port);
        return { reader, keys, port, source };
      }
      const copy = openCacheReader({ folder: deps.folders.cache(library.id), source: source.source, mapping: library.mapping, library: library.id, secret: await deps.keySecret() });
      return { reader: sealReader(copy, keys, (key, kind) => keys.stored(keys.open(key), kind), library.id), keys, port: null, source };
    } catch (error) {
      await source.release();
      throw error;
    }
  }

  async function noteSearch(library: Library, port: QueryPort): Promise<Library> {
    const search = (await hasSearchIndex(port, library.mapping)) ? 'ready' : 'missing';
    const now = await deps.store.libraries.get(library.id);
    if (now === null || now.search === search) return now ?? library;
    const next: Library = { ...now, search };
    await deps.store.libraries.put(next);
    entries.changed(library.id);
    return next;
  }

  async function shut(id: string): Promise<void> {
    const entry = held.get(id);
    if (entry === undefined) return;
    held.delete(id);
    clearTimeout(entry.timer);
    const opened = await entry.opened.catch(() => null);
    await opened?.reader.close();
    await opened?.source?.release();
  }

  return {
    shut, noteSearch,
    isOpen: (id) => held.has(id),
    openIds: () => [...held.keys()],
    keys: async (id) => (await held.get(id)?.opened)?.keys ?? null,
    async open(id) {
      const known = held.get(id);
      const entry: Held = known ?? { opened: entries.get(id).then(openReader), timer: undefined };
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => void shut(id).catch(() => undefined), patience).unref();
      if (known === undefined) {
        held.set(id, entry);
        entry.opened.catch(() => {
          clearTimeout(entry.timer);
          if (held.get(id) === entry) held.delete(id);
        });
      }
      return entry.opened;
    },
    async followConnections() {
      const connections = await deps.connections.list();
      for (const [id, { opened }] of held) {
        const source = (await opened.catch(() => null))?.source;
        const now = connections.find((connection) => connection.id === source?.reference);
        if (source != null && now !== undefined && now.location !== source.location) await shut(id);
      }
    },
    async close() {
      await Promise.all([...held.keys()].map(shut));
    },
  };
}
