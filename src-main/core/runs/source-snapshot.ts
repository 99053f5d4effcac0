import { existsSync } from 'node:fs';
import type { Assessment, Fingerprint } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { assertTellsApart } from '../plan/name-apart.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import { resolveSource, snapshotInWorker, sourceState } from '../sources/index.ts';
import type { RunSource } from './ports.ts';
import { prepareCopies } from './prepare-copy.ts';

/** True where the source's size, change counter or WAL differ from what they were. */
export async function hasMoved(deps: CoreDeps, reference: string, fingerprint: Fingerprint): Promise<boolean> {
  try {
    const { fingerprint: now } = await sourceState(await resolveSource(deps, reference));
    return now.changeCounter !== fingerprint.changeCounter || now.bytes !== fingerprint.bytes || now.walBytes !== fingerprint.walBytes || now.walSalt !== fingerprint.walSalt;
  } catch {
    // A source that is gone has moved on, whatever it holds now.
    return true;
  }
}

/** Columns and tables of the plan that the file no longer has, or has besides. */
function schemaChanges(plan: Plan, database: string, catalog: SqliteCatalog): string[] {
  const changes: string[] = [];
  const tables = [...plan.tables, ...(plan.inverse ?? []).map(({ table }) => table)];
  for (const table of tables.filter((candidate) => candidate.source.database === database)) {
    const now = catalog.tables.find((candidate) => candidate.name === table.source.table);
    if (now === undefined) changes.push(`table ${table.source.table} is gone`);
    for (const column of table.columns) {
      if (now !== undefined && !now.columns.some((candidate) => candidate.name === column.source)) changes.push(`column ${table.source.table}.${column.source} is gone`);
    }
    for (const column of now?.columns ?? []) {
      if (column.hidden !== 1 && !table.columns.some((candidate) => candidate.source === column.name)) changes.push(`column ${table.source.table}.${column.name} is new`);
    }
  }
  const known = new Set([...tables.map((table) => table.source.table), ...plan.objects.map((object) => object.name)]);
  for (const table of catalog.tables) if (!known.has(table.name)) changes.push(`table ${table.name} is new`);
  return changes;
}

export interface TakenSnapshots {
  readonly sources: readonly RunSource[];
  readonly plan: Plan;
  readonly fingerprints: ReadonlyMap<string, Fingerprint>;
  readonly assessments: readonly Assessment[];
}

/**
 * Gives the run its own consistent copy of each source: the assessment's, where the file has not changed since, else a new one.
 * On a new copy nothing the assessment proved about integers holds any more, so they are read the safe way.
 * @throws TravessiaError PLAN_STALE where the structure changed since the plan was made
 */
export async function takeSnapshots(deps: CoreDeps, plan: Plan, runId: string, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<TakenSnapshots> {
  assertTellsApart(plan);
  const ids = plan.assessmentId.split(',');
  const sources: RunSource[] = [];
  const assessments: Assessment[] = [];
  const fingerprints = new Map<string, Fingerprint>();
  const fresh = new Set<string>();
  for (const [index, source] of plan.sources.entries()) {
    const snapshotPath = deps.folders.runSnapshot(runId, source.database);
    const assessment = await deps.store.assessments.get(ids[index] ?? '');
    if (assessment !== null) assessments.push(assessment);
    const shared = assessment === null ? undefined : deps.folders.snapshot(assessment.id, source.database);
    let fingerprint = source.fingerprint;
    if (!existsSync(snapshotPath)) {
      if (shared !== undefined && existsSync(shared) && assessment !== null && !(await hasMoved(deps, source.source, assessment.fingerprint))) {
        await deps.folders.shareSnapshot(shared, snapshotPath);
      } else {
        const resolved = await resolveSource(deps, source.source);
        ({ fingerprint } = await sourceState(resolved));
        await snapshotInWorker({ source: resolved, toPath: snapshotPath, rebuild: assessment?.integrity.rebuilt !== undefined }, { signal, onProgress });
      }
    }
    if (fingerprint.changeCounter !== source.fingerprint.changeCounter || fingerprint.walBytes !== source.fingerprint.walBytes || fingerprint.bytes !== source.fingerprint.bytes) fresh.add(source.database);
    fingerprints.set(source.database, fingerprint);
    sources.push({ database: source.database, path: source.source, snapshotPath });
  }
  const prepared = await prepareCopies(plan, sources, signal);
  for (const { database, snapshotPath } of prepared) {
    const changes = schemaChanges(plan, database, await readCatalog(snapshotPath));
    if (changes.length === 0) continue;
    await deps.folders.removeRun(runId);
    throw new TravessiaError('PLAN_STALE', { message: `${database} changed since the plan was made: ${changes.slice(0, 5).join('; ')}.`, hint: 'Assess the source again and make a new plan.' });
  }
  const tables = plan.tables.map((table) => (fresh.has(table.source.database) ? { ...table, reading: { ...table.reading, plainIntegers: false } } : table));
  return { sources: prepared, assessments, fingerprints, plan: { ...plan, tables } };
}
