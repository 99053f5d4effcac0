import type { ErrorReply } from '../../../shared/contract/errors.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { PostgresConfig } from '../../drivers/postgres/index.ts';

/** One table to load; plain data, so that it can be handed to a worker thread. */
export interface LoadTask {
  readonly runId: string;
  /** Who holds the run; checked in every transaction. */
  readonly fence: string;
  /** Name of the source database, as in the plan. */
  readonly database: string;
  readonly snapshotPath: string;
  readonly target: PostgresConfig;
  readonly stagingSchema: string;
  readonly table: PlanTable;
  /** Where a transaction ends: rows (default 65,536) and bytes sent (default 32 MB), whichever comes first. */
  readonly rowsPerTransaction?: number;
  readonly bytesPerTransaction?: number;
}

export interface LoadProgress {
  readonly rows: number;
  /** Bytes of COPY data of the rows loaded. */
  readonly bytes: number;
  readonly rejected: number;
}

/** Of one table, over all its sessions where it was resumed: rows = loaded + rejected, and equal to the snapshot's count(*). */
export interface LoadResult extends LoadProgress {
  readonly loaded: number;
  /** Of this session. */
  readonly seconds: number;
}

export type LoadRequest = { readonly type: 'load'; readonly id: number; readonly task: LoadTask } | { readonly type: 'cancel' };

export type LoadReply =
  | ({ readonly type: 'progress'; readonly id: number } & LoadProgress)
  | { readonly type: 'done'; readonly id: number; readonly result: LoadResult }
  | { readonly type: 'failed'; readonly id: number; readonly error: ErrorReply };
