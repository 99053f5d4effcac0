import { availableParallelism } from 'node:os';
import type { PlanOptions, PlanTable } from '../../shared/model/plan.ts';

/** How a run's work is spread over threads. */
export interface Threads {
  /** Tables at a time, or parts of them. */
  readonly jobs: number;
  /** Threads that may load one large table at once. */
  readonly lanes: number;
}

/**
 * What one thread does while another starts, a tenth of a second: rows, bytes of them at most, tables. A second thread brings a session with
 * it, and another of each for the verification: eleven tables of 15,000 rows in all took a fifth less of the processor by one (measured).
 */
const worthOne = { rows: 20_000, bytes: 16 * 1024 * 1024, tables: 10 };

type Work = Pick<PlanTable, 'rows' | 'maxRowBytes'>;

/** How many threads have something to do with these tables: the next is worth its start once there is as much left for it as the others have. */
function worth(tables: readonly Work[]): number {
  const work = tables.map(({ rows, maxRowBytes }) => Math.max(Number(rows) / worthOne.rows, (Number(rows) * maxRowBytes) / worthOne.bytes) + 1 / worthOne.tables);
  return Math.max(1, Math.floor(work.reduce((sum, each) => sum + each, 0)));
}

/**
 * What a person says holds, also for one table. Of itself the program takes two tables at a time, and more only where there are cores for
 * them: each thread has its counterpart in the server, so that on two cores one large table is not faster for being loaded by two (measured).
 * A few small tables are done before a second thread has started.
 *
 * @param tables - what there is to do
 */
export function threadsOf(jobs: PlanOptions['jobs'], tables: readonly Work[], cores = availableParallelism()): Threads {
  if (jobs !== 'auto') return { jobs, lanes: jobs };
  const lanes = Math.max(1, Math.min(4, cores - 1));
  return { jobs: Math.min(Math.max(2, lanes), worth(tables)), lanes };
}
