/**
 * Rows that break a key, and what the plan does about them before the load.
 *
 * problem: orphan (a foreign key points nowhere), null-key, duplicate-key, unique-violation. choice: keep (the constraint does without),
 * quarantine (the rows leave for the rejects), null-out, create-parent. offer: a choice that is possible, with its SQL. kept: the SQLite
 * file beside the run's copy in which the repairs write what they took out, emptied or added.
 *
 * draft: problems and offers of a plan. statements: the SQL of an offer. carry-out: the choices on the run's own copy, or on one that is
 * thrown away, to see what comes of them. record: what was done, into the target. records: the proof that all of it is there.
 */
export { countKeys, drawnWithCounts, measureRepairs, repairsOf, repairSource } from './carry-out.ts';
export type { Measured, UncountedKey } from './draft.ts';
export { isActive } from './files.ts';
export { recordRepairs } from './record.ts';
export type { RepairSummary } from './summary.ts';
