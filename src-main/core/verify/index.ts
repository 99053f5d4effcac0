/**
 * Proves that every row and cell of a source snapshot stands in the target, by a path that shares nothing with the loader.
 *
 * canonical: one text per value and type on both sides (shared/pure/canonical). bucket: rows grouped by key, compared by count and sum.
 * narrowing: from an unequal bucket to its rows, from a row to its cells. book: the rejects of a table, looked up row by row.
 */
export { verifyPlan, verificationMethod } from './verify-plan.ts';
export type { VerifyPlanInput, VerifyPlanResult } from './verify-plan.ts';
export { hashesUtf8 } from './target-reader.ts';
export { readAhead } from './read-ahead.ts';
export type { ReadAhead } from './read-ahead.ts';
export { verifyTable } from './verify-table.ts';
export type { VerifyTableInput } from './verify-table.ts';
export { verifyObjects } from './objects.ts';
export { createViewComparer, filtersOf } from './compare-view.ts';
export type { CompareViewInput, ViewComparison } from './compare-view.ts';
