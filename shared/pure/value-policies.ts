import type { ColumnProfile } from '../model/assessment.ts';
import type { Override } from '../model/plan.ts';
import type { Cast } from '../model/values.ts';

/** True for the types of PostgreSQL that hold text. */
export function isTextType(type: string): boolean {
  return /^(text|varchar|character varying|char|character|citext)\b/i.test(type);
}

interface Way {
  readonly type: string;
  readonly cast?: Cast | undefined;
}

/**
 * The type and cast that a column's policies ask for, where it holds values they speak of; undefined where it holds none, so that one
 * rule may be said of every column. A cast that was chosen by itself counts more.
 */
export function wayOfPolicies(current: Way, override: Partial<Override>, profile: ColumnProfile): Way | undefined {
  if (typeof override.cast === 'string') return undefined;
  const nul = profile.nulTexts === '0' ? undefined : override.nul;
  const invalid = profile.invalidTexts === '0' ? undefined : override.invalid;
  const infinity = profile.infinities === '0' ? undefined : override.infinity;
  const declared = override.type ?? profile.candidates[0]?.type ?? current.type;
  if (nul !== undefined || invalid !== undefined) {
    if (nul === 'bytea' || invalid === 'bytea') return { type: 'bytea', cast: 'text as bytes' };
    // A limit of length would count the escapes as well.
    if (invalid === 'latin-1') return { type: 'text', cast: 'latin-1 decoded' };
    if (invalid === 'windows-1252') return { type: 'text', cast: 'windows-1252 decoded' };
    if (invalid === 'escape') return { type: 'text', cast: 'bytes escaped' };
    if (nul === 'escape') return { type: 'text', cast: 'nul escaped' };
    return { type: isTextType(declared) ? declared : 'text' };
  }
  if (infinity === undefined || !/^(smallint|integer|bigint|numeric|decimal)\b/.test(declared)) return undefined;
  if (infinity === 'reject') return { type: declared };
  return { type: infinity };
}
