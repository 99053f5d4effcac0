import { availableParallelism } from 'node:os';
import type { PlanOptions } from '../../shared/model/plan.ts';

/** How a run's work is spread over threads. */
export interface Threads {
  /** Tables at a time, or parts of them. */
  readonly jobs: number;
  /** Threads that may load one large table at once. */
  readonly lanes: number;
}

/**
 * What a person says holds, also for one table. Of itself the program takes two tables at a time, and more only where there are cores for
 * them: each thread has its counterpart in the server, so that on two cores one large table is not faster for being loaded by two (measured).
 */
export function threadsOf(jobs: PlanOptions['jobs'], cores = availableParallelism()): Threads {
  if (jobs !== 'auto') return { jobs, lanes: jobs };
  const lanes = Math.max(1, Math.min(4, cores - 1));
  return { jobs: Math.max(2, lanes), lanes };
}
