import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { undoSql } from '../../../shared/pure/undo-cast.ts';
import type { Way } from './ways.ts';

/** Texts that could not stand as they are: with NUL, and where bytes are escaped those that are not valid. */
export function escapedCount({ nulTexts, invalidTexts }: ColumnProfile): string {
  return String(BigInt(nulTexts) + BigInt(invalidTexts));
}

/** What a finding says of a column whose texts are escaped; undefined where they are not. @param name - of the column in the target */
export function escapeParams(profile: ColumnProfile, way: Way, name: string): { type: string; backslashes: string; sql: string } | undefined {
  if (way.cast !== 'nul escaped' && way.cast !== 'bytes escaped') return undefined;
  return { type: way.type, backslashes: profile.backslashTexts ?? '?', sql: undoSql(quoteIdent(name), way.type, way.cast) ?? '' };
}
