import type { Finding } from '../../../shared/model/finding.ts';
import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import type { PlanColumn } from '../../../shared/model/plan.ts';
import { parseTypeName } from '../../../shared/pure/canonical/type-name.ts';

/** What a page leaves for one row, its header of 24 bytes taken off (PostgreSQL, htup_details.h, MaxHeapTupleSize; 8 KB pages). */
const most = 8160 - 24;
/** Bytes of types of one length; any other value takes a byte at least, a long one moves out of the row and leaves 18. */
const fixed: ReadonlyMap<string, number> = new Map([
  ['smallint', 2], ['integer', 4], ['bigint', 8], ['real', 4], ['double precision', 8], ['boolean', 1], ['date', 4], ['time', 8], ['timestamp', 8], ['timestamptz', 8], ['uuid', 16],
]);

/**
 * Says that no row of a table can be stored: what never is NULL and cannot move out of the row passes a page. Rows may be too long for other reasons,
 * which the server tells when they are loaded.
 */
export function rowTooLong(table: string, rows: string, columns: readonly PlanColumn[], profiles: readonly ColumnProfile[]): Finding[] {
  if (rows === '0') return [];
  const filled = new Set(profiles.filter(({ classes }) => classes.null === '0').map(({ name }) => name));
  const crossing = columns.filter(({ include, source }) => include && filled.has(source));
  const bytes = crossing.reduce((sum, { type, loadedAs }) => sum + (fixed.get(parseTypeName(loadedAs ?? type).base) ?? 1), 0);
  return bytes <= most ? [] : [{ code: 'plan.finding.row-too-long', severity: 'critical', table, params: { bytes: String(bytes), most: String(most), columns: String(crossing.length) } }];
}
