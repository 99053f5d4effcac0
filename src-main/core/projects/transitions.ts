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
