import type { PgSession } from '../../drivers/postgres/index.ts';
import { checkFence, type ChunkTable } from './journal.ts';
import { readLoads, recordRanges } from './journal-ranges.ts';
import { keyRanges } from './key-ranges.ts';
import { sourceTable, type LoadSource } from './load-source.ts';
import type { KeyRange, LoadPart, LoadTask, SplitRule } from './types.ts';

const nothing = { rows: 0, bytes: 0, rejected: 0 };

/**
 * Says by which parts each table of a run is loaded: those it was begun with, or, where nothing of it is loaded yet, ranges that are recorded
 * now. All tasks are of one run.
 *
 * @param sourceOf - opens a snapshot, which the caller closes
 * @throws TravessiaError CONNECTION_LOST, RUN_BUSY, PLAN_STALE
 */
export async function partTables(session: PgSession, tasks: readonly LoadTask[], rule: SplitRule, sourceOf: (path: string) => LoadSource): Promise<LoadPart[][]> {
  const [first] = tasks;
  if (first === undefined) return [];
  const loads = await readLoads(session, first.runId);
  const parts: LoadPart[][] = [];
  for (const task of tasks) {
    const table: ChunkTable = { run: task.runId, database: task.database, table: task.table.source.table };
    let ranges = loads.ranges(table);
    const whole = loads.progress(table);
    if (ranges.length === 0 && whole === undefined && loads.hasRanges) {
      const planned = plannedRanges(task, rule, sourceOf);
      if (planned.length > 0) {
        await session.transaction(async () => {
          await checkFence(session, task.runId, task.fence);
          await recordRanges(session, table, planned);
        });
        ranges = planned;
      }
    }
    parts.push(ranges.length === 0 ? [{ progress: whole ?? nothing }] : ranges.map((range) => ({ range, progress: loads.progress(table, range) ?? nothing })));
  }
  return parts;
}

function plannedRanges({ table, inOrder, snapshotPath }: LoadTask, rule: SplitRule, sourceOf: (path: string) => LoadSource): readonly KeyRange[] {
  const rows = Number(table.rows);
  // No row is larger than the largest: most tables need not be looked at.
  if (rule.lanes <= 1 || inOrder === true || table.reading.by !== 'rowid' || (rows < rule.minRows && rows * table.maxRowBytes < rule.minBytes)) return [];
  const source = sourceOf(snapshotPath);
  return keyRanges(source, sourceTable(source, table.source.table), rows, rule);
}
