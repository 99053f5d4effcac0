/**
 * Keys as the target will compare them.
 *
 * way: the type and cast by which a column crosses. joined: two columns are, where a foreign key compares them. alike: two ways are, where
 * keys that are equal in SQLite are equal in PostgreSQL as far as the ways alone can tell. form: a value as text, equal for two values
 * exactly where the target takes them for one key. lost: rows whose key SQLite finds in the parent and the target would not.
 */
export { affinityIn, collationIn } from './comparison.ts';
export { escapedCount, escapeParams } from './escaped.ts';
export { formCall, registerForm } from './form.ts';
export { joinedPairs, type JoinedPair } from './joined.ts';
export { keyColumn, ownWay } from './key-column.ts';
export { canTake, columnId, groupsOf, needsAgreement, settleWays, waysOf, type KeyColumn, type KeyPair, type SettledWay } from './settle-ways.ts';
export { baseOf, canCompare, comparedWay, isAlike, sameWay, shownWay, type Way, type WayOf } from './ways.ts';
