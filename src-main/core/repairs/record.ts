import type { Plan } from '../../../shared/model/plan.ts';
import { recordRejects, type JournalSession, type RejectRecord } from '../load/journal.ts';
import { isActive } from './files.ts';
import { openKept, type ChangeRecord } from './kept.ts';
import type { RepairSummary } from './summary.ts';

/** Rows held in memory at once. */
const batch = 500;

/**
 * Writes what the repairs took out, emptied and added into the target's journal: rows taken out as rejects, the rest in
 * travessia.repairs. Part of the caller's transaction, which also notes that it was done.
 * @returns what the repairs of all sources did
 */
export async function recordRepairs(session: JournalSession, run: string, plan: Plan, sources: readonly { readonly database: string; readonly snapshotPath: string }[]): Promise<RepairSummary> {
  const all: { done: RepairSummary['done']; tables: RepairSummary['tables'] } = { done: [], tables: [] };
  for (const { database, snapshotPath } of sources) {
    if (!isActive(plan, database)) continue;
    using kept = openKept(snapshotPath, (plan.repairs ?? []).filter((repair) => repair.database === database), plan.tables.filter((table) => table.source.database === database));
    for (const { table } of kept.summary.tables) {
      for (const rejects of batches(kept.rejects(table))) await recordRejects(session, { run, database, table }, rejects satisfies readonly RejectRecord[]);
    }
    for (const changes of batches(kept.changes())) await recordChanges(session, run, database, changes);
    all.done.push(...kept.summary.done);
    all.tables.push(...kept.summary.tables);
  }
  return all;
}

async function recordChanges(session: JournalSession, run: string, database: string, changes: readonly ChangeRecord[]): Promise<void> {
  await session.query(
    `INSERT INTO travessia.repairs (run, source, "table", key, "column", change, repair, before, after)
     SELECT $1, $2, r->>'table', r->>'key', r->>'column', r->>'change', r->>'repair', r->'before', r->'after' FROM json_array_elements($3::json) WITH ORDINALITY AS e (r, n) ORDER BY n`,
    [run, database, JSON.stringify(changes)],
  );
}

function* batches<T>(rows: Iterable<T>): Generator<T[]> {
  let some: T[] = [];
  for (const row of rows) {
    some.push(row);
    if (some.length < batch) continue;
    yield some;
    some = [];
  }
  if (some.length > 0) yield some;
}
