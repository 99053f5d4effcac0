import type { Fingerprint } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { DatabaseRef, PostgresConfig } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';

interface Named {
  /** How the source is named in assessments, plans and runs: absolute, without a password, and read again to the same source. */
  readonly reference: string;
  /** Short name for messages, schemas and files: a file's or folder's name, or the database's. */
  readonly database: string;
}

/** A source that lies in a file or folder. */
export interface FileSource extends Named {
  readonly kind: 'sqlite' | 'json' | 'pglite';
  /** Absolute. */
  readonly path: string;
}

/** A source on a server; `config` holds its password and never leaves the program's threads. */
export interface ServerSource extends Named {
  readonly kind: 'postgres';
  readonly config: PostgresConfig;
}

/** A source as plain data, so that it can be handed to a worker thread. */
export type Source = FileSource | ServerSource;

/** What a name may stand for that is not written in it. */
export type SourcePorts = Pick<CoreDeps, 'connections' | 'targetSecrets'>;

/** What can be said of a source without reading its rows. */
export interface SourceState {
  readonly fingerprint: Fingerprint;
  /** `wal` or `delete` of a SQLite file; `none` elsewhere. */
  readonly journalMode: string;
}

export interface SnapshotOptions {
  readonly signal: AbortSignal;
  /** Steps done and steps in all: pages, rows or bytes, as the source counts. */
  readonly onProgress: (done: number, total: number) => void;
}

/**
 * One kind of source. Each knows how to tell that a reference is meant for it, what shows that the source changed, and how to
 * write all it holds into a SQLite file whose declared types the type ladder reads. From that file on, all kinds are alike.
 */
export interface SourceKind<S extends Source = Source> {
  readonly kind: S['kind'];
  /** The source that a name stands for, or null where it is of another kind. Looks at a file's first bytes at most. */
  match(reference: string, ref: DatabaseRef, ports: SourcePorts): S | null | Promise<S | null>;
  /** @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, NOT_A_DATABASE, CANNOT_CONNECT … */
  state(source: S): Promise<SourceState>;
  /**
   * Writes the snapshot, compares it with the source by a second reading that shares no code with the writing, and says what
   * could not be taken over as it was.
   * @throws TravessiaError where the source cannot be read, and INTERNAL where the second reading found a difference
   */
  snapshot(source: S, toPath: string, options: SnapshotOptions): Promise<readonly Finding[]>;
}
