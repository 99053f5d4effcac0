import type { SqliteDb } from '../../drivers/sqlite/index.ts';

/** What the pages say of one table or index, without reading a value. */
export interface BtreeSize {
  /** Entries on leaf pages: the rows of a table. */
  readonly rows: number;
  readonly payloadBytes: number;
  /** Largest record, so an upper bound of what a row brings into memory. */
  readonly maxPayload: number;
  readonly pageBytes: number;
}

/**
 * Sizes of every table and index by SQLite's own page statistics (https://sqlite.org/dbstat.html), one pass over the page headers.
 * Empty where the file is too damaged for that; then nothing is known beforehand and rows are read one by one.
 */
export function btreeSizes(db: SqliteDb): ReadonlyMap<string, BtreeSize> {
  try {
    const rows = db
      .prepare<unknown[], [string, number, number, number, number]>(
        "SELECT name, sum(CASE pagetype WHEN 'leaf' THEN ncell ELSE 0 END), sum(payload), max(mx_payload), sum(pgsize) FROM dbstat GROUP BY name",
      )
      .raw()
      .safeIntegers(false)
      .all();
    return new Map(rows.map(([name, leaves, payloadBytes, maxPayload, pageBytes]) => [name, { rows: leaves, payloadBytes, maxPayload, pageBytes }]));
  } catch {
    return new Map();
  }
}
