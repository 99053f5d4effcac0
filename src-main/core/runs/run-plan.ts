import type { Plan, PlanOptions, PlanTable } from '../../../shared/model/plan.ts';
import type { Difference, RunResult, RunState, RunTableProgress, Verification } from '../../../shared/model/run.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { assertOwnJournal, checkFence, journalStatements, loadTables, type LoadPoolOptions, type LoadResult } from '../load/index.ts';
import { stagingPlacement, schemasOf } from '../plan/plan-sql.ts';
import { createTable } from '../plan/statements.ts';
import type { RepairedTable } from '../../../shared/model/repair.ts';
import { isActive, recordRepairs, type RepairSummary } from '../repairs/index.ts';
import type { Log } from '../jobs/jobs.ts';
import { viewsToBring } from './appended-views.ts';
import { buildForeignKeys, gatherStatistics, setSequences, type Outcomes } from './build-objects.ts';
import { buildTable, endHelps, type BuildStep } from './build-table.ts';
import { buildTriggers } from './build-triggers.ts';
import { buildViews, type CompareView } from './build-views.ts';
import { assertNotOwned, claim, disown, newFence, readJournal, setDetail, setState, type JournalRun } from './journal-record.ts';
import { mendedRows } from './mend.ts';
import { buildNativeKeys, createTypes } from './native-objects.ts';
import { assertCommits, preflight } from './preflight.ts';
import type { HoldsInfinity } from './preflight-types.ts';
import { buildResult, type TableCounts } from './result.ts';
import { cancellable, inTransaction, type SqlSession } from './sql.ts';
import { performSwap } from './perform-swap.ts';
import { assertStagedFit, standingTables } from './staged-fit.ts';
import { createBuildQueue, type Closable } from './build-queue.ts';
import { threadsOf } from '../threads.ts';
import { hashesUtf8, type ReadAhead } from '../verify/index.ts';
import type { AppendedTable } from './swap-types.ts';
import type { OpenSession, RunSource, RunTarget } from './ports.ts';

export interface RunPlanInput {
  readonly runId: string;
  readonly plan: Plan;
  readonly target: RunTarget;
  readonly sources: readonly RunSource[];
  readonly maxRejects: number | 'all';
  /** In place of what the plan says. */
  readonly jobs?: PlanOptions['jobs'] | undefined;
  /** What a table must have to be loaded by several threads, in place of what is usual. */
  readonly large?: LoadPoolOptions['large'];
  /** From how many rows a table's pages are read, in place of what is usual. */
  readonly pagesFrom?: number;
  /** A rehearsal stops before the swap. */
  readonly rehearsal: boolean;
  readonly assessSeconds: number;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly onState: (state: RunState) => void;
  readonly onTables: (tables: readonly RunTableProgress[]) => void;
  readonly log: Log;
  /** Awaited before the target is first written to: whoever is killed after it leaves a run that can be resumed. */
  readonly onBegin: () => Promise<void>;
  readonly compareView: CompareView;
  /** What the assessment found; absent: none do. */
  readonly holdsInfinity?: HoldsInfinity;
  /** Before anything is begun. @throws TravessiaError DISK_FULL */
  readonly checkSpace?: (session: OpenSession) => Promise<void>;
  /** Begins the second reading of the source, beside the first; absent: it begins with the comparison. */
  readonly readAhead?: (utf8: boolean) => ReadAhead | null;
  readonly verify: (onProgress: (database: string, table: string, rows: number, rowsTotal: number) => void, ahead: ReadAhead | null) => Promise<{ verification: Verification; differences: readonly Difference[] }>;
  readonly storeVerification: (verification: Verification, differences: readonly Difference[]) => Promise<void>;
  readonly sourceMoved: () => Promise<boolean>;
}

export interface RunPlanOutput {
  readonly result: RunResult;
  readonly state: RunState;
  readonly error: TravessiaError | null;
}

const tableKey = (database: string, table: string) => `${database}\0${table}`;

/** Creates staging and the journal row in one transaction: after a crash there is either all of it or nothing. */
async function prepare(session: SqlSession, input: RunPlanInput, fence: string): Promise<void> {
  const { plan, runId } = input;
  const place = stagingPlacement(plan, runId);
  await inTransaction(session, async () => {
    for (const statement of await journalStatements(session)) await session.query(statement);
    await session.query(
      `INSERT INTO travessia.runs (run, state, staging, kept, fence, plan, detail, created_at, updated_at) VALUES ($1, 'loading', $2, NULL, $3, $4::json, $5::json, now(), now())`,
      [runId, schemasOf(plan).map(place).join(','), fence, JSON.stringify(plan), JSON.stringify({ sources: input.sources.map(({ database, path, fingerprint }) => ({ database, path, fingerprint })) })],
    );
    for (const schema of schemasOf(plan)) await session.query(`CREATE SCHEMA ${quoteIdent(place(schema))}`);
    await createTypes(session, plan, place);
    for (const table of plan.tables.filter((candidate) => candidate.include)) await session.query(createTable(table, place).sql);
  });
}

/** What a swap that was committed came to; null where there is none. */
function swappedResult(journal: JournalRun | null): RunResult | null {
  return journal?.state === 'swapped' ? (journal.detail.result ?? null) : null;
}

const buildingCancelled = 'Building keys and indexes was cancelled.';

const noRows: TableCounts = { source: 0, loaded: 0, rejected: 0, mended: 0, repaired: 0, added: 0, seconds: 0, lanes: 0 };

/** Rows that join others by their order alone: no number of theirs crosses, and the standing table may give them its own as they come. */
function isNumberedInTarget({ options }: Plan, { columns, reading }: PlanTable): boolean {
  const joins = options.adopt || options.ifExists === 'append' || options.ifExists === 'upsert';
  return joins && !columns.some((column) => column.include && column.source === reading.columns[0]);
}

/** Keeps what the repairs changed in the copy, once: its records and the note that they are complete are one transaction. */
async function keepRepairs(session: SqlSession, input: RunPlanInput, fence: string): Promise<RepairSummary> {
  const { plan, runId, sources } = input;
  if (!isActive(plan)) return { done: [], tables: [] };
  return inTransaction(session, async () => {
    await checkFence(session, runId, fence);
    const known = (await readJournal(session, runId))?.detail.repairs;
    if (known !== undefined) return known;
    const repairs = await recordRepairs(session, runId, plan, sources);
    await setDetail(session, runId, { repairs });
    for (const { table, object, choice, quarantined, nulled, created } of repairs.done) {
      input.log('log.repair', { table, object, choice, quarantined: String(quarantined), nulled: String(nulled), created: String(created) }, 'warning');
    }
    return repairs;
  });
}

/**
 * Runs or resumes one plan: stage, load, build, verify, swap. Every step leaves the target either as it was or resumable
 * (design: what must always hold, 3 and 5). Throws only what stops it before a result exists.
 */
export async function runPlan(input: RunPlanInput): Promise<RunPlanOutput> {
  const { plan, runId, target, signal } = input;
  const place = stagingPlacement(plan, runId);
  const tables = plan.tables.filter((table) => table.include);
  const fence = newFence();
  const outcomes: Outcomes = new Map();
  const counts = new Map<string, TableCounts>();
  const progress = new Map<string, RunTableProgress>(
    tables.map((table) => [tableKey(table.source.database, table.source.table), { table: table.source.table, database: table.source.database, phase: 'waiting', rows: 0, rowsTotal: Number(table.rows), bytes: 0, rejected: 0 }]),
  );
  const note = (table: PlanTable, change: Partial<RunTableProgress>): void => {
    const key = tableKey(table.source.database, table.source.table);
    const entry = progress.get(key);
    if (entry !== undefined) progress.set(key, { ...entry, ...change });
  };
  const show = (table: PlanTable, change: Partial<RunTableProgress>): void => {
    note(table, change);
    input.onTables([...progress.values()]);
  };
  const began = input.now();
  const seconds = { assess: input.assessSeconds, load: 0, index: 0, verify: 0, total: 0 };
  const since = (start: number) => (input.now() - start) / 1000;
  const session = await target.open({ applicationName: 'travessia run', signal });
  const begins = cancellable(session, signal, 'Loading was cancelled.');
  let claimed = false;
  let ahead: ReadAhead | null = null;
  try {
    await assertOwnJournal(session);
    await assertCommits(session);
    const journal = await readJournal(session, runId);
    if (journal === null) {
      await preflight(session, plan, input.rehearsal, input.holdsInfinity ?? (() => false));
      await input.checkSpace?.(session);
      await input.onBegin();
      // Another console may create the journal in the same moment: the loser of that race looks again.
      await prepare(begins, input, fence).catch(() => prepare(begins, input, fence));
    } else {
      await assertNotOwned(session, journal);
      const result = swappedResult(journal);
      if (result !== null) return { result, state: 'swapped', error: null };
    }
    if (!(await claim(begins, runId, fence, 'loading'))) {
      const result = swappedResult(await readJournal(session, runId));
      if (result !== null) return { result, state: 'swapped', error: null };
      throw new TravessiaError('RUN_BUSY', { message: `Run ${runId} has been taken over by another program, or is gone.`, hint: 'See "runs" for who works on it.' });
    }
    claimed = true;
    input.onState('loading');
    const repaired = await keepRepairs(begins, input, fence);
    const changesOf = ({ source }: PlanTable): RepairedTable | undefined => repaired.tables.find((each) => each.database === source.database && each.table === source.table);

    const loadStart = input.now();
    const threads = target.config.single === true ? { jobs: 1, lanes: 1 } : threadsOf(input.jobs ?? plan.options.jobs, tables);
    // The run's own session has nothing to do while others load: few rows are indexed before a second one is there.
    let lent = false;
    const builder = async (): Promise<SqlSession & Closable> => {
      const own = lent ? await target.open({ applicationName: 'travessia index', signal }) : null;
      lent = true;
      return { ...cancellable(own ?? session, signal, buildingCancelled), close: async () => own?.close() };
    };
    const queue = createBuildQueue<SqlSession & Closable, BuildStep>(Math.min(2, threads.jobs), builder, (free, step) => step(free));
    let loadedTables = 0;
    const standing = input.rehearsal ? [] : await standingTables(session, plan);
    const build = (table: PlanTable): BuildStep => async (free) => {
      show(table, { phase: 'indexing' });
      await assertStagedFit(free, table, standing, place, runId);
      await buildTable(free, table, place, outcomes, { jobs: threads.jobs, last: loadedTables === tables.length }, queue.add, () => {
        input.log('log.index.table', { table: table.source.table });
        show(table, { phase: 'done' });
      });
    };
    let loaded: readonly LoadResult[];
    let loadSeconds = 0;
    // Behind the loader, in the same order: what it has just read is still in memory.
    ahead = input.readAhead?.(hashesUtf8(session)) ?? null;
    try {
      loaded = await loadTables(
        tables.map((table) => ({
          runId, fence, database: table.source.database, snapshotPath: input.sources.find((source) => source.database === table.source.database)?.snapshotPath ?? '',
          target: target.config, stagingSchema: place(table.target.schema), table, inOrder: isNumberedInTarget(plan, table),
          ...(input.pagesFrom === undefined ? {} : { pagesFrom: input.pagesFrom }),
        })),
        {
          ...threads,
          ...(input.large === undefined ? {} : { large: input.large }),
          signal,
          // Told before any row of this session: what was loaded earlier is no speed.
          onBegin: (before) => {
            for (const [{ table }, { rows, bytes, rejected }] of before) note(table, { rows, bytes, rejected });
            input.onTables([...progress.values()]);
          },
          onProgress: ({ table }, state) => show(table, { phase: 'loading', rows: state.rows, bytes: state.bytes, rejected: state.rejected }),
          onTableDone: ({ table }, outcome) => {
            show(table, { phase: 'indexing', rows: outcome.rows, bytes: outcome.bytes, rejected: outcome.rejected, rowsTotal: outcome.rows });
            const numbers = { table: table.source.table, loaded: String(outcome.loaded), rejected: String(outcome.rejected), seconds: outcome.seconds.toFixed(1) };
            input.log(outcome.rejected > 0 ? 'log.load.rejects' : 'log.load.table', numbers, outcome.rejected > 0 ? 'warning' : 'info');
            if (outcome.lanes > 1) input.log('log.load.lanes', { table: table.source.table, lanes: String(outcome.lanes) });
            if (outcome.read === 'pages' || outcome.read === 'both') input.log(`log.load.${outcome.read}`, { table: table.source.table });
            loadedTables += 1;
            queue.add(build(table));
          },
        },
      );
      loadSeconds = since(loadStart);
      // The last tables' indexes are waited for: whoever looks on is to see that, and not rows that are all there. The journal says so below.
      input.onState('indexing');
    } finally {
      await queue.finish();
    }
    await endHelps(session, schemasOf(plan).map(place));
    seconds.load = loadSeconds;
    const mendedOf = await mendedRows(session, runId);
    for (const [index, table] of tables.entries()) {
      const outcome = loaded[index];
      if (outcome === undefined) continue;
      // Counted against the source as it was, before any repair.
      const repair = changesOf(table);
      const mended = mendedOf(table.source.database, table.source.table);
      const count = { source: repair?.before ?? outcome.rows, loaded: outcome.loaded + mended, rejected: outcome.rejected - mended + (repair?.quarantined ?? 0), mended, repaired: repair?.changed ?? 0, added: repair?.created ?? 0, seconds: outcome.seconds, lanes: outcome.lanes, read: outcome.read };
      counts.set(tableKey(table.source.database, table.source.table), count);
      if (count.source + count.added !== count.loaded + count.rejected) {
        throw new TravessiaError('INTERNAL', { message: `Table ${table.source.table}: ${count.source} source rows${count.added === 0 ? '' : ` and ${count.added} added by repairs`} are not ${count.loaded} loaded plus ${count.rejected} rejected.`, hint: 'Nothing was swapped. Roll the run back and report this.' });
      }
    }
    // Rows that a repair took out were chosen by a person: they are rejects, and do not count against the limit.
    const mended = [...counts.values()].reduce((sum, count) => sum + count.mended, 0);
    const rejected = loaded.reduce((sum, outcome) => sum + outcome.rejected, 0) - mended;
    const steps = cancellable(session, signal, buildingCancelled);
    await setState(steps, runId, fence, 'indexing');
    input.onState('indexing');
    const indexStart = input.now();
    await buildForeignKeys(steps, tables, place, outcomes);
    await buildNativeKeys(steps, tables, place, outcomes);
    await setSequences(steps, tables, place);
    const createdViews = await viewsToBring(steps, plan, await buildViews(steps, plan, place, input.compareView, outcomes), place, outcomes);
    const createdTriggers = await buildTriggers(steps, plan, place, outcomes);
    for (const [key, { outcome, reason }] of outcomes) {
      const [kind = '', , name = ''] = key.split('\0');
      if (outcome === 'listed') input.log('log.objects.listed', { kind, name, reason }, 'warning');
    }
    seconds.index = since(indexStart) + queue.seconds();

    await setState(steps, runId, fence, 'verifying');
    input.onState('verifying');
    const verifyStart = input.now();
    const byKey = new Map(tables.map((table) => [tableKey(table.source.database, table.source.table), table]));
    // Beside the comparison, which only reads, and by sessions of its own.
    const statistics = gatherStatistics(steps, tables, place);
    statistics.catch(() => undefined);
    const { verification, differences } = await input.verify((database, table, rows, rowsTotal) => {
      const planned = byKey.get(tableKey(database, table));
      if (planned !== undefined) show(planned, { phase: 'verifying', rows, rowsTotal });
    }, ahead);
    await statistics;
    seconds.verify = since(verifyStart);
    await input.storeVerification(verification, differences);
    for (const table of tables) show(table, { phase: 'done', rows: counts.get(tableKey(table.source.database, table.source.table))?.source ?? 0 });

    const sourceMoved = await input.sourceMoved();
    seconds.total = since(began) + input.assessSeconds;
    const make = (status: RunResult['status'], swapped: boolean, lost: readonly string[] = [], merged: readonly AppendedTable[] = []) =>
      buildResult({
        runId, status, plan, outcomes, verification, seconds, sourceMoved, swapped, merged, repairs: repaired.done,
        counts: (table) => counts.get(tableKey(table.source.database, table.source.table)) ?? noRows,
        findings: [
          ...(mended > 0 ? [{ code: 'run.finding.mended', severity: 'warning' as const, count: String(mended) }] : []),
          ...(sourceMoved ? [{ code: 'run.finding.source-moved', severity: 'warning' as const }] : []),
          ...verification.objects
            .filter((object) => !object.ok && ![...outcomes].some(([key, outcome]) => outcome.outcome === 'listed' && key.startsWith(`${object.kind}\0`) && key.endsWith(`\0${object.name}`)))
            .map((object) => ({ code: 'run.finding.object-differs', severity: 'warning' as const, object: object.name, params: { kind: object.kind, name: object.name, detail: object.detail ?? '' }, ...(object.table === undefined ? {} : { table: object.table }) })),
          ...lost.map((detail) => ({ code: 'run.finding.grant-lost', severity: 'warning' as const, params: { detail } })),
        ],
        place: swapped ? (schema) => schema : place,
      });
    const finish = async (status: RunResult['status'], state: RunState, error: TravessiaError | null): Promise<RunPlanOutput> => {
      const result = make(status, false);
      await setState(session, runId, fence, state);
      await setDetail(session, runId, { result });
      input.onState(state);
      return { result, state, error };
    };
    if (!verification.equal) {
      input.log('log.verify.differs', { differences: String(verification.differences) }, 'error');
      return await finish('differences', 'waiting', null);
    }
    const sum = (pick: (table: (typeof verification.tables)[number]) => number) => String(verification.tables.reduce((all, table) => all + pick(table), 0));
    input.log('log.verify.equal', { cells: sum((table) => table.cells), rows: sum((table) => table.rowsSource) });
    if (input.maxRejects !== 'all' && rejected > input.maxRejects) {
      return await finish('stopped', 'waiting', new TravessiaError('TOO_MANY_REJECTS', {
        message: `Rows rejected: ${rejected}; allowed: ${input.maxRejects}. Everything else waits, verified, in staging.`,
        hint: `Look at them (travessia rejects ${runId}), then: travessia resume ${runId} --max-rejects ${rejected}    or mend them (travessia mend ${runId})    or    travessia rollback ${runId}`,
      }));
    }
    const status = [...counts.values()].some((count) => count.rejected > 0) ? 'rejects' : 'verified';
    if (input.rehearsal) {
      input.log('log.rehearsal.done');
      return await finish(status, 'stopped', null);
    }

    signal.throwIfAborted();
    const swapping = cancellable(session, signal, 'The swap was cancelled; nothing of it stays.');
    await setState(swapping, runId, fence, 'swapping');
    input.onState('swapping');
    const result = await performSwap(swapping, {
      plan, runId, fence, createdViews, createdTriggers, log: input.log,
      rowsOf: (table) => String(counts.get(tableKey(table.source.database, table.source.table))?.loaded ?? 0),
      resultOf: (lost, merged) => make(status, true, lost, merged),
    });
    input.onState('swapped');
    input.log('log.swap.done');
    return { result, state: 'swapped', error: null };
  } finally {
    ahead?.close();
    if (claimed) await disown(session, runId, fence).catch(() => undefined);
    await session.close().catch(() => undefined);
  }
}
