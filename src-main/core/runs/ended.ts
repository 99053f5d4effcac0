/** A run's end in the console: what follows from a rollback or a completion that the target committed. */
import type { Run } from '../../../shared/model/run.ts';
import type { CoreDeps } from '../deps.ts';
import { moveProject } from '../projects/transitions.ts';
import { openTarget } from './open-target.ts';
import { askTarget } from './outcome.ts';
import { getRun, patchRun, refreshRun } from './service.ts';
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

/** What a run is by its end. */
function endedBy({ kind, setAside }: Ending, { result }: Pick<Run, 'result'>): Partial<Run> & { readonly state: 'rolled-back' | 'complete' } {
  const state = kind === 'rollback' ? 'rolled-back' : 'complete';
  return { state, next: nextSteps(state, false), error: null, result: result === null || kind === 'complete' ? result : { ...result, swapped: false }, ...(setAside === null ? {} : { setAside }) };
}

/**
 * Lets go of what was kept for a run that has ended, and writes that down: in this order, as the copies may hold the very room that the note needs.
 * Ended in between, it is done again when the run is looked at next.
 */
export async function recordEnd(deps: CoreDeps, run: Run, ending: Ending): Promise<void> {
  const { id } = run;
  const ended = endedBy(ending, run);
  await deps.folders.removeRun(id);
  // A project that was rolled back plans again on the copies it has.
  if (ending.kind === 'complete' || run.projectId === null) await removeCopies(deps, run);
  await patchRun(deps, id, ended);
  if (run.projectId !== null) await moveProject(deps, run.projectId, ended.state, {});
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
  else {
    // What the target says is told, whether or not it can be written down.
    await recordEnd(deps, run, run.ending).catch(() => undefined);
    return { ...(await getRun(deps, id)), ...endedBy(run.ending, run) };
  }
  return getRun(deps, id);
}

const underWay: ReadonlySet<Run['state']> = new Set(['loading', 'indexing', 'verifying', 'swapping']);

/** The run as it is now, also where the program that worked on it is gone, or could not write down how far it came: the target knows. */
export async function foundRun(deps: CoreDeps, id: string): Promise<Run> {
  const run = await currentRun(deps, id);
  const isTold = !underWay.has(run.state) && (run.state !== 'swapped' || run.result !== null);
  if (isTold || deps.jobs.active().some((job) => job.runId === id)) return run;
  const target = await openTarget(deps, run.target).catch(() => null);
  if (target === null) return run;
  try {
    const found = await refreshRun(deps, run, target).catch(() => run);
    // Its project is told by its run (projects/in-line.ts).
    if (found.state !== run.state && run.projectId !== null) deps.emit({ type: 'changed', noun: 'projects', id: run.projectId });
    return found;
  } finally {
    await target.release();
  }
}
