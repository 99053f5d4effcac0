import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Project } from '../../../shared/model/project.ts';
import { isoNow, type CoreDeps } from '../deps.ts';

/** Where a project goes, and what changes with it; null leaves it as it is. */
type Move = (project: Project) => Promise<{ readonly to: Project['state']; readonly change: Partial<Project> } | null>;

/** Several jobs of one project end at the same time, each with something of its own to add: one after the other. */
function move(deps: CoreDeps, id: string, decide: Move): Promise<void> {
  return deps.inTurn(id, async () => {
    const project = await deps.store.projects.get(id);
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

/** States in which nothing of a run stands in the target: the way can be begun again. */
const beforeRun: ReadonlySet<Project['state']> = new Set(['draft', 'assessed', 'planned', 'rehearsed', 'rolled-back']);

/**
 * Gives a project one source's assessment in place of an earlier one of that source. It counts as assessed once every source is;
 * one that is looked at again while a run stands in the target keeps that run's state.
 */
export function giveAssessment(deps: CoreDeps, projectId: string, assessment: Assessment): Promise<void> {
  return move(deps, projectId, async (project) => {
    const others = await Promise.all(project.assessmentIds.map(async (id) => ((await deps.store.assessments.get(id))?.source === assessment.source ? [] : [id])));
    const assessmentIds = [...others.flat(), assessment.id];
    const next = assessmentIds.length < project.sources.length ? 'draft' : 'assessed';
    return { to: beforeRun.has(project.state) ? next : project.state, change: { assessmentIds } };
  });
}

/** Gives a project its plan. What was rehearsed or rolled back was an earlier one, so the project is planned again; a run in place stays in place. */
export function givePlan(deps: CoreDeps, projectId: string, planId: string): Promise<void> {
  return move(deps, projectId, (project) => Promise.resolve({ to: beforeRun.has(project.state) ? 'planned' : project.state, change: { planId } }));
}

/** A new version of a plan: projects that rehearsed an earlier one have this one to rehearse. */
export async function planChanged(deps: CoreDeps, planId: string): Promise<void> {
  for (const project of await deps.store.projects.list()) {
    if (project.planId === planId && project.state === 'rehearsed') await moveProject(deps, project.id, 'planned', {});
  }
}
