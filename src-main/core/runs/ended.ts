/** A run's end in the console: what follows from a rollback or a completion that the target committed. */
import type { Run } from '../../../shared/model/run.ts';
import type { CoreDeps } from '../deps.ts';
import { moveProject } from '../projects/transitions.ts';
import { askTarget } from './outcome.ts';
import { getRun, patchRun } from './service.ts';
import { nextSteps } from './settled.ts';

type Ending = NonNullable<Run['ending']>;

/** Removes the copies of a run's sources that its assessments took, but for those that a project still plans on. */
async function removeCopies(deps: CoreDeps, { planId, planVersion, projectId }: Run): Promise<void> {
  const plan = await deps.store.plans.get(planId, planVersion);
  const held = (await deps.store.projects.list()).flatMap(({ id, assessmentIds }) => (id === projectId ? [] : assessmentIds));
  for (const id of plan?.assessmentId.split(',') ?? []) {
    // A plan file may name anything: only what the console assessed itself has a folder.
    if (!held.includes(id) && (await deps.store.assessments.get(id)) !== null) await deps.folders.removeSnapshot(id);
  }
}

/** Writes down that a run has ended, and lets go of what was kept for it. */
export async function recordEnd(deps: CoreDeps, run: Run, { kind, setAside }: Ending): Promise<void> {
  const { id } = run;
  const state = kind === 'rollback' ? 'rolled-back' : 'complete';
  const result = run.result === null || kind === 'complete' ? run.result : { ...run.result, swapped: false };
  await patchRun(deps, id, { state, next: nextSteps(state, false), error: null, result, ...(setAside === null ? {} : { setAside }) });
  if (run.projectId !== null) await moveProject(deps, run.projectId, state, {});
  await deps.folders.removeRun(id);
  // A project that was rolled back plans again on the copies it has.
  if (kind === 'complete' || run.projectId === null) await removeCopies(deps, run);
  const others = (await deps.store.runs.list()).some((other) => other.id !== id && other.target === run.target && other.next.length > 0);
  // A project that was rolled back may migrate again.
  const wanted = (await deps.store.projects.list()).some((project) => project.target === run.target && project.state !== 'complete');
  if (!others && !wanted) await deps.targetSecrets.forget(run.target);
}

/** The run as it is now: where the program was ended between the target's commit of its end and the console's note of it, that note is made up for. */
export async function currentRun(deps: CoreDeps, id: string): Promise<Run> {
  const run = await getRun(deps, id);
  if (run.ending == null || run.state === 'rolled-back' || run.state === 'complete' || deps.jobs.active().some((job) => job.runId === id)) return run;
  const journal = await askTarget(deps, run, 1);
  if (journal === undefined) return run;
  // It did not come about: nobody needs to ask again.
  if (journal !== null) await patchRun(deps, id, { ending: null });
  else await recordEnd(deps, run, run.ending);
  return getRun(deps, id);
}
