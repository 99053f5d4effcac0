import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Project, SourceTrouble } from '../../../shared/model/project.ts';
import type { Run } from '../../../shared/model/run.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { beforeRun, inLine } from './in-line.ts';

/** Where a project goes, and what changes with it; null leaves it as it is. */
type Move = (project: Project) => Promise<{ readonly to: Project['state']; readonly change: Partial<Project> } | null>;

/** Several jobs of one project end at the same time, each with something of its own to add: one after the other. */
function move(deps: CoreDeps, id: string, decide: Move): Promise<void> {
  return deps.inTurn(id, async () => {
    const stored = await deps.store.projects.get(id);
    const project = stored === null ? null : await inLine(deps, stored);
    const decided = project === null ? null : await decide(project);
    if (project === null || decided === null) return;
    const at = isoNow(deps);
    const { to, change } = decided;
    const history = project.state === to ? project.history : [...project.history, { at, from: project.state, to, by: 'console' }];
    await deps.store.projects.put({ ...project, ...change, state: to, updatedAt: at, history });
    deps.emit({ type: 'changed', noun: 'projects', id });
  });
}

/** Moves a project on, journaling the step; a project that was removed meanwhile is no error. */
export function moveProject(deps: CoreDeps, id: string, to: Project['state'], change: Partial<Project>): Promise<void> {
  return move(deps, id, () => Promise.resolve({ to, change }));
}

/**
 * Gives a project one source's assessment in place of an earlier one of that source. It counts as assessed once every source is;
 * one that is looked at again while a run stands in the target keeps that run's state.
 */
export function giveAssessment(deps: CoreDeps, projectId: string, assessment: Assessment): Promise<void> {
  return move(deps, projectId, async (project) => {
    const others = await Promise.all(project.assessmentIds.map(async (id) => ((await deps.store.assessments.get(id))?.source === assessment.source ? [] : [id])));
    const troubles = [...project.troubles.filter(({ source }) => source !== assessment.source), ...damageOf(assessment)];
    return onward(deps, project, { assessmentIds: [...others.flat(), assessment.id], troubles });
  });
}

/** A project counts as assessed once every source that crosses is. */
async function onward(deps: CoreDeps, project: Project, change: Partial<Project>): ReturnType<Move> {
  const { sources, assessmentIds, leftOut } = { ...project, ...change };
  const crossing = await Promise.all(assessmentIds.map(async (id) => !leftOut.includes((await deps.store.assessments.get(id))?.source ?? '')));
  const next = crossing.filter(Boolean).length < sources.length - leftOut.length ? 'draft' : 'assessed';
  return { to: beforeRun.has(project.state) ? next : project.state, change };
}

/** What an assessment found that cannot be read to the end; nothing of a sound source. */
function damageOf({ source, database, tables }: Assessment): SourceTrouble[] {
  const broken = tables.find(({ kind, error }) => kind === 'table' && error !== undefined);
  if (broken === undefined) return [];
  const readable = tables.filter(({ kind }) => kind === 'table').map(({ name, rows, error }) => ({ table: name, rows, whole: error === undefined }));
  return [{ source, code: 'DATABASE_CORRUPT', message: `${database} is damaged: table ${broken.name} cannot be read to the end.`, readable }];
}

/** A source that cannot be assessed at all: said with the project until it can be, or is left out. An earlier assessment of it counts no more. */
export function giveTrouble(deps: CoreDeps, projectId: string, trouble: SourceTrouble): Promise<void> {
  return move(deps, projectId, async (project) => {
    if (!project.sources.includes(trouble.source)) return null;
    const others = await Promise.all(project.assessmentIds.map(async (id) => ((await deps.store.assessments.get(id))?.source === trouble.source ? [] : [id])));
    return onward(deps, project, { assessmentIds: others.flat(), troubles: [...project.troubles.filter(({ source }) => source !== trouble.source), trouble] });
  });
}

/** Leaves a source out, or takes it in again; the plan is to be made anew. */
export function leaveOut(deps: CoreDeps, projectId: string, source: string, out: boolean): Promise<void> {
  return move(deps, projectId, async (project) => {
    if (!project.sources.includes(source)) throw new TravessiaError('NOT_FOUND', { message: `Project ${project.name} has no source ${source}.` });
    if (!beforeRun.has(project.state)) {
      throw new TravessiaError('WRONG_STATE', { message: `Project ${project.name} has a run in its target.`, hint: 'Roll the run back first; then sources can be left out or taken in, and the plan is made anew.' });
    }
    const leftOut = [...project.leftOut.filter((each) => each !== source), ...(out ? [source] : [])];
    if (leftOut.length >= project.sources.length) {
      throw new TravessiaError('WRONG_STATE', { message: `${source} is the last source of project ${project.name} that crosses.`, hint: 'Mend it and assess it again, or remove the project.' });
    }
    return onward(deps, project, { leftOut });
  });
}

/** Gives a source of a project another place; `assessed`: its assessment, and whether it counts there. */
export function giveSources(deps: CoreDeps, projectId: string, from: string, to: string, assessed: { readonly id: string; readonly counts: boolean } | null): Promise<void> {
  return move(deps, projectId, async (project) => {
    if (!project.sources.includes(from)) throw new TravessiaError('NOT_FOUND', { message: `Project ${project.name} has no source ${from}.` });
    if (project.sources.includes(to)) throw new TravessiaError('ALREADY_EXISTS', { message: `${to} is a source of project ${project.name} already.`, hint: 'Choose the place to which this source was moved.' });
    if (!beforeRun.has(project.state)) {
      throw new TravessiaError('WRONG_STATE', { message: `Project ${project.name} has a run in its target.`, hint: 'Roll the run back first; then sources can be left out or taken in, and the plan is made anew.' });
    }
    const others = project.assessmentIds.filter((id) => id !== assessed?.id);
    const change = {
      sources: project.sources.map((each) => (each === from ? to : each)), leftOut: project.leftOut.map((each) => (each === from ? to : each)),
      troubles: project.troubles.filter(({ source }) => source !== from), assessmentIds: [...others, ...(assessed?.counts === true ? [assessed.id] : [])],
    };
    const next = await onward(deps, project, change);
    // The plan, too, is the one that was made.
    const isPlanned = assessed?.counts === true && project.planId !== null && next?.to === 'assessed';
    return next === null || !isPlanned ? next : { ...next, to: project.state === 'draft' || project.state === 'assessed' ? 'planned' : project.state };
  });
}

/** Gives a project its plan. What was rehearsed or rolled back was an earlier one, so the project is planned again; a run in place stays in place. */
export function givePlan(deps: CoreDeps, projectId: string, planId: string): Promise<void> {
  return move(deps, projectId, (project) => Promise.resolve({ to: beforeRun.has(project.state) ? 'planned' : project.state, change: { planId } }));
}

/** States of a project that is rehearsed, or rehearsed again: in all others a rehearsal decides nothing. */
const rehearsable: ReadonlySet<Project['state']> = new Set(['planned', 'rehearsed', 'rolled-back']);

/**
 * Gives a project the rehearsal that ended. It moves on, or back, only where nothing of a run stands in the target, and on only where
 * the plan is still the one that was rehearsed.
 */
export function giveRehearsal(deps: CoreDeps, projectId: string, run: Pick<Run, 'id' | 'planId' | 'planVersion'>, passed: boolean): Promise<void> {
  return move(deps, projectId, async (project) => {
    const newest = await deps.store.plans.get(run.planId);
    const current = project.planId === run.planId && newest?.version === run.planVersion;
    return { to: rehearsable.has(project.state) ? (passed && current ? 'rehearsed' : 'planned') : project.state, change: { rehearsalRunId: run.id } };
  });
}

/** A new version of a plan: projects that rehearsed an earlier one have this one to rehearse. */
export async function planChanged(deps: CoreDeps, planId: string): Promise<void> {
  for (const project of await deps.store.projects.list()) {
    if (project.planId === planId && project.state === 'rehearsed') await moveProject(deps, project.id, 'planned', {});
  }
}
