import type { RunTableProgress } from '../../../shared/model/run.ts';

export type FileProgress = Pick<RunTableProgress, 'database' | 'phase' | 'rows' | 'rowsTotal'>;

/** What a file is at: failed where a table failed, else the work that any of its tables is at, in the order a run does it. */
const order = ['failed', 'loading', 'indexing', 'verifying'] as const;

/** Sums the progress of tables by their file, in the order the files come. */
export function filesOf(tables: readonly RunTableProgress[]): readonly FileProgress[] {
  const files = Map.groupBy(tables, (table) => table.database);
  return [...files].map(([database, own]) => {
    const isDone = own.every(({ phase }) => phase === 'done');
    const isUntouched = own.every(({ phase }) => phase === 'waiting');
    // Between two tables a file is still at what the last one was at.
    const phase = isDone ? 'done' : isUntouched ? 'waiting' : (order.find((each) => own.some((table) => table.phase === each)) ?? 'loading');
    const sum = (pick: (table: RunTableProgress) => number): number => own.reduce((total, table) => total + pick(table), 0);
    return { database, phase, rows: sum(({ rows }) => rows), rowsTotal: sum(({ rowsTotal }) => rowsTotal) };
  });
}
