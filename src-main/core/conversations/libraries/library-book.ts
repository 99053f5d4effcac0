import type { TravessiaEvent } from '../../../../shared/contract/events.ts';
import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { Replica } from '../../../../shared/model/conversation-work.ts';
import type { CoreDeps } from '../../deps.ts';
import type { LibraryKeys } from '../keys/index.ts';
import type { Libraries, QueryPort } from '../ports.ts';

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
