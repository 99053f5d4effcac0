/**
 * Loading into the tables that a program made itself: names, types and keys are the target's.
 *
 * partner: the table or column of the target that takes what one of the source holds. to adopt: to plan a table so that its rows go into
 * its partner. schema check: every difference that a partner makes, found before a row is loaded.
 */
export { adoptPlan, adopts } from './adopt-plan.ts';
export { assertAdoptable } from './assert-adoptable.ts';
export { planAgainstTarget } from './plan-against-target.ts';
export { mergeKey } from './schema-check.ts';
export { fires, pointsAt, readTargetTables, treeOf, type TargetTable } from './target-tables.ts';
