import { setImmediate as nextTurn } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteColumn, SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { tableKey, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { openTablePages, PagesUnfit, storage, type PageColumn, type TablePages } from '../../drivers/sqlite/pages/index.ts';
import { keyColumns, newScan, rowNamer, type TableScan, type TableScanOptions } from './scan-result.ts';

/** Below, what is gained is not worth a second way. */
const usuallyFrom = 50_000;
/** Larger rows are bounded by bytes rather than by pages. */
const largestRow = 1024 * 1024;

/** A row's values are looked up where a row has to be named. */
const unread: readonly SourceValue[] = [];

/**
 * Reads a large table's rows from the pages of its file, where most texts and numbers are counted without ever becoming values: three to five times
 * as fast as asking SQLite for them (measured). Null where the table is not large, or its pages are not as simple as that takes. What is counted
 * here is what SQLite would answer as long as the file is sound, which its own checks tell beside it.
 *
 * @throws TravessiaError CANCELLED
 */
export async function scanPages(db: SqliteDb, table: SqliteTable, columns: readonly SqliteColumn[], options: TableScanOptions): Promise<TableScan | null> {
  const { maxRowBytes, rowsExpected, pagesFrom = usuallyFrom } = options;
  if (rowsExpected < pagesFrom || maxRowBytes === 0 || maxRowBytes > largestRow || options.encoding !== 'UTF-8' || tableKey(table).kind !== 'rowid') return null;
  const told = { rows: 0, bytes: 0 };
  const onRows: TableScanOptions['onRows'] = (rows, bytes) => {
    told.rows += rows;
    told.bytes += bytes;
    options.onRows(rows, bytes);
  };
  let pages: TablePages | undefined;
  try {
    pages = openTablePages(db, db.name, table.name);
    return await readPages(pages, table, columns, { signal: options.signal, onRows });
  } catch (error) {
    if (!(error instanceof PagesUnfit)) throw error;
    options.onRows(-told.rows, -told.bytes);
    return null;
  } finally {
    pages?.close();
  }
}

async function readPages(pages: TablePages, table: SqliteTable, columns: readonly SqliteColumn[], { signal, onRows }: Pick<TableScanOptions, 'signal' | 'onRows'>): Promise<TableScan> {
  const { cursor } = pages;
  const { kinds, starts, lengths } = cursor;
  const places = columns.map((column) => placeOf(pages, column));
  const name = rowNamer(table, columns);
  const scan = newScan(columns, 'pages', () => name([...places.map((place) => valueOf(pages, place)), BigInt(cursor.rowid)]));
  const scans = scan.columns;
  const keys = keyColumns(table).map((column) => placeOf(pages, column));
  const width = places.length;

  /** Takes the value that stands in the cursor; returns its bytes. */
  const take = ({ index, rowid, real }: PageColumn, at: number): number => {
    const column = scans[at];
    if (column === undefined) return 0;
    if (rowid) return column.addWhole(cursor.rowid, unread);
    switch (kinds[index]) {
      case storage.text: return column.addEncoded(cursor.bytes, cursor.view, starts[index] ?? 0, lengths[index] ?? 0, unread);
      case storage.integer: {
        const value = cursor.integer(index);
        if (Number.isNaN(value)) return column.add(real ? Number(cursor.bigint(index)) : cursor.bigint(index), unread, 0);
        return real ? column.add(value, unread, 0) : column.addWhole(value, unread);
      }
      case storage.blob: return column.add(cursor.slice(index), unread, 0);
      case storage.real: {
        const value = cursor.real(index);
        // SQLite reads a stored NaN as NULL.
        return column.add(Number.isNaN(value) ? null : value, unread, 0);
      }
      default: return column.add(null, unread, 0);
    }
  };
  const isNull = ({ index, rowid }: PageColumn): boolean => !rowid && (kinds[index] === storage.null || (kinds[index] === storage.real && Number.isNaN(cursor.real(index))));
  const takeRow = (): void => {
    let bytes = 0;
    for (let at = 0; at < width; at += 1) {
      const place = places[at];
      if (place !== undefined) bytes += take(place, at);
    }
    if (bytes > scan.maxRowBytes) scan.maxRowBytes = bytes;
    scan.bytes += bytes;
    if (keys.some(isNull)) scan.nullKeys += 1;
  };

  for (const stretch of pages.walk()) {
    const before = scan.bytes;
    const rows = stretch.rows(takeRow);
    scan.rows += rows;
    onRows(rows, scan.bytes - before);
    await nextTurn();
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The assessment was cancelled.' });
  }
  return scan;
}

function placeOf({ columns }: TablePages, { name }: SqliteColumn): PageColumn {
  const place = columns.find((column) => column.name === name);
  if (place === undefined) throw new PagesUnfit('malformed');
  return place;
}

/** As SQLite would answer it. */
function valueOf({ cursor }: TablePages, { index, rowid, real }: PageColumn): SourceValue {
  if (rowid) return BigInt(cursor.rowid);
  switch (cursor.kinds[index]) {
    case storage.text: return cursor.slice(index).toString('utf8');
    case storage.integer: return real ? Number(cursor.bigint(index)) : cursor.bigint(index);
    case storage.real: return Number.isNaN(cursor.real(index)) ? null : cursor.real(index);
    case storage.blob: return cursor.slice(index);
    default: return null;
  }
}
