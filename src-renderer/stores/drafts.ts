import type { Override } from '../../shared/model/plan.ts';

/** Decisions on a plan that wait to be saved as its next version, one per place. */
export type Draft = readonly Override[];

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
