import type { Reason } from '../../../shared/model/plan.ts';
import { reason, type DraftTable } from './types.ts';

/** SQLite's greatest rowid, and the last number of a bigint's sequence. */
export const greatestNumber = 9223372036854775807n;

/** True where a next value lies beyond all numbers. */
export function isFull(next: string): boolean {
  return BigInt(next) > greatestNumber;
}

/** The greatest number there is and sqlite_sequence's (autoinc.html). */
function greatestOf(table: DraftTable): bigint {
  const column = table.columns.find((candidate) => candidate.identity && candidate.include);
  const profile = table.assessed.columns.find((candidate) => candidate.name === column?.source);
  return [profile?.maxInteger, table.source.sequence].map((text) => BigInt(text ?? 0)).reduce((a, b) => (a > b ? a : b));
}

/** Next value of the identity: behind the greatest number used, and so beyond all numbers where the last one is used. */
export function identityNextOf(table: DraftTable): string | undefined {
  if (!table.columns.some((candidate) => candidate.identity && candidate.include)) return undefined;
  const next = greatestOf(table) + 1n;
  return String(next > 1n ? next : 1n);
}

/**
 * What comes next. At the greatest number SQLite itself refuses an AUTOINCREMENT column's next row (SQLITE_FULL); without AUTOINCREMENT it
 * tries numbers at random that are free (autoinc.html, section 2), which a sequence does not.
 */
export function identityReason(table: DraftTable, next: string): Reason {
  if (!isFull(next)) return reason('plan.object.identity', { next });
  return reason(table.source.autoincrement ? 'plan.object.identity-full' : 'plan.object.identity-full-random', { greatest: String(greatestNumber) });
}
