import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import type { PlanRepair, RepairOutcome } from '../../../shared/model/repair.ts';
import { openSqlite, snapshotSqlite } from '../../drivers/sqlite/index.ts';
import { makeWorkFolder } from '../../drivers/work-folder/index.ts';
import { followWorker } from '../follow-worker.ts';
import { registerForm } from '../keys/index.ts';
import type { Measured, UncountedKey } from './draft.ts';
import { isActive, repairedPath, repairFiles } from './files.ts';
import { repairCopy, type RepairReport } from './repair-copy.ts';

/** Statements that count rows, each with the name of what it counts. */
export interface CountRequest {
  readonly do: 'count';
  readonly path: string;
  readonly keys: readonly { readonly id: string; readonly sql: string }[];
}

export interface RepairRequest {
  /** `try` throws the repaired copy away. */
  readonly do: 'apply' | 'try';
  readonly database: string;
  readonly path: string;
  /** True where nobody writes to the file any more: a snapshot. */
  readonly frozen: boolean;
  /** Of this database. */
  readonly repairs: readonly PlanRepair[];
  readonly tables: readonly PlanTable[];
}

function requestOf(plan: Plan, what: Pick<RepairRequest, 'do' | 'database' | 'path' | 'frozen'>): RepairRequest {
  const { database } = what;
  return { ...what, repairs: (plan.repairs ?? []).filter((repair) => repair.database === database), tables: plan.tables.filter((table) => table.source.database === database) };
}

/** @throws TravessiaError as `repairCopy` */
export async function tryHere({ database, path, frozen, repairs, tables }: RepairRequest, signal: AbortSignal): Promise<RepairReport['counts']> {
  // Beside the snapshot, where there is room for one.
  const folder = makeWorkFolder('repair', frozen ? dirname(path) : tmpdir());
  try {
    const originalPath = frozen ? path : join(folder, 'original');
    if (!frozen) await snapshotSqlite(path, originalPath, { signal });
    const copyPath = join(folder, 'copy');
    await snapshotSqlite(originalPath, copyPath, { signal });
    return repairCopy({ database, originalPath, copyPath, keptPath: join(folder, 'kept'), repairs, tables, signal }).counts;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** @returns rows by the names given */
export async function countHere({ path, keys }: CountRequest): Promise<Map<string, string>> {
  using opened = openSqlite(path, { mode: 'read' });
  registerForm(opened.db);
  return new Map(keys.map(({ id, sql }) => [id, String(opened.db.prepare<unknown[], bigint>(sql).pluck().safeIntegers(true).get() ?? 0n)]));
}

/**
 * Counts the rows that break keys under the types of a plan, off the main thread.
 * @returns rows by `database NUL id of the repair`
 */
export async function countKeys(uncounted: readonly UncountedKey[], sources: readonly { readonly database: string; readonly path: string }[], signal: AbortSignal): Promise<Map<string, string>> {
  const counted = new Map<string, string>();
  for (const { database, path } of sources) {
    const keys = uncounted.filter((key) => key.database === database);
    if (keys.length === 0) continue;
    const request: CountRequest = { do: 'count', path, keys };
    const found = await followWorker<Map<string, string>, never>('repair', request, { signal, onProgress: () => undefined, doing: 'Counting the rows that break keys' });
    for (const [id, count] of found) counted.set(`${database}\0${id}`, count);
  }
  return counted;
}

/**
 * Draws a plan as often as something in it is uncounted: a key that turns out to hold lets others point at it, whose rows are then to be counted too.
 *
 * @param count - rows by `database NUL id of the repair`, as `countKeys` gives them
 */
export async function drawnWithCounts(draw: (counted: ReadonlyMap<string, string>, uncounted: UncountedKey[]) => Plan, count: (keys: readonly UncountedKey[]) => Promise<ReadonlyMap<string, string>>): Promise<{ readonly plan: Plan; readonly counted: ReadonlyMap<string, string> }> {
  const counted = new Map<string, string>();
  for (;;) {
    const uncounted: UncountedKey[] = [];
    const plan = draw(counted, uncounted);
    const before = counted.size;
    if (uncounted.length > 0) for (const [id, rows] of await count(uncounted)) counted.set(id, rows);
    if (counted.size === before) return { plan, counted };
  }
}

/** What is not finished bears other names: after a crash either nothing is there and it begins anew, or all of it. */
export async function applyHere({ database, path, repairs, tables }: RepairRequest, signal: AbortSignal): Promise<null> {
  const to = repairedPath(path);
  const { kept } = repairFiles(to);
  const [part, keptPart] = [`${to}.part`, `${kept}.part`];
  try {
    await snapshotSqlite(path, part, { signal });
    repairCopy({ database, originalPath: path, copyPath: part, keptPath: keptPart, repairs, tables, signal });
    await rename(keptPart, kept);
    // Last: whoever finds the copy finds all that belongs to it.
    await rename(part, to);
    return null;
  } finally {
    for (const file of [part, keptPart]) for (const more of ['', '-journal']) await rm(file + more, { force: true });
  }
}

/**
 * Repairs a run's copy of a source, once, in a thread of its own; the copy as it was stays.
 * @returns the repaired copy; @throws TravessiaError REPAIR_NOT_POSSIBLE, PLAN_STALE, DISK_FULL, CANCELLED
 */
export async function repairSource(path: string, plan: Plan, database: string, signal: AbortSignal): Promise<string> {
  const to = repairedPath(path);
  if (existsSync(to)) return to;
  await followWorker<null, never>('repair', requestOf(plan, { do: 'apply', database, path, frozen: true }), { signal, onProgress: () => undefined, doing: 'The repair of the copy' });
  return to;
}

/**
 * What the choices of a plan come to, tried out: repairs give one another work (a parent that leaves makes orphans), so their numbers
 * cannot be told by looking. Null where the plan chooses nothing.
 */
export async function measureRepairs(plan: Plan, sources: readonly { readonly database: string; readonly path: string; readonly frozen: boolean }[], signal: AbortSignal): Promise<Measured | null> {
  if (!isActive(plan)) return null;
  const measured = new Map<string, { count: string; outcome: RepairOutcome }>();
  for (const { database, path, frozen } of sources) {
    if (!isActive(plan, database)) continue;
    const counts = await followWorker<RepairReport['counts'], never>('repair', requestOf(plan, { do: 'try', database, path, frozen }), { signal, onProgress: () => undefined, doing: 'Trying the repairs' });
    for (const [id, each] of counts) measured.set(`${database}\0${id}`, each);
  }
  return measured;
}

/** Drops repairs of tables and foreign keys that a template's mapping took out of the plan. */
export function repairsOf(plan: Plan): Plan {
  if (plan.repairs === undefined) return plan;
  const repairs = plan.repairs.filter((repair) => plan.tables.some((table) => table.source.database === repair.database && table.source.table === repair.table
    && (repair.problem !== 'orphan' || table.foreignKeys.some((key) => key.name === repair.object))));
  const { repairs: _all, ...rest } = plan;
  return repairs.length === 0 ? rest : { ...plan, repairs };
}
