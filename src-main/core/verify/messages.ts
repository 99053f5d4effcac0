import type { ErrorReply } from '../../../shared/contract/errors.ts';
import type { PlanInverse, PlanTable } from '../../../shared/model/plan.ts';
import type { PlanRepair } from '../../../shared/model/repair.ts';
import type { Difference, TableVerification } from '../../../shared/model/run.ts';
import type { PostgresConfig } from '../../drivers/postgres/index.ts';
import type { RowidPart } from './packed-sums.ts';
import type { BucketSum } from './sums.ts';

/** One table to compare; plain data, handed to a worker thread. */
export interface TableTask {
  readonly table: PlanTable;
  readonly place: { readonly schema: string; readonly table: string };
  /** What is read in the place's stead: a SELECT that gives a reshaped table back. */
  readonly select?: string;
  /** Where its rejected rows are kept, when not under its own name. */
  readonly rejects?: PlanInverse['rejects'];
  readonly snapshotPath: string;
  readonly target: PostgresConfig;
  /** Exported snapshot of the coordinator's transaction, so that all tables are seen in one state; null where the server cannot. */
  readonly serverSnapshot: string | null;
  readonly runId: string | null;
  readonly room: number;
  /** SHA-256 of every range as well. */
  readonly digests?: boolean;
  /** The source's rows and their sum, where they have been read already; null: they must be read row by row. */
  readonly ahead?: BucketSum | null;
  /** Where the plan repairs the table's database: what it was repaired by. */
  readonly repaired?: { readonly repairs: readonly PlanRepair[]; readonly tables: readonly PlanTable[] };
}

/** A table of the source whose rows are to be counted and their hashes added up, before the target is looked at. */
export interface SumTask {
  readonly table: PlanTable;
  readonly snapshotPath: string;
  /** False where the server's text hashes as other bytes (see `tableShape`). */
  readonly utf8: boolean;
  /** Only with what others leave of the processor. */
  readonly idle: boolean;
}

/** A view of the source whose answer is wanted, row by row, as keys that compare.ts understands. */
export interface ViewTask {
  readonly snapshotPath: string;
  readonly view: string;
  /** Tables of which only part crosses: the view is asked over that part. */
  readonly filters: readonly TableFilter[];
}

export interface TableFilter {
  readonly table: string;
  readonly condition: string;
}

export type VerifyRequest =
  | { readonly type: 'table'; readonly task: TableTask }
  | { readonly type: 'view'; readonly task: ViewTask }
  | { readonly type: 'parts'; readonly task: SumTask; readonly wanted: number }
  | { readonly type: 'sum'; readonly task: SumTask; readonly part: RowidPart }
  | { readonly type: 'more' }
  | { readonly type: 'cancel' };

export type ViewCell = string | number | bigint | null | Uint8Array;

export type VerifyReply =
  | { readonly type: 'progress'; readonly rows: number; readonly rowsTotal: number }
  | { readonly type: 'differences'; readonly differences: readonly Difference[] }
  | { readonly type: 'done'; readonly result: TableVerification }
  | { readonly type: 'parted'; readonly parts: readonly RowidPart[] }
  | { readonly type: 'summed'; readonly sum: BucketSum | null }
  | { readonly type: 'rows'; readonly columns: readonly string[]; readonly rows: readonly (readonly ViewCell[])[]; readonly last: boolean }
  | { readonly type: 'failed'; readonly error: ErrorReply };
