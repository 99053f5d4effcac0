import type { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteColumn, SqliteTable } from '../../../shared/model/catalog.ts';
import type { ReadWay } from '../../../shared/model/run.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { ColumnScan, type RowNamer } from './column-scan.ts';

export interface TableScanOptions {
  /** Upper bound of a row's bytes, 0 where unknown: then rows are taken one by one, which is slower but bounded. */
  readonly maxRowBytes: number;
  readonly encoding: string;
  /** Rows as the pages tell before any is read, 0 where unknown. */
  readonly rowsExpected: number;
  /** From so many rows a table is read from its pages; default 50,000. */
  readonly pagesFrom?: number;
  readonly signal: AbortSignal;
  /** Negative where what was read is read anew. */
  readonly onRows: (rows: number, bytes: number) => void;
}

/** All that reading a table's rows once brings to light. */
export interface TableScan {
  readonly columns: readonly ColumnScan[];
  readonly way: ReadWay;
  rows: number;
  bytes: number;
  maxRowBytes: number;
  /** Rows in which some column of the primary key is NULL. */
  nullKeys: number;
  /** Set where the table could not be read to the end: what was counted stands for the rows before. */
  error: TravessiaError | undefined;
}

export function newScan(columns: readonly SqliteColumn[], way: ReadWay, name: RowNamer): TableScan {
  return { way, columns: columns.map((column) => new ColumnScan(column, column.pk > 0, name)), rows: 0, bytes: 0, maxRowBytes: 0, nullKeys: 0, error: undefined };
}

export function keyColumns(table: SqliteTable): SqliteColumn[] {
  return table.columns.filter((column) => column.pk > 0).toSorted((a, b) => a.pk - b.pk);
}

/** By primary key; where a part of it is NULL, or there is none, by the rowid that the reader delivers behind the columns. */
export function rowNamer(table: SqliteTable, columns: readonly SqliteColumn[], rowidAt = columns.length): RowNamer {
  const keys = keyColumns(table);
  const places = keys.map((column) => columns.indexOf(column));
  const names = keys.map((column) => column.name);
  const rowid = table.rowidName;
  return (row) => {
    const values: SourceValue[] = places.map((place) => row[place] ?? null);
    if (values.length > 0 && (rowid === null || values.every((value) => value !== null))) return keyText(names, values);
    if (rowid !== null) return keyText([rowid], [row[rowidAt] ?? null]);
    return keyText(columns.map((column) => column.name), row.slice(0, columns.length)).slice(0, 200);
  };
}
