import { randomUUID } from 'node:crypto';
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { maskText } from '../../../../shared/pure/masking/index.ts';
import { checkLibrary } from '../ask-library.ts';
import { cacheState, removeCache } from '../cache/index.ts';
import { createLibraryKeys, createSeal, type LibraryKeys } from '../keys/index.ts';
import { openLibrarySource } from '../library-source.ts';
import { rememberedMask } from '../remembered-mask.ts';
import { createCopies } from './copies.ts';
import { createEntries, replicaOf } from './entries.ts';
import { createFingerprints } from './fingerprints.ts';
import { keepInStep } from './keep-in-step.ts';
import type { LibrariesDeps, LibraryBook } from './library-book.ts';
import { createOpenReaders } from './open-readers.ts';
import { wayOf } from './way.ts';
import { openWriter } from './writer.ts';

export function createLibraries(deps: LibrariesDeps): LibraryBook {
  const store = deps.store.libraries;
  const mask = rememberedMask((text) => maskText(text).text);
  const keysBy = async (mappings: readonly Mapping[]): Promise<LibraryKeys> => createLibraryKeys(createSeal(await deps.keySecret()), mappings, mask);
  const entries = createEntries(deps);
  const keysOf = async (library: Library): Promise<LibraryKeys> => keysBy(await entries.mappings(library));
  const readers = createOpenReaders(deps, entries, keysOf);
  const fingerprints = createFingerprints(deps, readers.isOpen, entries.changed);
  const copies = createCopies(deps, entries, fingerprints.forget);
  const today = (): string => new Date(deps.now()).toISOString();

  async function described(library: Library): Promise<Library> {
    if (library.kind === 'replica') return { ...library, refreshedAt: (await deps.store.replicas.get(replicaOf(library)))?.refreshedAt ?? null };
    if (library.way === 'direct') return library;
    return { ...library, ...cacheState(deps.folders.cache(library.id), library.mapping, await fingerprints.of(library), await deps.keySecret().catch(() => null)) };
  }

  async function save(library: Library): Promise<Library> {
    await entries.save(library);
    return described(library);
  }

  async function lookAgain(id: string): Promise<Library> {
    const library = await entries.get(id);
    const { port } = await readers.open(id);
    return port === null || library.kind === 'replica' ? described(library) : readers.noteSearch(library, port);
  }

  async function forget(library: Library): Promise<void> {
    await readers.shut(library.id);
    await store.remove(library.id);
    if (library.way === 'cached') removeCache(deps.folders.cache(library.id));
    entries.changed(library.id);
  }

  const endSteps = keepInStep({
    open: readers.openIds, get: async (id) => described(await entries.get(id)), fingerprint: fingerprints.of, now: deps.now,
    // Without a job: a source that is written all day would fill the list of jobs.
    refresh: copies.renew,
  });

  return {
    lookAgain,
    list: async () => Promise.all((await store.list()).map(described)),
    get: async (id) => described(await entries.get(id)),
    reader: async (id) => (await readers.open(id)).reader,
    keys: async (id) => (await readers.keys(id)) ?? keysOf(await entries.get(id)),
    keysBy: (mapping) => keysBy([mapping]),
    mappings: async (id) => entries.mappings(await entries.get(id)),
    port: async (id) => (await readers.open(id)).port,
    async noteIndex(id) {
      const { port } = await readers.open(id);
      if (port !== null) await readers.noteSearch(await entries.get(id), port);
    },
    writer: async (id) => openWriter(deps, await entries.get(id)),
    async add({ source: reference, name, mapping }) {
      const found = await openLibrarySource(deps, reference);
      try {
        await checkLibrary(found.source, mapping);
        const library: Library = { id: randomUUID(), name, source: found.reference, kind: found.kind, mapping, way: wayOf(found.kind, mapping), search: 'missing', refreshedAt: null, createdAt: today() };
        const saved = await save(library);
        return library.way === 'direct' ? await lookAgain(library.id) : saved;
      } finally {
        await found.release();
      }
    },
    async addReplica(replica, mapping) {
      const names = new Set((await store.list()).map(({ name }) => name.toLowerCase()));
      let name = replica.name;
      for (let number = 2; names.has(name.toLowerCase()); number += 1) name = `${replica.name} (${number})`;
      // The replica's own id: what is asked of the library later can still be told that its replica was revoked.
      return save({ id: replica.id, name, source: `replica:${replica.id}`, kind: 'replica', mapping, way: 'direct', search: 'ready', refreshedAt: null, createdAt: today() });
    },
    async edit(id, change) {
      const library = await entries.get(id);
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
      await readers.shut(id);
      return saved.way === 'direct' ? await lookAgain(id) : saved;
    },
    async remove(id) {
      const library = await entries.get(id);
      if (library.kind === 'replica') throw new TravessiaError('WRONG_STATE', { message: `"${library.name}" is an offline replica.`, hint: 'Revoke the replica: that destroys its key and its data too.' });
      await forget(library);
    },
    async removeReplica(replica) {
      const library = (await store.list()).find(({ source }) => source === `replica:${replica}`);
      if (library !== undefined) await forget(library);
    },
    refresh: async (id) => copies.start(await entries.get(id)),
    async bringUpToDate(id, signal) {
      const library = await entries.get(id);
      if (library.way === 'cached') await copies.renew(library, signal);
    },
    onEvent(event) {
      if (event.type === 'changed' && event.noun === 'connections') void readers.followConnections().catch(() => undefined);
      if (event.type !== 'job' || event.job.kind !== 'index' || event.job.endedAt === null || event.job.resultId === null) return;
      lookAgain(event.job.resultId).catch(() => undefined);
    },
    async close() {
      await endSteps();
      await readers.close();
    },
  };
}
