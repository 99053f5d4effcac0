import type { CoreDeps } from '../deps.ts';

const hour = 60 * 60 * 1000;
/** Another program may be between an assessment and what it is for. */
const graceOfLater = hour;
/** What nobody has come back to: whoever runs its plan later has a copy taken anew. */
const graceOfLatest = 7 * 24 * hour;
/** A folder of an assessment or of a run that did not come to anything is of one under way, or of a program that was killed in it. */
const graceOfUnknown = 24 * hour;
/** The console's store may have been lost, and the run be taken over from its target's journal: only its copy holds what it reads. */
const graceOfUnknownRun = 7 * 24 * hour;

/**
 * Removes the assessments' copies of sources that are not needed any more. Those of a project's sources stay with it; of the others the newest of
 * each source, for a week. A run has its own hold on its copy (folders.ts), so that none under way is touched; what is left of one that never began, or
 * has ended, goes too; at once where the program that was making it is gone.
 */
export async function sweepCopies(deps: Pick<CoreDeps, 'folders' | 'now'> & { readonly store: { readonly [Kind in 'assessments' | 'projects' | 'runs']: Pick<CoreDeps['store'][Kind], 'list'> } }): Promise<void> {
  const held = new Set((await deps.store.projects.list()).flatMap(({ assessmentIds }) => assessmentIds));
  const seen = new Set<string>();
  const known = new Map<string, number>();
  // Newest first.
  for (const { id, createdAt, source } of await deps.store.assessments.list()) {
    const grace = held.has(id) ? Number.POSITIVE_INFINITY : seen.has(source) ? graceOfLater : graceOfLatest;
    if (!held.has(id)) seen.add(source);
    known.set(id, Date.parse(createdAt) + grace);
  }
  await deps.folders.removeLeft();
  for (const { id, modified } of await deps.folders.snapshots()) {
    if ((known.get(id) ?? modified + graceOfUnknown) < deps.now()) await deps.folders.removeSnapshot(id);
  }
  const runs = new Map((await deps.store.runs.list()).map((run) => [run.id, run]));
  for (const { id, modified } of await deps.folders.runs()) {
    const run = runs.get(id);
    const isOpen = run !== undefined && !run.rehearsal && !['planned', 'failed', 'complete', 'rolled-back'].includes(run.state);
    // Of an unknown one the store may come back from a backup.
    if (run !== undefined && !isOpen) await deps.folders.removeLeftRun(id);
    const grace = run === undefined ? graceOfUnknownRun : graceOfUnknown;
    if (!isOpen && Math.max(modified, Date.parse(run?.updatedAt ?? '') || 0) + grace < deps.now()) await deps.folders.removeRun(id);
  }
}
