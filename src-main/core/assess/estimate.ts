import type { Assessment, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';

/** One table as the estimate sees it. */
export interface EstimatedTable {
  readonly assessed: TableAssessment;
  readonly table: SqliteTable;
  /** Bytes of the SQLite pages of its indexes. */
  readonly indexBytes: number;
}

/**
 * Seconds and bytes in the target, for a person's planning, not a promise. Rates measured on 2 cores (migration.md, "Load" and
 * "Verify"; 2 million messages of 275 bytes and 5 million narrow rows): a row costs 1.2 µs to load and 1.6 µs to verify, and a byte
 * of payload 1/180 µs and 1/140 µs; an index entry 1.5 µs; a table 0.05 s; a run 2 s. Bytes: 28 for a row's header and pointer
 * (manual 66.6, "Database Page Layout"), 2 % for page headers and alignment, indexes a quarter larger than SQLite's.
 */
export function estimate(tables: readonly EstimatedTable[]): Assessment['estimate'] {
  let microseconds = 0;
  let bytes = 0;
  for (const { assessed, table, indexBytes } of tables) {
    const rows = Number(assessed.rows);
    const payload = Number(assessed.payloadBytes);
    const hasRowidKey = table.rowidAlias !== null;
    const indexes = table.indexes.length + (hasRowidKey ? 1 : 0);
    microseconds += 50_000 + rows * (2.8 + indexes * 1.5) + payload * (1 / 180 + 1 / 140);
    bytes += (rows * 28 + payload) * 1.02 + indexBytes * 1.25 + (hasRowidKey ? rows * 22 : 0);
  }
  return { seconds: Math.round((2 + microseconds / 1e6) * 10) / 10, targetBytes: Math.round(bytes) };
}
