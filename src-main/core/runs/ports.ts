import type { Fingerprint } from '../../../shared/model/assessment.ts';
import type { PgSession, PostgresConfig } from '../../drivers/postgres/index.ts';

/** One connection of a run; every value comes as text. */
export type OpenSession = PgSession;

/** A target a run can reach: opened as often as needed, its configuration handed to worker threads. */
export interface RunTarget {
  /** Reference without password, for people and for the store. */
  readonly reference: string;
  readonly config: PostgresConfig;
  /** Where its data lies on this machine; absent where it is not the program's own server. */
  readonly dataFolder?: string;
  open(options: { readonly applicationName: string; readonly signal?: AbortSignal; readonly readOnly?: boolean }): Promise<OpenSession>;
  /** Ends what was started on demand (the embedded server's reference). */
  release(): Promise<void>;
}

/** One source of a run: the consistent copy that is read, and the reference of what it was taken from. */
export interface RunSource {
  readonly database: string;
  readonly path: string;
  readonly snapshotPath: string;
  /** The state of the source in which the copy was taken; absent where nobody wrote it down. */
  readonly fingerprint?: Fingerprint;
}
