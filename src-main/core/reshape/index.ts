/**
 * Flat tables that become several, on the run's own copy, and by the same mapping become one again in the target.
 *
 * reshape: the declarative mapping of a template. mapping: it, put to one flat table. preparation: the SQL that makes the tables in a copy.
 * inverse: the SELECT in the target that gives the flat table back; compared with it cell by cell. folded: a table that does not cross
 * itself. carried: how JSON writes a column's values so that each is found back.
 */
export { foldReshaped } from './fold.ts';
export { foldMerges } from './fold-merges.ts';
export { assertNoMeeting, mergeSources, plainName } from './merge.ts';
export { createStep } from './forward.ts';
export { addTables, flatOverrides, prepareCopy, reshapeSource } from './prepare-sources.ts';
export type { MergedSources } from './merge.ts';
export type { PreparedSource, SourceWithCopy } from './prepare-sources.ts';
