import { existsSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fingerprintSchema, type Assessment, type Fingerprint } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { isOther } from '../assess/fingerprint.ts';
import { messagesOf } from '../assess/trouble.ts';
import type { CoreDeps } from '../deps.ts';
import { assertTellsApart } from '../plan/name-apart.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import { resolveSource, snapshotInWorker, sourceState } from '../sources/index.ts';
import type { RunSource } from './ports.ts';
import { prepareCopies } from './prepare-copy.ts';

/** True where the source's size, change counter, WAL or, of a SQLite file, the time it was written differ from what they were. */
export async function hasMoved(deps: CoreDeps, reference: string, fingerprint: Fingerprint): Promise<boolean> {
  try {
    const source = await resolveSource(deps, reference);
    return isOther((await sourceState(source)).fingerprint, fingerprint, source.kind === 'sqlite');
  } catch {
    // A source that is gone has moved on, whatever it holds now.
    return true;
  }
}

/**
 * The state of the source that a run's own copy was taken in stands beside the copy, for when the run goes on. Without a copy it says something only of a
 * run that has begun: of any other the copy was never whole. A note that was cut off says nothing.
 */
async function readTaken(snapshotPath: string, begun: boolean): Promise<Fingerprint | undefined> {
  const text = begun || existsSync(snapshotPath) ? await readFile(takenPath(snapshotPath), 'utf8').catch(() => undefined) : undefined;
  if (text === undefined) return undefined;
  try {
    return fingerprintSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Of a run whose copies may be lost: what the journal in its target says of the state they were taken in. */
export async function noteTaken(snapshotPath: string, fingerprint: Fingerprint): Promise<void> {
  await mkdir(dirname(snapshotPath), { recursive: true });
  // What stands there was written with the copy.
  if ((await readTaken(snapshotPath, true)) !== undefined) return;
  await writeFile(takenPath(snapshotPath), JSON.stringify(fingerprint), { flush: true }).catch(async (error: unknown) => {
    // Half a note would be taken for a whole one.
    await rm(takenPath(snapshotPath), { force: true });
    throw error;
  });
}

const takenPath = (snapshotPath: string): string => `${snapshotPath}.taken.json`;

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

/** Whether damaged indexes were built anew in the copy that was assessed; the plan tells it where the console does not know the assessment. */
function wasRebuilt(plan: Plan, database: string, assessment: Assessment | null): boolean {
  if (assessment !== null) return assessment.integrity.rebuilt !== undefined;
  return plan.findings.some((finding) => finding.code === 'finding.index-damaged' && (finding.database === undefined || finding.database === database));
}

/** Whether no page was damaged when the plan was made; without its assessment, the plan says so. */
function wasSound({ findings }: Plan, assessment: Assessment | null): boolean {
  return assessment === null ? !findings.some(({ code }) => code === 'finding.damaged') : messagesOf(assessment.integrity, 'pages').length === 0;
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
 * @param begun - rows of the former copy may stand in the target: another state of the source must not be mixed with them
 * @throws TravessiaError PLAN_STALE where the structure changed since the plan was made; DATABASE_CORRUPT where it was damaged since; WRONG_STATE where a run that has begun lost its copy
 */
export async function takeSnapshots(deps: CoreDeps, plan: Plan, { runId, begun }: { readonly runId: string; readonly begun: boolean }, signal: AbortSignal, onProgress: (done: number, total: number) => void): Promise<TakenSnapshots> {
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
    let fingerprint = (await readTaken(snapshotPath, begun)) ?? source.fingerprint;
    if (!existsSync(snapshotPath)) {
      if (begun && (await hasMoved(deps, source.source, fingerprint))) {
        throw new TravessiaError('WRONG_STATE', { message: `The copy of ${source.database} that run ${runId} reads is gone, and the source is not as it was.`, hint: 'Roll the run back, and migrate anew. To compare with the source as it is now: travessia verify SOURCE --target T --plan P.' });
      }
      if (shared !== undefined && existsSync(shared) && assessment !== null && !(await hasMoved(deps, source.source, assessment.fingerprint))) {
        await rm(takenPath(snapshotPath), { force: true });
        await deps.folders.shareSnapshot(shared, snapshotPath);
      } else {
        const resolved = await resolveSource(deps, source.source);
        ({ fingerprint } = await sourceState(resolved));
        const state = JSON.stringify(fingerprint);
        await deps.folders.making(snapshotPath, async () => {
          // Before the copy: where that bears its name, this is there.
          await writeFile(takenPath(snapshotPath), state, { flush: true });
          await snapshotInWorker({ source: resolved, toPath: snapshotPath, rebuild: wasRebuilt(plan, source.database, assessment), sound: resolved.kind === 'sqlite' && wasSound(plan, assessment) }, { signal, onProgress });
        });
      }
    }
    if (isOther(fingerprint, source.fingerprint, true)) fresh.add(source.database);
    fingerprints.set(source.database, fingerprint);
    sources.push({ database: source.database, path: source.source, snapshotPath, fingerprint });
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
