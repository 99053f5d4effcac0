import type { Run, RunState } from '../../../shared/model/run.ts';

/** What can be done with a run in a state. */
export function nextSteps(state: RunState, rehearsal: boolean): Run['next'] {
  if (rehearsal) return ['evidence'];
  if (state === 'swapped') return ['verify', 'evidence', 'rollback', 'complete'];
  if (state === 'waiting') return ['resume', 'verify', 'evidence', 'rollback'];
  if (state === 'rolled-back' || state === 'complete') return ['evidence'];
  if (state === 'planned') return [];
  return ['resume', 'rollback'];
}

const working: ReadonlySet<RunState> = new Set(['planned', 'loading', 'indexing', 'verifying', 'swapping']);

/** Said of a run that was left in the middle: its program was ended from outside, so nobody could write down why. */
const leftAlone = { code: 'CANCELLED', message: 'The program that worked on this run ended before the run did.', hint: 'Resume it, or roll it back.' };

/** A run nobody works on any more is shown as stopped, with what can be done and why. */
export function settled<T extends Pick<Run, 'state' | 'next' | 'rehearsal' | 'error'>>(run: T, busy: boolean): T {
  if (busy) return { ...run, next: [] };
  if (!working.has(run.state)) return run;
  if (run.rehearsal || run.state === 'planned') return { ...run, state: 'failed', next: [], error: run.error ?? { code: leftAlone.code, message: leftAlone.message } };
  return { ...run, state: 'stopped', next: nextSteps('stopped', false), error: run.error ?? leftAlone };
}
