import type { Project } from '../../../shared/model/project.ts';
import { isoNow, type CoreDeps } from '../deps.ts';

/** Moves a project on, journaling the step; a project that was removed meanwhile is no error. */
export async function moveProject(deps: CoreDeps, id: string, to: Project['state'], change: Partial<Project>): Promise<void> {
  const project = await deps.store.projects.get(id);
  if (project === null) return;
  const at = isoNow(deps);
  const history = project.state === to ? project.history : [...project.history, { at, from: project.state, to, by: 'console' }];
  await deps.store.projects.put({ ...project, ...change, state: to, updatedAt: at, history });
  deps.emit({ type: 'changed', noun: 'projects', id });
}

/** States in which nothing of a run stands in the target: the way can be begun again. */
const beforeRun: ReadonlySet<Project['state']> = new Set(['draft', 'assessed', 'planned', 'rehearsed', 'rolled-back']);

/** Gives a project its assessments; one that is looked at again while a run stands in the target keeps that run's state. */
export async function giveAssessments(deps: CoreDeps, projectId: string, assessmentIds: string[]): Promise<void> {
  const project = await deps.store.projects.get(projectId);
  if (project !== null) await moveProject(deps, projectId, beforeRun.has(project.state) ? 'assessed' : project.state, { assessmentIds });
}

/** Gives a project its plan. What was rehearsed or rolled back was an earlier one, so the project is planned again; a run in place stays in place. */
export async function givePlan(deps: CoreDeps, projectId: string, planId: string): Promise<void> {
  const project = await deps.store.projects.get(projectId);
  if (project !== null) await moveProject(deps, projectId, beforeRun.has(project.state) ? 'planned' : project.state, { planId });
}

/** A new version of a plan: projects that rehearsed an earlier one have this one to rehearse. */
export async function planChanged(deps: CoreDeps, planId: string): Promise<void> {
  for (const project of await deps.store.projects.list()) {
    if (project.planId === planId && project.state === 'rehearsed') await moveProject(deps, project.id, 'planned', {});
  }
}
