import { randomBytes } from 'node:crypto';
import { TravessiaError, toErrorReply } from '../../../shared/contract/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import type { PlanOptions } from '../../../shared/model/plan.ts';
import type { Run, RunResult, RunState } from '../../../shared/model/run.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { getPlan } from '../plan/handlers.ts';
import { schemasOf, stagingPlacement } from '../plan/plan-sql.ts';
import { beforeRun, inLine, workOn } from '../projects/in-line.ts';
import { giveRehearsal, moveProject } from '../projects/transitions.ts';
import { threadsOf } from '../threads.ts';
import { createViewComparer, filtersOf, readAhead, verifyPlan } from '../verify/index.ts';
import { journalDetailSchema, readJournal, resultOf } from './journal-record.ts';
import { assertHeadroom, headroomOf, sizeText } from './headroom.ts';
import { openScratchTarget, openTarget } from './open-target.ts';
import { askTarget, isLost, unknownOutcome } from './outcome.ts';
import type { RunTarget } from './ports.ts';
import { runPlan } from './run-plan.ts';
import { nextSteps } from './settled.ts';
import { hasMoved, takeSnapshots } from './source-snapshot.ts';

/** Ten hex digits: short enough to type and to fit into schema names, long enough never to meet twice. */
export function newRunId(): string {
  return randomBytes(5).toString('hex');
}

export async function getRun(deps: CoreDeps, id: string): Promise<Run> {
  const run = await deps.store.runs.get(id);
  if (run === null) throw new TravessiaError('NOT_FOUND', { message: `There is no run ${id}.`, hint: 'See “travessia runs”; for one that another console began, “travessia runs --target T”.' });
  return run;
}

export async function patchRun(deps: CoreDeps, id: string, change: Partial<Run>): Promise<void> {
  await deps.store.runs.patch(id, { ...change, updatedAt: isoNow(deps) });
  deps.emit({ type: 'changed', noun: 'runs', id });
}

export interface StartRun {
  readonly planId: string;
  readonly projectId: string | null;
  readonly maxRejects: number | 'all' | undefined;
  readonly rehearsal: boolean;
}

/**
 * Makes the run's record and starts its job. Of one project, one after the other: two windows may ask at the same moment.
 * @throws TravessiaError RUN_BUSY (a run of the project is being worked on), WRONG_STATE (one stands in its target)
 */
export function startRun(deps: CoreDeps, request: StartRun): Promise<Job> {
  const { projectId } = request;
  if (projectId === null) return beginRun(deps, request);
  return deps.inTurn(`runs of ${projectId}`, async () => {
    await assertFree(deps, projectId, request.rehearsal);
    return beginRun(deps, request);
  });
}

/** A second run would take the place of the first in the project, and leave what that wrote with nobody to answer for it. */
async function assertFree(deps: CoreDeps, projectId: string, rehearsal: boolean): Promise<void> {
  const stored = await deps.store.projects.get(projectId);
  const project = stored === null ? null : await inLine(deps, stored);
  const name = project?.name ?? '';
  const job = workOn(deps, projectId);
  if (job !== undefined) throw new TravessiaError('RUN_BUSY', { message: `Project ${name} is being worked on (${job.kind}).`, hint: 'Wait for that job to end, or cancel it.', retry: true });
  if (rehearsal || project === null || beforeRun.has(project.state)) return;
  if (project.state === 'complete') throw new TravessiaError('WRONG_STATE', { message: `Project ${name} is complete.`, hint: 'To migrate once more, make another project.' });
  throw new TravessiaError('WRONG_STATE', { message: `Project ${name} has run ${project.runId ?? ''} in its target.`, hint: 'Resume that run or complete it, or roll it back first; then migrate again.' });
}

async function beginRun(deps: CoreDeps, request: StartRun): Promise<Job> {
  const plan = await getPlan(deps, request.planId);
  const moved = plan.findings.find(({ code }) => code === 'plan.finding.moved-already');
  // The program itself stops here (seed offline-first: "Verificar se já foi migrado"); a rehearsal touches nothing.
  if (moved !== undefined && plan.options.movedAgain !== true && !request.rehearsal) {
    throw new TravessiaError('WRONG_STATE', {
      message: `${moved.params?.['source'] ?? ''} says under “${moved.params?.['key'] ?? ''}” that its data has moved already.`,
      hint: 'What was written since stands there: take that as the source (pglite:FOLDER). To move this one all the same, plan with --moved-again.',
    });
  }
  const id = newRunId();
  const run: Run = {
    id, projectId: request.projectId, planId: plan.id, planVersion: plan.version, state: 'planned', rehearsal: request.rehearsal,
    target: request.rehearsal ? 'rehearsal' : plan.target, sources: plan.sources.map((source) => source.source),
    stagingSchema: schemasOf(plan).map(stagingPlacement(plan, id)).join(','), keptSchema: null, createdAt: isoNow(deps), updatedAt: isoNow(deps), verifiedAt: null,
    jobId: null, maxRejects: request.maxRejects ?? plan.options.maxRejects, result: null, error: null, progress: [], next: [],
  };
  await deps.store.runs.put(run);
  return work(deps, run, request.rehearsal ? 'rehearse' : 'migrate');
}

/**
 * Two jobs of one process have the same fence: the second must not begin. Nothing may be waited for between this and the job's start.
 * @throws TravessiaError RUN_BUSY
 */
export function assertIdle(deps: CoreDeps, runId: string): void {
  const job = deps.jobs.active().find((each) => each.runId === runId);
  if (job === undefined) return;
  throw new TravessiaError('RUN_BUSY', { message: `Run ${runId} is being worked on (${job.kind}).`, hint: 'Wait for that job to end, or cancel it.', retry: true });
}

export async function resumeRun(deps: CoreDeps, id: string, maxRejects: number | 'all' | undefined, jobs: PlanOptions['jobs'] | undefined): Promise<Job> {
  const run = await getRun(deps, id);
  assertIdle(deps, id);
  if (!nextSteps(run.state, run.rehearsal).includes('resume')) {
    throw new TravessiaError('WRONG_STATE', { message: `Run ${id} is ${run.state}; there is nothing to resume.`, hint: `What can be done: ${nextSteps(run.state, run.rehearsal).join(', ') || 'nothing'}.` });
  }
  if (maxRejects !== undefined) await deps.store.runs.patch(id, { maxRejects });
  assertIdle(deps, id);
  return work(deps, { ...run, maxRejects: maxRejects ?? run.maxRejects }, 'resume', jobs);
}

function work(deps: CoreDeps, run: Run, kind: 'migrate' | 'rehearse' | 'resume', jobs?: PlanOptions['jobs']): Job {
  const job = deps.jobs.start({ kind, title: run.sources.join(', '), projectId: run.projectId, runId: run.id, work: (context) => execute(deps, run, context, jobs) });
  patchRun(deps, run.id, { jobId: job.id }).catch(() => undefined);
  return job;
}

async function execute(deps: CoreDeps, run: Run, context: JobContext, jobs: PlanOptions['jobs'] | undefined): Promise<string> {
  let target: RunTarget | undefined;
  let fingerprints: RunResult['fingerprints'];
  let last: RunState = run.state;
  /** It was about to be noted in the target. */
  let begins = false;
  const setState = (state: RunState, change: Partial<Run> = {}) => {
    last = state;
    return patchRun(deps, run.id, { state, next: nextSteps(state, run.rehearsal), ...change });
  };
  /** The target has committed the swap: that the console cannot write it down makes nothing of it undone, and whoever opens the run next finds it there. */
  const noteSwapped = async (result: RunResult): Promise<void> => {
    try {
      await setState('swapped', { result: { ...result, fingerprints }, verifiedAt: isoNow(deps), error: null });
      if (run.projectId !== null) await moveProject(deps, run.projectId, 'soaking', { runId: run.id });
    } catch {
      context.log('log.swap.unwritten', { run: run.id }, 'warning');
    }
  };
  try {
    const stored = await getPlan(deps, run.planId, run.planVersion);
    if (!run.rehearsal && run.projectId !== null) await moveProject(deps, run.projectId, 'loading', { runId: run.id });
    context.update({ phase: 'snapshot', runId: run.id });
    const taken = await takeSnapshots(deps, stored, { runId: run.id, begun: run.state !== 'planned' && run.state !== 'failed' }, context.signal, (done, total) => context.update({ progress: total === 0 ? null : done / total }));
    fingerprints = Object.fromEntries(taken.fingerprints);
    context.update({ phase: 'connect' });
    target = run.rehearsal ? await openScratchTarget() : await openTarget(deps, run.target);
    const opened = target;
    const plan = taken.plan;
    const place = stagingPlacement(plan, run.id);
    using views = createViewComparer(context.signal);
    const output = await runPlan({
      runId: run.id, plan, target, sources: taken.sources, maxRejects: run.rehearsal ? 'all' : run.maxRejects, rehearsal: run.rehearsal, jobs,
      assessSeconds: taken.assessments.reduce((sum, assessment) => sum + assessment.seconds, 0),
      signal: context.signal, now: deps.now, log: context.log,
      // Not `setState`: a run that fails before it left anything has failed, and is not one to resume.
      async onBegin() {
        if (run.rehearsal) return;
        await patchRun(deps, run.id, { state: 'loading', next: nextSteps('loading', false) });
        begins = true;
      },
      onState: (state) => {
        context.update({ phase: state });
        // That it is swapped is written down with the result, or found in the target.
        if (state === 'swapped') last = state;
        else setState(state).catch(() => undefined);
      },
      onTables: (tables) => context.tables(run.id, tables),
      holdsInfinity: ({ source }, column) => taken.assessments.find(({ database }) => database === source.database)?.tables.find(({ name }) => name === source.table)?.columns.some(({ name, infinities }) => name === column.source && infinities !== '0') ?? false,
      async checkSpace(session) {
        const space = await headroomOf({ plan, assessments: taken.assessments, session, config: opened.config, dataFolder: opened.dataFolder ?? null });
        assertHeadroom(space);
        const sizes = { need: sizeText(space.needBytes), target: sizeText(space.targetBytes), wal: sizeText(space.walKeptBytes), free: sizeText(space.freeBytes ?? 0) };
        context.log(space.freeBytes === null ? 'log.space.unknown' : 'log.space.enough', sizes, space.freeBytes === null ? 'warning' : 'info');
      },
      compareView: async (view, name, session) => {
        const compared = await views.compare({ snapshotPath: taken.sources.find((source) => source.database === view.source.database)?.snapshotPath ?? '', view: view.source.view, session, target: name, filters: filtersOf(plan, view.source.database) });
        return compared.equal ? null : compared.detail;
      },
      readAhead: (utf8) => readAhead({ plan, sources: taken.sources, utf8, idle: true, signal: context.signal }),
      verify: (onProgress, ahead) => verifyPlan({
        plan, ahead, sources: taken.sources, target: opened.config, runId: run.id, jobs: threadsOf(jobs ?? plan.options.jobs, plan.tables).jobs, signal: context.signal,
        schemaOf: (table) => ({ schema: place(table.target.schema), table: table.target.table }),
        // Their answers were compared when they were created, a moment ago.
        views: 'presence',
        onProgress,
      }),
      storeVerification: (verification, differences) => deps.store.saveVerification(verification, differences),
      sourceMoved: async () => (await Promise.all(taken.sources.map(async (source) => {
        const fingerprint = taken.fingerprints.get(source.database);
        return fingerprint !== undefined && (await hasMoved(deps, source.path, fingerprint));
      }))).some((moved) => moved),
    });
    if (output.state === 'swapped') {
      await noteSwapped(output.result);
      return run.id;
    }
    const verifiedAt = output.result.status === 'differences' ? null : isoNow(deps);
    const state: RunState = run.rehearsal ? 'complete' : output.state;
    await setState(state, { result: { ...output.result, fingerprints }, verifiedAt, error: output.error === null ? null : toErrorReplyOf(output.error) });
    if (run.projectId !== null && !run.rehearsal) await moveProject(deps, run.projectId, 'waiting', { runId: run.id });
    if (run.projectId !== null && run.rehearsal && output.error === null) await giveRehearsal(deps, run.projectId, run, true);
    if (output.error !== null) throw output.error;
    return run.id;
  } catch (error) {
    // Lost in the swap's commit: only the target knows whether it came about.
    const journal = last === 'swapping' && isLost(error) ? await askTarget(deps, run) : null;
    if (journal === undefined) {
      const unknown = unknownOutcome('swap', run.id, error);
      // It stays `swapping`: whoever looks at it next asks the target.
      const noted = patchRun(deps, run.id, { error: toErrorReplyOf(unknown) }).then(() => (run.projectId === null ? undefined : moveProject(deps, run.projectId, 'waiting', {})));
      await noted.catch(() => undefined);
      throw unknown;
    }
    if (journal?.state === 'swapped' && journal.detail.result !== undefined) {
      await noteSwapped(journal.detail.result);
      return run.id;
    }
    const reply = toErrorReply(error);
    // Where that cannot be written down either, the reason to stop is told all the same; the run is seen to be worked on by nobody.
    if (reply.code !== 'TOO_MANY_REJECTS') await settleFailure(deps, run, last !== 'planned' || (begins && (await askTarget(deps, run, 1)) !== null), error).catch(() => undefined);
    throw error;
  } finally {
    if (run.rehearsal) await deps.folders.removeRun(run.id).catch(() => undefined);
    await target?.release().catch(() => undefined);
  }
}

function toErrorReplyOf(error: unknown): NonNullable<Run['error']> {
  const { code, message, hint } = toErrorReply(error);
  return { code, message, ...(hint === undefined ? {} : { hint }) };
}

/**
 * After a stop: resumable where the target has a journal of the run, else the run never began and leaves nothing behind.
 * @param began - the target has one, or does not say
 */
async function settleFailure(deps: CoreDeps, run: Run, began: boolean, error: unknown): Promise<void> {
  const state: RunState = run.rehearsal || !began ? 'failed' : 'stopped';
  if (!began) await deps.folders.removeRun(run.id).catch(() => undefined);
  await patchRun(deps, run.id, { state, next: state === 'stopped' ? ['resume', 'rollback'] : [], error: toErrorReplyOf(error) });
  if (run.projectId === null) return;
  // A rehearsal that was called off decides nothing: what the project knew before stands.
  if (run.rehearsal) return toErrorReply(error).code === 'CANCELLED' ? undefined : giveRehearsal(deps, run.projectId, run, false);
  await moveProject(deps, run.projectId, began ? 'waiting' : 'planned', {});
}

/** Brings the console's index of a run into line with the target's journal, which is the truth: also where the index cannot be written. */
export async function refreshRun(deps: CoreDeps, run: Run, target: RunTarget): Promise<Run> {
  const session = await target.open({ applicationName: 'travessia', readOnly: true });
  try {
    const journal = await readJournal(session, run.id);
    if (journal === null || (journal.state === run.state && run.result !== null)) return run;
    if (journal.state === 'swapped') {
      const detail = journalDetailSchema.parse(journal.detail);
      const change = { state: 'swapped' as const, next: nextSteps('swapped', false), result: resultOf(detail) ?? run.result, verifiedAt: run.verifiedAt ?? isoNow(deps), error: null };
      await patchRun(deps, run.id, change).catch(() => undefined);
      return { ...run, ...change };
    }
    return run;
  } finally {
    await session.close();
  }
}
