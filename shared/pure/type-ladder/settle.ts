import type { Cast } from '../../model/values.ts';
import type { Affinity } from './affinity.ts';
import { meaningOf } from './declared-type.ts';
import type { Rung } from './ladder.ts';

/** What is known of a column's values after all of them were read. */
export interface ColumnFacts {
  readonly integers: bigint;
  readonly reals: bigint;
  readonly texts: bigint;
  readonly blobs: bigint;
  /** Smallest and greatest magnitude of the integers other than 0; absent where there is none. */
  readonly minMagnitude?: bigint;
  readonly maxMagnitude?: bigint;
}

/** Ranges that cannot be confused: each unit's instants from 1973 to 5138 (the same digits read in the next unit are January 1970). */
const units: ReadonlyArray<readonly [Cast, bigint, bigint]> = [
  ['epoch s', 10n ** 8n, 10n ** 11n],
  ['epoch ms', 10n ** 11n, 10n ** 14n],
  ['epoch us', 10n ** 14n, 10n ** 17n],
  ['epoch ns', 10n ** 17n, 2n ** 63n],
];

/** The unit of a column of epoch integers, where the magnitude of every value says the same; zeros (1970 in any unit) do not count. */
export function epochUnit(facts: ColumnFacts): Cast | undefined {
  const { minMagnitude: low, maxMagnitude: high } = facts;
  if (low === undefined || high === undefined || facts.integers === 0n) return undefined;
  if (facts.reals > 0n || facts.texts > 0n || facts.blobs > 0n) return undefined;
  return units.find(([, from, to]) => low >= from && high < to)?.[0];
}

/**
 * Which rungs of `ladderFor` stand, now that the values are known, as indexes in their order: epoch casts only with an unambiguous
 * unit; of a column without a declared type only what its storage classes allow, an empty one being text.
 */
export function settleRungs(rungs: readonly Rung[], declared: string, affinity: Affinity, facts: ColumnFacts): number[] {
  const unit = epochUnit(facts);
  const kept = rungs.map((_, index) => index).filter((index) => {
    const cast = rungs[index]?.cast;
    return cast === undefined || !cast.startsWith('epoch') || cast === unit;
  });
  if (meaningOf(declared, affinity).kind !== 'found') return kept;
  const allowed = allowedTypes(facts);
  return kept.filter((index) => {
    const rung = rungs[index];
    return rung !== undefined && (rung.cast === 'text as bytes' || (rung.cast !== 'blob as utf-8' && allowed.includes(rung.type)));
  });
}

function allowedTypes({ integers, reals, texts, blobs }: ColumnFacts): string[] {
  if (blobs > 0n) return integers === 0n && reals === 0n && texts === 0n ? ['bytea'] : [];
  if (texts > 0n) return ['text'];
  if (reals > 0n) return ['double precision', 'numeric', 'text'];
  return integers > 0n ? ['bigint', 'numeric', 'text'] : ['text'];
}
