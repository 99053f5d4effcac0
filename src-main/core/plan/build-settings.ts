import type { PlanTable } from '../../../shared/model/plan.ts';

/** Below it a build takes no second, whatever its memory. */
const worthIt = 200_000;
/** What one row takes in a sort, about: a key of thirty bytes, and its entry in the array that is sorted. */
const sortedRowBytes = 72;
/** What the merge holds for each run it reads (PostgreSQL, tuplesort.c: MERGE_BUFFER_SIZE and TAPE_BUFFER_OVERHEAD). */
const mergeBytes = 264 * 1024;
const megabyte = 1024 * 1024;
/** The server's own default (manual 19.4.1): more is not asked for. */
const usual = 64;

/**
 * Settings of a transaction that builds one index of several of a table, where the two built at a time have every core to themselves.
 *
 * Sorting in pieces that a processor's cache holds took a fifth less time than the default's 64 MB with a worker beside each build, and half
 * the processor (2 million rows, keys of text that begin alike; two cores; `bench/run.ts`). Below 64 MB the server starts no such
 * workers (manual 19.4.1 and 15.3), of which the cores have none to give. The memory is what lets one merge read all pieces.
 *
 * Nor is reading handed to the processes that PostgreSQL 18 reads ahead with (19.4.3, `io_method = worker`): the rows were just written,
 * stand in memory, and handing them on cost a tenth of such builds. Before 18 these scans do not look at the setting.
 *
 * @param indexes - how many the table has
 * @param jobs - tables at a time, or parts of them (`threadsOf`): more than two where there are cores for workers
 */
export function buildSettings({ rows }: Pick<PlanTable, 'rows'>, indexes: number, jobs: number): readonly string[] {
  const count = Number(rows);
  if (indexes < 2 || jobs > 2 || count < worthIt) return [];
  const megabytes = Math.max(8, Math.ceil(Math.sqrt(count * sortedRowBytes * mergeBytes) / megabyte));
  return megabytes >= usual ? [] : [`SET LOCAL maintenance_work_mem = '${megabytes}MB'`, 'SET LOCAL effective_io_concurrency = 0'];
}
