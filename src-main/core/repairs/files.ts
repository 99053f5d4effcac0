import type { Plan } from '../../../shared/model/plan.ts';
import { changesRows } from '../../../shared/model/repair.ts';

const ending = '.repaired';

/** Beside a run's copy of a source: the repaired one, which is loaded and compared. */
export function repairedPath(path: string): string {
  return `${path}${ending}`;
}

/** What belongs to a repaired copy: the copy as it was, and what left it or changed in it. */
export function repairFiles(repaired: string): { readonly original: string; readonly kept: string } {
  return { original: repaired.endsWith(ending) ? repaired.slice(0, -ending.length) : repaired, kept: `${repaired}.kept` };
}

/** True where the plan changes something in its copy of a source (of any source where none is named). */
export function isActive(plan: Plan, database?: string): boolean {
  return (plan.repairs ?? []).some((repair) => changesRows(repair.choice) && (database === undefined || repair.database === database));
}
