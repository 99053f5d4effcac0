import type { Project } from '../../shared/model/project.ts';

export const stepNames = ['assess', 'plan', 'rehearse', 'migrate', 'verify', 'end'] as const;
export type StepName = (typeof stepNames)[number];

/** done: behind; next: what to do now; open: possible, not demanded; running; trouble: needs a decision; closed: not yet possible. */
export type StepStatus = 'done' | 'next' | 'open' | 'running' | 'trouble' | 'closed';

export type Steps = Readonly<Record<StepName, StepStatus>>;

/**
 * The guided way of a project (sync-and-cutover.md, "The durable state machine"): one step per state, what is done, what is next.
 * `passed`: the project's rehearsal came to its end. `complete` and `rolled-back` end it; a rolled-back project may be planned and migrated again.
 */
export function stepsOf(project: Pick<Project, 'state' | 'rehearsalRunId' | 'troubles' | 'leftOut'>, passed: boolean): Steps {
  const rehearse = project.rehearsalRunId !== null && passed ? 'done' : 'open';
  switch (project.state) {
    case 'draft':
      return { assess: project.troubles.some(({ source }) => !project.leftOut.includes(source)) ? 'trouble' : 'next', plan: 'closed', rehearse: 'closed', migrate: 'closed', verify: 'closed', end: 'closed' };
    case 'assessed':
      return { assess: 'done', plan: 'next', rehearse: 'closed', migrate: 'closed', verify: 'closed', end: 'closed' };
    case 'planned':
      return { assess: 'done', plan: 'done', rehearse: 'next', migrate: 'open', verify: 'closed', end: 'closed' };
    case 'rehearsed':
      return { assess: 'done', plan: 'done', rehearse: 'done', migrate: 'next', verify: 'closed', end: 'closed' };
    case 'loading':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'running', verify: 'closed', end: 'closed' };
    case 'switching':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'running', verify: 'done', end: 'closed' };
    case 'waiting':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'trouble', verify: 'open', end: 'open' };
    case 'verified':
    case 'soaking':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'done', verify: 'done', end: 'next' };
    case 'rolling-back':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'done', verify: 'done', end: 'running' };
    case 'rolled-back':
      return { assess: 'done', plan: 'done', rehearse: 'open', migrate: 'next', verify: 'closed', end: 'closed' };
    case 'complete':
      return { assess: 'done', plan: 'done', rehearse, migrate: 'done', verify: 'done', end: 'done' };
  }
}
