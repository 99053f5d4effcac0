import type { Job } from '../../../shared/model/job.ts';
import type { Project } from '../../../shared/model/project.ts';
import type { Run } from '../../../shared/model/run.ts';
import type { CoreDeps } from '../deps.ts';
import { settled } from '../runs/settled.ts';

/** States in which nothing of a run stands in the target: the way can be begun again. */
export const beforeRun: ReadonlySet<Project['state']> = new Set(['draft', 'assessed', 'planned', 'rehearsed', 'rolled-back']);

/** Kinds of work that decide what stands in a project's target, or that a run of it would disturb. */
const runWork: ReadonlySet<Job['kind']> = new Set(['rehearse', 'migrate', 'resume', 'rollback', 'complete']);

/** The job of this process that works on a run of a project now. */
export function workOn(deps: Pick<CoreDeps, 'jobs'>, projectId: string): Job | undefined {
  return deps.jobs.active().find((job) => job.projectId === projectId && runWork.has(job.kind));
}

/** Where a project is by its run, which is the truth: its program may have been ended before it could move the project on. */
function stateBy(run: Pick<Run, 'state'> | null, state: Project['state']): Project['state'] {
  switch (run?.state) {
    case 'swapped':
      return state === 'verified' ? state : 'soaking';
    case 'complete':
      return 'complete';
    case 'waiting':
    case 'stopped':
      return 'waiting';
    case 'rolled-back':
      return beforeRun.has(state) ? state : 'rolled-back';
    default:
      // No run, or one that never began and left nothing behind.
      return beforeRun.has(state) ? state : 'planned';
  }
}

/** Brings a project whose run nobody works on any more into line with that run, as runs are with their jobs (runs/settled.ts). */
export async function inLine(deps: Pick<CoreDeps, 'jobs' | 'store'>, project: Project): Promise<Project> {
  if (workOn(deps, project.id) !== undefined || (project.runId === null && beforeRun.has(project.state))) return project;
  const run = project.runId === null ? null : await deps.store.runs.get(project.runId);
  const to = stateBy(run === null ? null : settled(run, false), project.state);
  if (to === project.state) return project;
  return { ...project, state: to, history: [...project.history, { at: run?.updatedAt ?? project.updatedAt, from: project.state, to, by: 'console' }] };
}
