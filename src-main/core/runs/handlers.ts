import { existsSync } from 'node:fs';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { rejectSchema, standsInPlace, type Reject, type Run, type SetAside } from '../../../shared/model/run.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { sqliteEncoding } from '../../drivers/sqlite/index.ts';
import type { CoreDeps } from '../deps.ts';
import { archiveSources } from './archive-sources.ts';
import { currentRun, foundRun, recordEnd } from './ended.ts';
import { openTarget } from './open-target.ts';
import { askTarget, isLost, unknownOutcome } from './outcome.ts';
import { mendRejects } from './mend.ts';
import { planHeadroom } from './plan-headroom.ts';
import type { OpenSession } from './ports.ts';
import { assertIdle, getRun, patchRun, resumeRun, startRun } from './service.ts';
import { withMended } from './result.ts';
import { settled } from './settled.ts';
import { cancellable, scalar } from './sql.ts';
import { runsInTarget, takeOver } from './take-over.ts';
import { performUndo, planUndo, type ShownChange, type UndoKind } from './undo-run.ts';

/** Opens a session on the run's target for one piece of work, and gives everything back. */
export async function onTarget<T>(deps: CoreDeps, run: Run, readOnly: boolean, work: (session: OpenSession) => Promise<T>): Promise<T> {
  if (run.rehearsal) throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} was a rehearsal; its scratch server is gone.`, hint: 'Its report is kept: see the evidence.' });
  const target = await openTarget(deps, run.target);
  try {
    const session = await target.open({ applicationName: 'travessia', readOnly });
    try {
      return await work(session);
    } finally {
      await session.close();
    }
  } finally {
    await target.release();
  }
}

async function shownChange(deps: CoreDeps, id: string, kind: UndoKind): Promise<ShownChange> {
  const run = await currentRun(deps, id);
  return onTarget(deps, run, false, (session) => planUndo(session, id, kind));
}

/**
 * Carries out what was approved. The console notes beforehand what is about to be committed: a program that is ended in between finds out later.
 * @throws TravessiaError OUTCOME_UNKNOWN, besides what `performUndo` throws
 */
async function carryOut(deps: CoreDeps, run: Run, kind: UndoKind, hash: string, signal: AbortSignal): Promise<SetAside | null> {
  let committing: { readonly setAside: SetAside | null } | undefined;
  try {
    return await onTarget(deps, run, false, (session) => performUndo(cancellable(session, signal, `The ${kind} was cancelled.`), run.id, kind, hash, async (setAside) => {
      await patchRun(deps, run.id, { ending: { kind, setAside } });
      committing = { setAside };
    }));
  } catch (error) {
    if (committing === undefined || !isLost(error)) throw error;
    const journal = await askTarget(deps, run);
    if (journal === null) return committing.setAside;
    throw journal === undefined ? unknownOutcome(kind, run.id, error) : error;
  }
}

/** Of a run that was taken over there may be no copy of its sources. */
function encodingOf(deps: CoreDeps, { id }: Run, database: string): string {
  const path = deps.folders.runSnapshot(id, database);
  if (existsSync(path)) return sqliteEncoding(path);
  throw new TravessiaError('WRONG_STATE', { message: `The copy of ${database} that run ${id} reads is gone.`, hint: `Comparing the run takes it anew, while the source is as it was: travessia verify ${id}` });
}

async function undo(deps: CoreDeps, id: string, kind: UndoKind, hash: string): Promise<{ jobId: string }> {
  const run = await currentRun(deps, id);
  assertIdle(deps, id);
  const job = deps.jobs.start({
    kind, title: run.sources.join(', '), projectId: run.projectId, runId: id,
    work: async (context) => {
      context.update({ phase: kind });
      const setAside = await carryOut(deps, run, kind, hash, context.signal);
      // The target has committed it. What is not written down now is found out by whoever looks at the run next.
      await recordEnd(deps, run, { kind, setAside }).catch(() => context.log('log.end.unwritten', { run: id }, 'warning'));
      return id;
    },
  });
  return { jobId: job.id };
}

async function rejectsPage(session: OpenSession, input: HandlerInput<'runs/rejects'>): Promise<CallOutput<'runs/rejects'>> {
  const [from, more] = input.mended === true ? ['travessia.mended', `, "values"::text AS "values", to_char(mended_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS at`] : ['travessia.rejects', ''];
  if ((await scalar(session, 'SELECT to_regclass($1)::text', [from])) === null) return { rows: [], next: null, total: 0 };
  const filter = `run = $1 AND ($2::text IS NULL OR "table" = $2) AND ($3::text IS NULL OR source = $3)`;
  const values = [input.id, input.table ?? null, input.database ?? null];
  const total = Number(await scalar(session, `SELECT count(*)::text FROM ${from} WHERE ${filter}`, values));
  const { rows } = await session.query(
    `SELECT id::text AS id, run, source, "table", key, "column", code, reason, row::text AS row${more} FROM ${from} WHERE ${filter} AND id > $4::bigint ORDER BY id LIMIT $5::int`,
    [...values, input.after ?? '0', String(input.limit)],
  );
  const parsed: Reject[] = rows.map((row) => rejectSchema.parse({
    ...row, row: JSON.parse(row['row'] ?? '{}'), ...(input.mended === true ? { mended: { values: JSON.parse(row['values'] ?? '[]'), at: row['at'] } } : {}),
  }));
  const last = rows.at(-1)?.['id'] ?? null;
  return { rows: parsed, next: rows.length < input.limit ? null : last, total };
}

/** Cells are cut at 2 KB; the whole value is fetched on demand (design: experience.md, "Targets"). */
const cellBytes = 2048;

async function rowsPage(session: OpenSession, run: Run, input: HandlerInput<'browse/rows'>): Promise<CallOutput<'browse/rows'>> {
  const table = run.result?.tables.find((entry) => entry.source.table === input.table || `${entry.target.schema}.${entry.target.table}` === input.table);
  if (table === undefined) throw new TravessiaError('NOT_FOUND', { message: `Run ${run.id} has no table ${input.table}.` });
  const columns = table.columns.map((column) => column.target);
  const cells = columns.map((column, index) => `left(${quoteIdent(column)}::text, ${cellBytes}) AS c${index}, length(${quoteIdent(column)}::text)::text AS l${index}`);
  const after = /^\((\d+),(\d+)\)$/.exec(input.after ?? '') === null ? '(0,0)' : (input.after ?? '(0,0)');
  const { rows } = await session.query(
    `SELECT ctid::text AS position${cells.length === 0 ? '' : `, ${cells.join(', ')}`} FROM ${quoteQualified(table.target.schema, table.target.table)} WHERE ctid > $1::tid ORDER BY ctid LIMIT $2::int`,
    [after, String(input.limit)],
  );
  return {
    columns,
    rows: rows.map((row) => columns.map((_, index) => {
      const text = row[`c${index}`] ?? null;
      const length = Number(row[`l${index}`] ?? 0);
      return { class: text === null ? 'null' as const : 'text' as const, text, ...(length > cellBytes ? { cut: true, bytes: length } : {}) };
    })),
    next: rows.length < input.limit ? null : (rows.at(-1)?.['position'] ?? null),
  };
}

export function runHandlers(deps: CoreDeps) {
  return {
    async 'runs/rehearse'(input: HandlerInput<'runs/rehearse'>): Promise<CallOutput<'runs/rehearse'>> {
      const job = await startRun(deps, { planId: input.planId, projectId: input.projectId ?? null, maxRejects: 'all', rehearsal: true });
      return { jobId: job.id };
    },
    async 'runs/migrate'(input: HandlerInput<'runs/migrate'>): Promise<CallOutput<'runs/migrate'>> {
      const job = await startRun(deps, { planId: input.planId, projectId: input.projectId ?? null, maxRejects: input.maxRejects, rehearsal: false });
      return { jobId: job.id };
    },
    async 'runs/resume'(input: HandlerInput<'runs/resume'>): Promise<CallOutput<'runs/resume'>> {
      await currentRun(deps, input.id);
      return { jobId: (await resumeRun(deps, input.id, input.maxRejects, input.jobs)).id };
    },
    async 'runs/list'(): Promise<CallOutput<'runs/list'>> {
      const running = new Set(deps.jobs.active().map((job) => job.runId));
      return (await deps.store.runs.list()).map(({ result: _result, progress: _progress, ...run }) => settled(run, running.has(run.id)));
    },
    async 'runs/get'(input: HandlerInput<'runs/get'>): Promise<CallOutput<'runs/get'>> {
      const run = await foundRun(deps, input.id);
      return settled(run, deps.jobs.active().some((job) => job.runId === run.id));
    },
    'plans/headroom': (input: HandlerInput<'plans/headroom'>): Promise<CallOutput<'plans/headroom'>> => planHeadroom(deps, input.id),
    'runs/in-target': (input: HandlerInput<'runs/in-target'>): Promise<CallOutput<'runs/in-target'>> => runsInTarget(deps, input.target),
    'runs/take-over': async (input: HandlerInput<'runs/take-over'>): Promise<CallOutput<'runs/take-over'>> => settled(await takeOver(deps, input.id, input.target), false),
    'runs/rollback-plan': (input: HandlerInput<'runs/rollback-plan'>): Promise<CallOutput<'runs/rollback-plan'>> => shownChange(deps, input.id, 'rollback').then(plainChange),
    'runs/rollback': (input: HandlerInput<'runs/rollback'>): Promise<CallOutput<'runs/rollback'>> => undo(deps, input.id, 'rollback', input.hash),
    'runs/complete-plan': (input: HandlerInput<'runs/complete-plan'>): Promise<CallOutput<'runs/complete-plan'>> => shownChange(deps, input.id, 'complete').then(plainChange),
    'runs/complete': (input: HandlerInput<'runs/complete'>): Promise<CallOutput<'runs/complete'>> => undo(deps, input.id, 'complete', input.hash),
    async 'runs/archive'(input: HandlerInput<'runs/archive'>): Promise<CallOutput<'runs/archive'>> {
      return archiveSources(deps, await currentRun(deps, input.id), input.folder);
    },
    async 'runs/rejects'(input: HandlerInput<'runs/rejects'>): Promise<CallOutput<'runs/rejects'>> {
      return onTarget(deps, await getRun(deps, input.id), true, (session) => rejectsPage(session, input));
    },
    async 'runs/mend'(input: HandlerInput<'runs/mend'>): Promise<CallOutput<'runs/mend'>> {
      const run = await getRun(deps, input.id);
      assertIdle(deps, run.id);
      if (run.state !== 'waiting') {
        throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} is ${run.state}; rejected rows can be mended while it waits before the swap.`, hint: 'Mend the values in the source and migrate again, or change the rows in the target.' });
      }
      const done = await onTarget(deps, run, false, (session) => mendRejects(session, {
        runId: run.id, reject: input.reject, values: input.values, alike: input.alike === true, encodingOf: (database) => encodingOf(deps, run, database),
      }));
      if (run.result !== null) await patchRun(deps, run.id, { result: withMended(run.result, done) });
      return { mended: done.mended, left: done.left };
    },
    async 'browse/rows'(input: HandlerInput<'browse/rows'>): Promise<CallOutput<'browse/rows'>> {
      const run = await getRun(deps, input.runId);
      if (!run.rehearsal && !standsInPlace(run)) {
        throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} is ${run.state}; its tables do not stand in their final schema.`, hint: 'Rows can be read here while the tables of a run stand in their place.' });
      }
      return onTarget(deps, run, true, (session) => rowsPage(session, run, input));
    },
  };
}

function plainChange(change: ShownChange): CallOutput<'runs/rollback-plan'> {
  return { statements: [...change.statements], blockers: [...change.blockers], rowsChanged: change.rowsChanged, hash: change.hash };
}
