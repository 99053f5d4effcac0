/**
 * postgres: a library read directly from its server (or from PGlite), and the index that its search needs.
 *
 * source: the mapped tables, looked up. place: where a row stands in an order, for paging without counting. documents: the table beside the
 * messages that holds their words, kept in step by triggers and made by a reviewed plan.
 */
export { openPostgresReader } from './reader.ts';
export type { PostgresReaderOptions } from './reader.ts';
export { createQueryPort } from './query-port.ts';
export type { QueryPortOptions } from './query-port.ts';
export { planIndex } from './index-plan.ts';
export { planIndexDrop } from './index-drop.ts';
export type { IndexPlan, IndexPlanOptions, IndexStep } from './index-plan.ts';
export { carryOutIndex } from './index-job.ts';
export type { IndexWork } from './index-job.ts';
export { hasSearchIndex, readIndexable, searchTables } from './indexable.ts';
