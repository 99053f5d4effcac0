/** The entries of the book as the store keeps them. */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { revoked } from '../replica/revoked.ts';
import type { LibrariesDeps } from './library-book.ts';

/** The replica that a library of that kind is read from. */
export const replicaOf = ({ source }: Library): string => source.slice('replica:'.length);

export interface Entries {
  /** @throws NOT_FOUND; REPLICA_REVOKED where it was the library of a replica that is destroyed */
  get(id: string): Promise<Library>;
  /** @throws ALREADY_EXISTS where another one has its name */
  save(library: Library): Promise<void>;
  /** What it is read by, and where it is a replica what its rows were read by from its library: as it keeps it, or (an older one) while that library stands. */
  mappings(library: Library): Promise<readonly Mapping[]>;
  changed(id: string): void;
}

export function createEntries({ store: { libraries: store, replicas }, emit }: Pick<LibrariesDeps, 'store' | 'emit'>): Entries {
  const changed = (id: string): void => emit({ type: 'changed', noun: 'libraries', id });
  return {
    changed,
    async get(id) {
      const library = await store.get(id);
      if (library === null && (await replicas.isRevoked(id))) throw revoked();
      if (library === null) throw new TravessiaError('NOT_FOUND', { message: 'There is no such library.', hint: 'It may have been removed: see the list of libraries.' });
      return library;
    },
    async save(library) {
      const same = (await store.list()).find(({ id, name }) => id !== library.id && name.toLowerCase() === library.name.toLowerCase());
      if (same !== undefined) throw new TravessiaError('ALREADY_EXISTS', { message: `There is a library named "${same.name}" already.`, hint: 'Choose another name.' });
      await store.put(library);
      changed(library.id);
    },
    async mappings(library) {
      const replica = library.kind === 'replica' ? await replicas.get(replicaOf(library)) : null;
      if (replica === null || replica.readBy.length > 0) return [library.mapping, ...(replica?.readBy ?? [])];
      const source = await store.get(replica.library);
      return source === null ? [library.mapping] : [library.mapping, source.mapping];
    },
  };
}
