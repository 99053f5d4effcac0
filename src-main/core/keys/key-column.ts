import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import { decideCandidate } from '../../../shared/pure/type-ladder/index.ts';
import { columnId, type KeyColumn } from './settle-ways.ts';
import type { Way } from './ways.ts';

/** Values of a column that are not NULL. */
function filledOf({ classes }: ColumnProfile): bigint {
  return BigInt(classes.integer) + BigInt(classes.real) + BigInt(classes.text) + BigInt(classes.blob);
}

/** What a column is by itself, without a person (decideCandidate). */
export function ownWay(profile: ColumnProfile, rejectShare: number): Way & { readonly misfits: string } {
  const { type, cast, misfits } = profile.candidates[decideCandidate(profile.candidates, filledOf(profile), rejectShare)] ?? { type: 'text', cast: undefined, misfits: '0' };
  return { type, ...(cast === undefined ? {} : { cast }), misfits };
}

/** A column as `settleWays` takes it, with all that the assessment counted of it. */
export function keyColumn(table: string, profile: ColumnProfile, way: KeyColumn['way'], fixed: boolean): KeyColumn {
  const { candidates, policies = [], joined = [], proposals } = profile;
  return { id: columnId(table, profile.name), name: `${table}.${profile.name}`, way, fixed, measured: [...candidates, ...policies, ...joined, ...proposals] };
}
