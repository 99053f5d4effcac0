import type { PlanTable } from '../../../shared/model/plan.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';

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
  const megabytes = pieceMegabytes(count);
  return megabytes >= usual ? [] : settingsOf(megabytes);
}

const pieceMegabytes = (rows: number): number => Math.max(8, Math.ceil(Math.sqrt(rows * sortedRowBytes * mergeBytes) / megabyte));
const settingsOf = (megabytes: number): string[] => [`SET LOCAL maintenance_work_mem = '${megabytes}MB'`, 'SET LOCAL effective_io_concurrency = 0'];

export interface HelpedBuild {
  /** Before any index of the table is built, and after all: with a number of workers of its own a table gets them however small the memory is. */
  readonly begin: string;
  readonly end: string;
  /** Of the transactions that build the others. */
  readonly others: readonly string[];
  /** Of the one that builds the index begun last. */
  readonly last: readonly string[];
}

/** @param name - of the table, quoted and qualified */
export const endHelp = (name: string): string => `ALTER TABLE ${name} RESET (parallel_workers)`;

/**
 * How a worker helps with the index of a table that is begun last: once the others are built, nobody else has anything to do. To be asked of a table beside which
 * no other is loaded.
 *
 * It sorts half of the rows, in pieces as small as alone, and the halves are merged in the end. Where keys are text that took a fourteenth from load and
 * builds together; numbers sort too fast for it (a twelfth more; `bench/run.ts`, both on two cores).
 *
 * @param settings - of `buildSettings`
 * @param name - of the table, quoted and qualified
 */
export function helpedBuild({ rows, columns, indexes }: Pick<PlanTable, 'rows' | 'columns' | 'indexes'>, settings: readonly string[], name: string): HelpedBuild | null {
  const last = indexes.at(-1);
  const megabytes = 2 * pieceMegabytes(Number(rows));
  const isText = last?.definition === undefined && last?.terms.some((term) => columns.some(({ include, target, type }) => include && isTextType(type) && term.startsWith(quoteIdent(target)))) === true;
  if (settings.length === 0 || !isText || megabytes > usual) return null;
  return { begin: `ALTER TABLE ${name} SET (parallel_workers = 1)`, end: endHelp(name), others: [...settings, 'SET LOCAL max_parallel_maintenance_workers = 0'], last: settingsOf(megabytes) };
}
