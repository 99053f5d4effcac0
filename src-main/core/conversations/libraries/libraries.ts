import { randomUUID } from 'node:crypto';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Library, Mapping } from '../../../shared/model/conversation-mapping.ts';
import type { Replica } from '../../../shared/model/conversation-work.ts';
import { maskText } from '../../../shared/pure/masking/index.ts';
import { connectPostgres } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import { checkLibrary } from './ask-library.ts';
import { cacheState, openCacheReader, refreshCache, removeCache } from './cache/index.ts';
import { isEmbedded, openLibrarySource, type LibrarySource } from './library-source.ts';
import { createLibraryKeys, createSeal, sealReader, type LibraryKeys } from './keys/index.ts';
import type { ConversationReader, Libraries, QueryPort } from './ports.ts';
import { createQueryPort, hasSearchIndex, openPostgresReader } from './postgres/index.ts';
import { rememberedMask } from './remembered-mask.ts';
import { openRows } from './scan/index.ts';

export type LibrariesDeps = Pick<CoreDeps, 'store' | 'connections' | 'targetSecrets' | 'folders' | 'jobs' | 'emit' | 'now'> & {
  /** What a replica answers by. Asked when it is needed: replicas know libraries. */
  readonly replicaPort: (id: string) => Promise<QueryPort>;
  /** With which keys that hold personal data are sealed. */
  readonly keySecret: () => Promise<Uint8Array>;
};

/** The libraries and all that is done with them; others see `Libraries` of it. */
export interface LibraryBook extends Libraries {
  list(): Promise<Library[]>;
  /** As `keys`, of a database that is read by a mapping and is no library yet. */
  keysBy(mapping: Mapping): Promise<LibraryKeys>;
  /** @throws TravessiaError MAPPING_INVALID, ALREADY_EXISTS, those of the source */
  add(request: { readonly source: string; readonly name: string; readonly mapping: Mapping }): Promise<Library>;
  /** The library that a replica is read as. */
  addReplica(replica: Pick<Replica, 'id' | 'name'>, mapping: Mapping): Promise<Library>;
  edit(id: string, change: { readonly name?: string | undefined; readonly mapping?: Mapping | undefined }): Promise<Library>;
  /** @throws WRONG_STATE for a replica, which is revoked instead */
  remove(id: string): Promise<void>;
  removeReplica(replica: string): Promise<void>;
  /** Starts the job that makes the local copy, or gives the one that runs. @throws WRONG_STATE where there is no copy */
  refresh(id: string): Promise<string>;
  /** Looks again whether a direct library can be searched: its index was made or dropped. */
  lookAgain(id: string): Promise<Library>;
  /** An index that a job made is known at once, and so is a connection that leads elsewhere. */
  onEvent(event: TravessiaEvent): void;
}

interface Held {
  readonly opened: Promise<{ readonly reader: ConversationReader; readonly keys: LibraryKeys; readonly port: QueryPort | null; readonly source: LibrarySource | null }>;
  timer: NodeJS.Timeout | undefined;
}

/** An open reader that nobody asks is closed after this many milliseconds. */
const patience = 10 * 60_000;
/** Milliseconds for which what a source said of itself is not asked again. */
const serverRests = 30_000;
const fileRests = 2000;

/**
 * Which way a library is read. Directly only where a row of a server is a message and says all there is to it; every other program
 * keeps more than its rows say, and is read from the console's own copy.
 */
export function wayOf(kind: Library['kind'], { adapter, conversations, messages, parts }: Mapping): Library['way'] {
  if (kind === 'replica') return 'direct';
  const plain = (adapter === 'four-table' || adapter === 'generic') && conversations !== undefined && conversations.document === undefined && messages !== undefined && messages.exchange === undefined && messages.conversationWith === undefined && parts === undefined;
  return kind === 'postgres' && plain ? 'direct' : 'cached';
}

export function createLibraries(deps: LibrariesDeps): LibraryBook {
  const { folders, emit } = deps;
  const store = deps.store.libraries;
  const held = new Map<string, Held>();
  const refreshing = new Map<string, string>();
  /** What a server said last, by library. */
  const fingerprints = new Map<string, { readonly at: number; readonly text: string | null }>();
  const mask = rememberedMask((text) => maskText(text).text);
  const keysBy = async (...mappings: readonly Mapping[]): Promise<LibraryKeys> => createLibraryKeys(createSeal(await deps.keySecret()), mappings, mask);

  const changed = (id: string): void => emit({ type: 'changed', noun: 'libraries', id });
  const stored = async (id: string): Promise<Library> => {
    const library = await store.get(id);
    if (library === null) throw new TravessiaError('NOT_FOUND', { message: 'There is no such library.', hint: 'It may have been removed: see the list of libraries.' });
    return library;
  };
  const mappingsOf = async (library: Library): Promise<readonly Mapping[]> => {
    const replica = library.kind === 'replica' ? await deps.store.replicas.get(library.source.slice('replica:'.length)) : null;
    const source = replica === null ? null : await store.get(replica.library);
    return source === null ? [library.mapping] : [library.mapping, source.mapping];
  };
  const save = async (library: Library): Promise<Library> => {
    const same = (await store.list()).find(({ id, name }) => id !== library.id && name.toLowerCase() === library.name.toLowerCase());
    if (same !== undefined) throw new TravessiaError('ALREADY_EXISTS', { message: `There is a library named "${same.name}" already.`, hint: 'Choose another name.' });
    await store.put(library);
    changed(library.id);
    return described(library);
  };

  /** What is known of a source without waiting for a server: files are asked now and then, servers behind the back of whoever asks. */
  async function fingerprintOf(library: Library): Promise<string | null> {
    const known = fingerprints.get(library.id);
    if (known !== undefined && deps.now() - known.at < (library.kind === 'postgres' ? serverRests : fileRests)) return known.text;
    // A list of libraries starts no server.
    if (library.kind === 'postgres' && !held.has(library.id) && (await isEmbedded(deps, library.source))) return null;
    if (library.kind !== 'postgres') {
      const text = await askSource(library).catch(() => null);
      fingerprints.set(library.id, { at: deps.now(), text });
      return text;
    }
    fingerprints.set(library.id, { at: deps.now(), text: known?.text ?? null });
    void askSource(library).then((text) => {
      fingerprints.set(library.id, { at: deps.now(), text });
      if (text !== known?.text) changed(library.id);
    }, () => undefined);
    return known?.text ?? null;
  }

  async function askSource(library: Library): Promise<string> {
    const source = await openLibrarySource(deps, library.source);
    const rows = openRows(source.source);
    try {
      return await rows.fingerprint();
    } finally {
      await rows.close();
      await source.release();
    }
  }

  async function described(library: Library): Promise<Library> {
    if (library.kind === 'replica') return { ...library, refreshedAt: (await deps.store.replicas.get(library.source.slice('replica:'.length)))?.refreshedAt ?? null };
    if (library.way === 'direct') return library;
    return { ...library, ...cacheState(folders.cache(library.id), library.mapping, await fingerprintOf(library), await deps.keySecret().catch(() => null)) };
  }

  async function openReader(library: Library): Promise<Awaited<Held['opened']>> {
    const keys = await keysBy(...(await mappingsOf(library)));
    if (library.kind === 'replica') {
      const port = await deps.replicaPort(library.source.slice('replica:'.length));
      // A replica was made of what its library shows: its keys are sealed in it.
      return { reader: sealReader(await openPostgresReader({ port, mapping: library.mapping, library }), keys, keys.seal), keys, port, source: null };
    }
    const source = await openLibrarySource(deps, library.source);
    try {
      if (library.way === 'direct' && source.source.kind === 'postgres') {
        const port = createQueryPort(source.source.config);
        const reader = sealReader(await openPostgresReader({ port, mapping: library.mapping, library }), keys, keys.open);
        await noteSearch(library, port);
        return { reader, keys, port, source };
      }
      const copy = openCacheReader({ folder: folders.cache(library.id), source: source.source, mapping: library.mapping, library: library.id, secret: await deps.keySecret() });
      return { reader: sealReader(copy, keys, (key, kind) => keys.stored(keys.open(key), kind)), keys, port: null, source };
    } catch (error) {
      await source.release();
      throw error;
    }
  }

  async function noteSearch(library: Library, port: QueryPort): Promise<Library> {
    const search = (await hasSearchIndex(port, library.mapping)) ? 'ready' : 'missing';
    const now = await store.get(library.id);
    if (now === null || now.search === search) return now ?? library;
    const next: Library = { ...now, search };
    await store.put(next);
    changed(library.id);
    return next;
  }

  async function open(id: string): Promise<Awaited<Held['opened']>> {
    const known = held.get(id);
    const entry: Held = known ?? { opened: stored(id).then(openReader), timer: undefined };
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

  /** A connection that leads elsewhere now: its readers open anew. */
  async function followConnections(): Promise<void> {
    const connections = await deps.connections.list();
    for (const [id, { opened }] of held) {
      const source = (await opened.catch(() => null))?.source;
      const now = connections.find((connection) => connection.id === source?.reference);
      if (source != null && now !== undefined && now.location !== source.location) await shut(id);
    }
  }

  async function forget(library: Library): Promise<void> {
    await shut(library.id);
    await store.remove(library.id);
    if (library.way === 'cached') removeCache(folders.cache(library.id));
    changed(library.id);
  }

  return {
    list: async () => Promise.all((await store.list()).map(described)),
    get: async (id) => described(await stored(id)),
    reader: async (id) => (await open(id)).reader,
    keys: async (id) => (await held.get(id)?.opened)?.keys ?? keysBy(...(await mappingsOf(await stored(id)))),
    keysBy: (mapping) => keysBy(mapping),
    mappings: async (id) => mappingsOf(await stored(id)),
    port: async (id) => (await open(id)).port,
    async noteIndex(id) {
      const { port } = await open(id);
      if (port !== null) await noteSearch(await stored(id), port);
    },
    async writer(id) {
      const library = await stored(id);
      if (library.kind !== 'postgres') throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `"${library.name}" is not on a PostgreSQL server; nothing can be changed in it from here.` });
      const found = await openLibrarySource(deps, library.source);
      if (found.readOnly || found.source.kind !== 'postgres') {
        await found.release();
        throw new TravessiaError('READ_ONLY', { message: `The connection of "${library.name}" is marked read-only.`, hint: 'Change the connection, if you may.' });
      }
      try {
        const session = await connectPostgres(found.source.config, { applicationName: 'travessia conversations' });
        const close = async (): Promise<void> => {
          await session.close();
          await found.release();
        };
        return { ...session, get closed() { return session.closed; }, close, [Symbol.asyncDispose]: close };
      } catch (error) {
        await found.release();
        throw error;
      }
    },
    async add({ source: reference, name, mapping }) {
      const found = await openLibrarySource(deps, reference);
      try {
        await checkLibrary(found.source, mapping);
        const library: Library = { id: randomUUID(), name, source: found.reference, kind: found.kind, mapping, way: wayOf(found.kind, mapping), search: 'missing', refreshedAt: null, createdAt: new Date(deps.now()).toISOString() };
        const saved = await save(library);
        return library.way === 'direct' ? await this.lookAgain(library.id) : saved;
      } finally {
        await found.release();
      }
    },
    async addReplica(replica, mapping) {
      const names = new Set((await store.list()).map(({ name }) => name.toLowerCase()));
      let name = replica.name;
      for (let number = 2; names.has(name.toLowerCase()); number += 1) name = `${replica.name} (${number})`;
      return save({ id: randomUUID(), name, source: `replica:${replica.id}`, kind: 'replica', mapping, way: 'direct', search: 'ready', refreshedAt: null, createdAt: new Date(deps.now()).toISOString() });
    },
    async edit(id, change) {
      const library = await stored(id);
      const name = change.name ?? library.name;
      if (change.mapping === undefined) return save({ ...library, name });
      if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: 'A replica is read as it was made.', hint: 'Change the mapping of the library it was copied from, and make the replica anew.' });
      const found = await openLibrarySource(deps, library.source);
      try {
        await checkLibrary(found.source, change.mapping);
      } finally {
        await found.release();
      }
      const saved = await save({ ...library, name, mapping: change.mapping, way: wayOf(library.kind, change.mapping), search: 'missing' });
      await shut(id);
      return saved.way === 'direct' ? await this.lookAgain(id) : saved;
    },
    async remove(id) {
      const library = await stored(id);
      if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: `"${library.name}" is an offline replica.`, hint: 'Revoke the replica: that destroys its key and its data too.' });
      await forget(library);
    },
    async removeReplica(replica) {
      const library = (await store.list()).find(({ source }) => source === `replica:${replica}`);
      if (library !== undefined) await forget(library);
    },
    async refresh(id) {
      const library = await stored(id);
      if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: `"${library.name}" is an offline replica.`, hint: 'Refresh the replica (replicas/refresh).' });
      if (library.way === 'direct') throw new TravessiaError('WRONG_STATE', { message: `"${library.name}" is read directly from its server; there is no copy to refresh.`, hint: 'Searching needs an index: see libraries/index-plan.' });
      const running = refreshing.get(id);
      if (running !== undefined) return running;
      const job = deps.jobs.start({
        kind: 'cache', title: library.name,
        work: async ({ signal, update, log }) => {
          update({ resultId: id });
          const found = await openLibrarySource(deps, library.source);
          try {
            const { outcome, conversations, messages, written, gone } = await refreshCache({ folder: folders.cache(id), source: found.source, mapping: library.mapping, secret: await deps.keySecret() }, { signal, onProgress: ({ phase, rows, rowsTotal }) => update({ phase, rows, rowsTotal, progress: rowsTotal > 0 ? Math.min(1, rows / rowsTotal) : null }) });
            log(`log.cache.${outcome}`, { conversations: String(conversations), messages: String(messages), written: String(written), gone: String(gone) });
            fingerprints.delete(id);
          } finally {
            refreshing.delete(id);
            await found.release();
          }
          // Removed meanwhile: what was made for nobody goes.
          if ((await store.get(id)) === null) removeCache(folders.cache(id));
          changed(id);
          return id;
        },
      });
      refreshing.set(id, job.id);
      return job.id;
    },
    async lookAgain(id) {
      const library = await stored(id);
      const { port } = await open(id);
      return port === null || library.kind === 'replica' ? described(library) : noteSearch(library, port);
    },
    onEvent(event) {
      if (event.type === 'changed' && event.noun === 'connections') void followConnections().catch(() => undefined);
      if (event.type !== 'job' || event.job.kind !== 'index' || event.job.endedAt === null || event.job.resultId === null) return;
      this.lookAgain(event.job.resultId).catch(() => undefined);
    },
    async close() {
      await Promise.all([...held.keys()].map(shut));
    },
  };
}
