import type { ErrorReply } from '../../../shared/contract/errors.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { ReadWay } from '../../../shared/model/run.ts';
import type { PostgresConfig } from '../../drivers/postgres/index.ts';
import type { ReadPosition } from '../../drivers/sqlite/index.ts';

/** Rows of a table between two positions of its rowid, by which several threads load it at once. */
export interface KeyRange {
  readonly number: number;
  /** Rows behind this position, up to and with that one; null: from the first row, to the last. */
  readonly after: ReadPosition | null;
  readonly until: ReadPosition | null;
}

/** Which tables are parted into ranges, and into how many. */
export interface SplitRule {
  /** Threads that may load one table at once; 1: none is parted. */
  readonly lanes: number;
  /** From this many rows or bytes. */
  readonly minRows: number;
  readonly minBytes: number;
}

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
  /** Only this part of the table; absent: all of it. */
  readonly range?: KeyRange;
  /** Its rows must arrive in the source's order: it is not parted. */
  readonly inOrder?: boolean;
  /** Where a transaction ends: after seconds, rows or bytes sent, whichever comes first; absent: as load-table.ts says. */
  readonly secondsPerTransaction?: number;
  readonly rowsPerTransaction?: number;
  readonly bytesPerTransaction?: number;
  /** From how many rows its pages are read rather than SQLite asked, where they can be (see `readsPages`). */
  readonly pagesFrom?: number;
}

export interface LoadProgress {
  readonly rows: number;
  /** Bytes of COPY data of the rows loaded. */
  readonly bytes: number;
  readonly rejected: number;
}

/** Of a table or a range of it, over all its sessions where it was resumed: rows = loaded + rejected. */
export interface LoadTotals extends LoadProgress {
  readonly loaded: number;
  /** In this session; absent where it had nothing to read. */
  readonly read?: ReadWay;
}

/** Of one table; its rows are equal to the snapshot's count(*). */
export interface LoadResult extends LoadTotals {
  /** Of this session. */
  readonly seconds: number;
  /** Threads that loaded rows of it in this session. */
  readonly lanes: number;
}

/** A table's share of one thread's work, and how far former sessions came with it. */
export interface LoadPart {
  /** Absent: the whole table. */
  readonly range?: KeyRange;
  readonly progress: LoadProgress;
}

/** What a thread is asked, one thing at a time; each is answered once, a load after any number of `progress`. */
export type LoadRequest =
  /** Parts the tables of a run, which may lie in several snapshots. */
  | { readonly type: 'part'; readonly tasks: readonly LoadTask[]; readonly rule: SplitRule }
  | { readonly type: 'load'; readonly task: LoadTask }
  /** Holds what became of all parts of a table against its rows in the snapshot. */
  | { readonly type: 'check'; readonly task: LoadTask; readonly totals: LoadTotals }
  | { readonly type: 'cancel' };

export type LoadReply =
  | { readonly type: 'parted'; readonly parts: readonly (readonly LoadPart[])[] }
  | ({ readonly type: 'progress' } & LoadProgress)
  | { readonly type: 'loaded'; readonly totals: LoadTotals }
  | { readonly type: 'checked' }
  | { readonly type: 'failed'; readonly error: ErrorReply };
