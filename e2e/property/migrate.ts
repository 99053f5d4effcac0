import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { thresholdsSchema } from '../../shared/model/assessment.ts';
import { planOptionsSchema, type Plan } from '../../shared/model/plan.ts';
import type { Difference, Verification } from '../../shared/model/run.ts';
import { assessSnapshot } from '../../src-main/core/assess/index.ts';
import { sqliteSource } from '../../src-main/core/sources/index.ts';
import { createPlan } from '../../src-main/core/plan/create-plan.ts';
import { readTextFormats } from '../../src-main/core/plan/text-formats.ts';
import { stagingPlacement } from '../../src-main/core/plan/plan-sql.ts';
import { performUndo, planUndo } from '../../src-main/core/runs/undo-run.ts';
import { countHere, drawnWithCounts } from '../../src-main/core/repairs/carry-out.ts';
import { runPlan, type RunPlanOutput } from '../../src-main/core/runs/run-plan.ts';
import { createViewComparer } from '../../src-main/core/verify/compare-view.ts';
import { verifyObjects } from '../../src-main/core/verify/objects.ts';
import { transactionSettings } from '../../src-main/core/verify/target-reader.ts';
import { verifyTable } from '../../src-main/core/verify/verify-table.ts';
import { connectPostgres, type PgSession } from '../../src-main/drivers/postgres/index.ts';
import { openSqlite, readSqliteCatalog } from '../../src-main/drivers/sqlite/index.ts';
import type { TestDatabase } from '../../src-main/test-support/index.ts';
import { buildCase, type Built } from './build.ts';
import { compareAll } from './compare.ts';
import type { Case } from './database.ts';
import { triggerProblems } from './trigger-work.ts';

/** One way through the engine: file, plan, run, and what was found when everything was read back. */
export interface Crossing {
  readonly built: Built;
  readonly plan: Plan;
  readonly output: RunPlanOutput;
  readonly problems: readonly string[];
}

/** What a run is asked for, besides its file. */
export type Settings = Pick<Case, 'schema' | 'options' | 'overrides' | 'undo'> & Partial<Pick<Case, 'parted' | 'paged'>>;

const { signal } = new AbortController();

async function planned(path: string, wanted: Settings, targetVersion: number): Promise<Plan> {
  const assessment = await assessSnapshot({ source: sqliteSource(path), snapshotPath: path, thresholds: thresholdsSchema.parse({}), answers: {}, rejectShare: wanted.options.rejectShare }, { signal, onProgress: () => undefined });
  using opened = openSqlite(path, { mode: 'read' });
  const catalog = readSqliteCatalog(opened.db);
  const overrides = wanted.overrides.flatMap(({ table, column, as }) => {
    const found = catalog.tables[table % catalog.tables.length];
    const name = found?.columns[column % found.columns.length]?.name;
    // A star in a name would be a pattern, and names are matched in any case: both may speak of more columns, which is as good.
    return found === undefined || name === undefined ? [] : [{ table: found.name, column: name, ...as }];
  });
  const formats = await readTextFormats(path, catalog, assessment);
  const options = planOptionsSchema.parse({ ...wanted.options, schema: wanted.schema, maxRejects: 'all', overrides });
  const { plan } = await drawnWithCounts(
    (counted, uncounted) => createPlan({ id: 'plan', version: 1, createdAt: '2026-01-01', sources: [{ assessment, catalog, schema: wanted.schema, formats }], target: 'test', options, targetVersion, counted, uncounted }),
    async (keys) => new Map([...await countHere({ do: 'count', path, keys })].map(([id, count]) => [`${assessment.database}\0${id}`, count])),
  );
  return plan;
}

/** A key that the plan promises without a reason stands: rows that break it were counted beforehand. Rows that are rejected take theirs with them. */
function brokenPromises(plan: Plan, { result }: RunPlanOutput): string[] {
  if (result.rejects.rows > 0) return [];
  return plan.objects.flatMap(({ kind, name, outcome, reason, table }) => {
    if (!['primary key', 'unique', 'foreign key'].includes(kind) || outcome === 'listed') return [];
    const done = result.objects.find((each) => each.kind === kind && each.name === name);
    const promised = kind !== 'foreign key' || reason === undefined || reason.code === 'plan.object.orphans-found';
    const kept = done?.outcome !== 'listed' && (kind !== 'foreign key' || !/NOT VALID/.test(done?.reason ?? ''));
    return promised && !kept ? [`${kind} ${name} of ${table} was promised: ${JSON.stringify(done)}`] : [];
  });
}

/** Rows without a parent, counted by PostgreSQL, against what the plan said of them. */
async function miscounted(plan: Plan, { result }: RunPlanOutput, session: PgSession): Promise<string[]> {
  if (result.rejects.rows > 0 || !result.swapped) return [];
  const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
  const problems: string[] = [];
  for (const { source, target, foreignKeys } of plan.tables) {
    for (const { name, columns, references } of foreignKeys) {
      const object = plan.objects.find((each) => each.kind === 'foreign key' && each.name === name && each.table === source.table);
      const told = object?.reason?.code === 'plan.object.orphans-found' ? (object.reason.params?.['count'] ?? '0') : object?.reason?.code.startsWith('plan.object.orphans') === true ? object.reason.params?.['count'] : '0';
      const filled = columns.map((column) => `c.${quoted(column)} IS NOT NULL`).join(' AND ');
      const equal = columns.map((column, index) => `p.${quoted(references.columns[index] ?? '')} = c.${quoted(column)}`).join(' AND ');
      const [found] = await session.arrays(`SELECT count(*) FROM ${quoted(target.schema)}.${quoted(target.table)} c WHERE ${filled} AND NOT EXISTS (SELECT FROM ${quoted(references.schema)}.${quoted(references.table)} p WHERE ${equal})`);
      if (found?.[0] !== told) problems.push(`foreign key ${name} of ${source.table}: the plan says ${told} rows point at nothing (${object?.reason?.code}), PostgreSQL finds ${found?.[0]}`);
    }
  }
  return problems;
}

/** The product's own verification, in this thread. */
async function verified(plan: Plan, path: string, runId: string, database: TestDatabase): Promise<{ verification: Verification; differences: readonly Difference[] }> {
  using opened = openSqlite(path, { mode: 'read' });
  await using session = await database.connect({ readOnly: true });
  const place = stagingPlacement(plan, runId);
  const differences: Difference[] = [];
  const schemaOf = (table: Plan['tables'][number]) => ({ schema: place(table.target.schema), table: table.target.table });
  const tables = await session.transaction(async (inside) => {
    await inside.exec(transactionSettings);
    const results = [];
    for (const table of plan.tables) {
      results.push(await verifyTable({ table, target: schemaOf(table), db: opened.db, encoding: String(opened.db.pragma('encoding', { simple: true })), session: inside, runId, room: 100, onDifferences: (found) => differences.push(...found) }));
    }
    return results;
  }, { readOnly: true, isolation: 'repeatable read' });
  const objects = await verifyObjects({ plan, sources: [], session, schemaOf, signal, views: 'presence' });
  const counted = tables.reduce((sum, table) => sum + table.missing + table.extra + table.changed, 0);
  return { verification: { id: 'v', runId, createdAt: '2026-01-01T00:00:00.000Z', method: 'test', tables, objects, differences: counted, cut: false, equal: tables.every((table) => table.equal), seconds: 0 }, differences };
}

/** A random case through the engine. */
export function cross(wanted: Case, folder: string, database: TestDatabase, session: PgSession): Promise<Crossing> {
  return crossFile((path) => buildCase(path, wanted), wanted, folder, database, session);
}

/** What a test asks of the file and its target while both stand: the problems. */
export type Look = (crossed: { readonly path: string; readonly plan: Plan; readonly output: RunPlanOutput }) => Promise<readonly string[]>;

/** Builds a file, migrates it as the program does, compares, and leaves the target as it was. */
export async function crossFile(build: (path: string) => Built, wanted: Settings, folder: string, database: TestDatabase, session: PgSession, look?: Look): Promise<Crossing> {
  const runId = randomBytes(5).toString('hex');
  const path = join(folder, `${runId}.db`);
  const built = build(path);
  const plan = await planned(path, wanted, Math.trunc(session.server.versionNumber / 10_000));
  const differences: Difference[] = [];
  using views = createViewComparer(signal);
  try {
    const output = await runPlan({
      runId, plan, sources: [{ database: plan.sources[0]?.database ?? '', path, snapshotPath: path }], maxRejects: 'all', rehearsal: false, assessSeconds: 0, signal, now: () => 0,
      target: { reference: 'test', config: database.config, open: (how) => connectPostgres(database.config, how), release: async () => undefined },
      onState: () => undefined, onTables: () => undefined, log: () => undefined, onBegin: async () => undefined,
      compareView: async (view, target, own) => {
        const { equal, detail } = await views.compare({ snapshotPath: path, view: view.source.view, session: own, target });
        return equal ? null : detail;
      },
      verify: () => verified(plan, path, runId, database),
      ...(wanted.paged === true ? { pagesFrom: 1 } : {}),
      ...(wanted.parted === true ? { large: { minRows: 2, minBytes: 1 } } : {}),
      storeVerification: async (_, found) => void differences.push(...found),
      sourceMoved: async () => false,
    });
    const problems = differences.map((each) => `verification: ${JSON.stringify(each).slice(0, 500)}`);
    const rejects = output.result.rejects.rows > 0;
    if (output.result.status !== (rejects ? 'rejects' : 'verified') || !output.result.swapped) problems.push(`the run ended as ${output.result.status}, ${output.result.swapped ? '' : 'not '}swapped`);
    // What rows break in PostgreSQL's eyes only (another collation, a translated condition) stays unvalidated, and says why beside its outcome too.
    const explained = (kind: string | undefined, name: string | undefined): boolean => (kind === 'foreign key' || kind === 'check') && output.result.objects.some((object) => object.kind === kind && object.name === name && (object.reason ?? '').length > 10);
    for (const { code, params } of output.result.findings) {
      if (code === 'run.finding.object-differs' && !explained(params?.['kind'], params?.['name'])) problems.push(`object differs: ${JSON.stringify(params)}`);
    }
    problems.push(...brokenPromises(plan, output), ...await miscounted(plan, output, session));
    problems.push(...await compareAll(path, plan, wanted.schema, session, runId, output.result));
    problems.push(...await triggerProblems(path, plan, output.result, session), ...(await look?.({ path, plan, output }) ?? []));
    if (wanted.undo) problems.push(...await undone(session, runId, wanted.schema));
    return { built, plan, output, problems };
  } finally {
    rmSync(path, { force: true });
    const quoted = `"${wanted.schema.replaceAll('"', '""')}"`;
    await session.exec(`DROP SCHEMA IF EXISTS ${quoted} CASCADE; DROP SCHEMA IF EXISTS travessia_${runId}_1 CASCADE; DROP SCHEMA IF EXISTS travessia_${runId}_kept_1 CASCADE`);
    if ((await session.one("SELECT to_regclass('travessia.runs')::text AS name"))?.['name'] != null) await session.exec('TRUNCATE travessia.runs, travessia.chunks, travessia.ranges, travessia.rejects');
  }
}

/** Rolls the run back: nothing of it may be left. */
async function undone(session: PgSession, runId: string, schema: string): Promise<string[]> {
  const change = await planUndo(session, runId, 'rollback');
  await performUndo(session, runId, 'rollback', change.hash);
  const rows = await session.arrays(`SELECT n.nspname, c.relname FROM pg_namespace n LEFT JOIN pg_class c ON c.relnamespace = n.oid WHERE n.nspname = $1 OR n.nspname LIKE 'travessia\\_' || $2 || '%'`, [schema, runId]);
  return rows.map((row) => `left after the rollback: ${row.join('.')}`);
}
