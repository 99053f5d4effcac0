import type { Override } from '../../shared/model/plan.ts';

/** Decisions on a plan that wait to be saved as its next version, one per table and column. */
export type Draft = readonly Override[];

const sameTarget = (a: Override, b: Override): boolean => a.table === b.table && a.column === b.column;

/** Adds to what was decided for the same table or column; fields not named stay as they were. */
export function decide(draft: Draft, override: Override): Draft {
  const before = draft.find((each) => sameTarget(each, override));
  const merged = { ...before, ...override };
  return [...draft.filter((each) => !sameTarget(each, override)), merged];
}

export function draftFor(draft: Draft, table: string, column?: string): Override | undefined {
  return draft.find((each) => each.table === table && each.column === column);
}

/** Takes one decision back. */
export function withdraw(draft: Draft, table: string, column?: string): Draft {
  return draft.filter((each) => each.table !== table || each.column !== column);
}
