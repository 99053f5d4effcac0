import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { assessmentSchema, type Assessment } from '../../../shared/model/assessment.ts';
import type { Override } from '../../../shared/model/plan.ts';
import type { Preparation, Reshape } from '../../../shared/model/reshape.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import { assessInWorker } from '../assess/index.ts';
import { readCatalog } from '../plan/read-catalog.ts';
import type { PlannedSource } from '../plan/types.ts';
import { sqliteSource } from '../sources/index.ts';
import type { ApplyRequest, FactsRequest } from './apply.ts';
import { forwardSteps } from './forward.ts';
import { createMapping, jsonColumns, mappingsFor, type FlatFacts, type Mapping } from './mapping.ts';

/** A source on its way into a plan, with the copy that its assessment left. */
export interface SourceWithCopy extends PlannedSource {
  readonly path: string;
  readonly overrides: readonly Override[];
}

export interface PreparedSource {
  readonly source: SourceWithCopy;
  readonly mappings: readonly Mapping[];
  readonly preparation: Preparation;
}

/** What names a prepared copy: the same statements on the same copy give the same file. */
export function preparedPath(path: string, preparation: Preparation): string {
  return `${path}.prepared-${createHash('sha256').update(JSON.stringify(preparation)).digest('hex').slice(0, 12)}`;
}

/** Prepares a copy in a worker thread, once. @returns the prepared copy @throws TravessiaError PLAN_STALE, DISK_FULL, CANCELLED */
export async function prepareCopy(path: string, preparation: Preparation, reads: readonly string[], signal?: AbortSignal): Promise<string> {
  const to = preparedPath(path, preparation);
  if (existsSync(to)) return to;
  const request: ApplyRequest = { do: 'apply', from: path, to, reads, statements: preparation.steps.map(({ sql }) => sql) };
  await askWorker<null>('reshape', request, signal);
  return to;
}

/** Undefined where there is none, or where a program was ended, or had no room, while it wrote it. */
async function readKept(path: string): Promise<Assessment | undefined> {
  try {
    return assessmentSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** The assessment with the tables of its prepared copy; done once for each copy. */
export async function assessPrepared(path: string, assessment: Assessment, rejectShare = 0): Promise<Assessment> {
  const kept = `${path}.json`;
  const known = await readKept(kept);
  if (known !== undefined) return { ...assessment, tables: known.tables };
  const { thresholds, answers } = assessment;
  const made = await assessInWorker({ source: sqliteSource(path), snapshotPath: path, thresholds, answers, rejectShare }, { signal: new AbortController().signal, onProgress: () => undefined });
  await writeFile(kept, JSON.stringify(made));
  return { ...assessment, tables: made.tables };
}

/**
 * Reshapes a source's copy as its template says, for planning: the plan then sees the reshaped tables like any others, beside the flat ones.
 * Null where the template has no mapping for it.
 */
export async function reshapeSource(source: SourceWithCopy, reshapes: readonly Reshape[]): Promise<PreparedSource | null> {
  const wanted = mappingsFor(reshapes, source.catalog);
  if (wanted.length === 0) return null;
  const { assessment, catalog, path } = source;
  if (path === assessment.source) {
    throw new TravessiaError('PLAN_STALE', { message: `The copy of ${assessment.database} is gone, and the template reshapes a copy.`, hint: 'Assess the source again.' });
  }
  const asked: FactsRequest['tables'] = wanted.map((reshape) => ({
    table: reshape.from, json: jsonColumns(assessment.tables.find((table) => table.name === reshape.from) ?? { columns: [] }),
    key: reshape.rowKey.every((name) => catalog.tables.some((table) => table.name === reshape.from && table.columns.some((column) => column.name === name))) ? reshape.rowKey : [],
  }));
  const facts = await askWorker<FlatFacts[]>('reshape', { do: 'facts', path, tables: asked } satisfies FactsRequest);
  const mappings = wanted.map((reshape, index) => createMapping(reshape, assessment, catalog, facts[index] ?? { jsonb: [], keyIsUnique: false }, source.filters?.get(reshape.from)?.condition));
  const preparation: Preparation = { database: assessment.database, reads: [], steps: mappings.flatMap(forwardSteps) };
  const prepared = await prepareCopy(path, preparation, []);
  return {
    mappings, preparation,
    source: { ...source, path: prepared, assessment: await assessPrepared(prepared, assessment), catalog: await readCatalog(prepared), rejectShare: 0 },
  };
}

/** A source's copy with further tables, empty, for planning: the plan then sees them like any others. @throws TravessiaError PLAN_STALE where the copy is gone */
export async function addTables(source: SourceWithCopy, steps: Preparation['steps'], rejectShare: number): Promise<PreparedSource> {
  const { assessment, path } = source;
  if (path === assessment.source) {
    throw new TravessiaError('PLAN_STALE', { message: `The copy of ${assessment.database} is gone, and the template adds tables to a copy.`, hint: 'Assess the source again.' });
  }
  const preparation: Preparation = { database: assessment.database, reads: [], steps };
  const prepared = await prepareCopy(path, preparation, []);
  return { mappings: [], preparation, source: { ...source, path: prepared, assessment: await assessPrepared(prepared, assessment, rejectShare), catalog: await readCatalog(prepared) } };
}

/** The flat tables keep their names only as views, and their columns the types in which the view gives them back. */
export function flatOverrides({ mappings, source }: PreparedSource): Override[] {
  return mappings.flatMap(({ reshape, carried }): Override[] => [
    { database: source.assessment.database, table: reshape.from, targetName: reshape.view, by: 'template' },
    ...[...carried.values()].map(({ column, type, cast }): Override => ({ database: source.assessment.database, table: reshape.from, column, type, cast: cast ?? null, by: 'template' })),
  ]);
}
