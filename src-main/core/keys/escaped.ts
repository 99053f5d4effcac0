import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { undoSql } from '../../../shared/pure/undo-cast.ts';
import type { Way } from './ways.ts';

/** Texts that could not stand as they are: with NUL, and where bytes are escaped those that are not valid; of a file of UTF-16 these are rejects all the same. */
export function escapedCount({ nulTexts, invalidTexts, policies = [] }: ColumnProfile, { cast }: Way): string {
  const rejected = policies.find((each) => each.cast === 'bytes escaped')?.codes['INVALID_UTF8'] ?? '0';
  return cast === 'bytes escaped' ? String(BigInt(nulTexts) + BigInt(invalidTexts) - BigInt(rejected)) : nulTexts;
}

/** What a finding says of a column whose texts are escaped; undefined where they are not. @param name - of the column in the target */
export function escapeParams(profile: ColumnProfile, way: Way, name: string): { type: string; backslashes: string; sql: string } | undefined {
  if (way.cast !== 'nul escaped' && way.cast !== 'bytes escaped') return undefined;
  return { type: way.type, backslashes: profile.backslashTexts ?? '?', sql: undoSql(quoteIdent(name), way.type, way.cast) ?? '' };
}
