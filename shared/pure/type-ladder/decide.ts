/** The part of a candidate that the decision looks at. */
export interface CountedCandidate {
  readonly misfits: string;
  readonly codes: Readonly<Record<string, string>>;
}

/**
 * Which candidate a column takes without a person: the first where every value fits; the first also where at most `rejectShare` of
 * the values do not (they become rejects); else the first later one that holds all; else the one with the fewest misfits, the earlier of
 * equals: where no type holds a value, the column is not widened for nothing.
 * A text longer than varchar(n) never becomes a reject: SQLite does not know the length, so the column widens at once.
 * Source: migration.md, "What decides a type".
 *
 * @param nonNull - number of values that are not NULL
 * @param rejectShare - 0.01 is one value in a hundred
 * @returns an index into `candidates`
 */
export function decideCandidate(candidates: readonly CountedCandidate[], nonNull: number | bigint, rejectShare: number): number {
  const first = candidates[0];
  if (first === undefined || first.misfits === '0') return 0;
  const misfits = BigInt(first.misfits);
  const isLengthOnly = (first.codes['TOO_LONG'] ?? '0') !== '0';
  if (!isLengthOnly && Number(misfits) <= Number(nonNull) * rejectShare) return 0;
  let best = 0;
  for (let index = 1; index < candidates.length; index += 1) {
    const candidate = candidates[index];
    if (candidate === undefined) continue;
    if (candidate.misfits === '0') return index;
    if (BigInt(candidate.misfits) < BigInt(candidates[best]?.misfits ?? 0)) best = index;
  }
  return best;
}
