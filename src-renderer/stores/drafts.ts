import type { Override, PlanOptions } from '../../shared/model/plan.ts';

/** Decisions on a plan that wait to be saved as its next version, one per place. */
export type Draft = readonly Override[];

/** Options of a plan as they are wanted; those that are not named stay. */
export type OptionsDraft = Partial<Omit<PlanOptions, 'overrides' | 'repairs'>>;

/** All that waits to become a plan's next version. */
export interface PlanDraft {
  readonly overrides: Draft;
  readonly options: OptionsDraft;
}

/** What an option that is not named means. */
const unnamed: OptionsDraft = { template: '', collisions: 'template', movedAgain: false };

/** Of the options wanted those that differ from the plan's. */
export function changedOptions(plan: PlanOptions, wanted: OptionsDraft): OptionsDraft {
  const meant = { ...unnamed, ...plan };
  return Object.fromEntries(Object.entries({ ...wanted }).filter(([name, value]) => !Object.entries(meant).some(([other, held]) => other === name && held === value)));
}

/** What a decision speaks of: a table or a column, of one source or (without `database`) of every source. */
export type Place = Pick<Override, 'database' | 'table' | 'column'>;

const samePlace = (a: Place, b: Place): boolean => a.database === b.database && a.table === b.table && a.column === b.column;

/** Adds to what was decided for the same place; fields not named stay as they were. */
export function decide(draft: Draft, override: Override): Draft {
  const before = draft.find((each) => samePlace(each, override));
  const merged = { ...before, ...override };
  return [...draft.filter((each) => !samePlace(each, override)), merged];
}

export function draftFor(draft: Draft, place: Place): Override | undefined {
  return draft.find((each) => samePlace(each, place));
}

/** Takes one decision back. */
export function withdraw(draft: Draft, place: Place): Draft {
  return draft.filter((each) => !samePlace(each, place));
}
