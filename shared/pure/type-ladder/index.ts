/**
 * Which PostgreSQL type a SQLite column may take.
 *
 * rung: one type with its cast. ladder: the rungs of a declaration, each next holding more. to settle: to drop the rungs that the
 * values rule out. to decide: to choose a rung by the counts of what does not fit.
 */
export { affinityOf } from './affinity.ts';
export type { Affinity } from './affinity.ts';
export { meaningOf } from './declared-type.ts';
export type { Meaning } from './declared-type.ts';
export { holdsAllOf, ladderFor } from './ladder.ts';
export type { Rung } from './ladder.ts';
export { epochUnit, settleRungs } from './settle.ts';
export type { ColumnFacts } from './settle.ts';
export { decideCandidate } from './decide.ts';
export type { CountedCandidate } from './decide.ts';
