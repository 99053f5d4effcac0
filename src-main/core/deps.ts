import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { PgliteServers } from '../drivers/pglite/index.ts';
import type { Store } from '../store/index.ts';
import type { Connections } from './connections/index.ts';
import type { Guard, Libraries } from './conversations/ports.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { Folders } from './folders.ts';
import type { InTurn } from './in-turn.ts';
import type { TargetSecrets } from './target-secrets.ts';

/** What the features are wired from, once per host, in composition.ts. */
export interface CoreDeps {
  readonly store: Store;
  readonly connections: Connections;
  readonly jobs: Jobs;
  readonly targetSecrets: TargetSecrets;
  /** PGlite folders open as targets. */
  readonly pgliteServers: PgliteServers;
  /** Databases opened as conversations, and their readers. */
  readonly libraries: Libraries;
  /** Masking, what is revealed, who sees what. */
  readonly guard: Guard;
  readonly folders: Folders;
  /** Changes of one project (its id), one after the other. */
  readonly inTurn: InTurn;
  readonly emit: (event: TravessiaEvent) => void;
  /** Milliseconds since 1970; injected so that tests decide it. */
  readonly now: () => number;
  readonly version: string;
}

export function isoNow(deps: Pick<CoreDeps, 'now'>): string {
  return new Date(deps.now()).toISOString();
}
