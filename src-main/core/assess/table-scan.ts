import { setImmediate as nextTurn } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteColumn, SqliteTable } from '../../../shared/model/catalog.ts';
import { utf8Characters } from '../../../shared/pure/codec/utf8.ts';
import { affinityOf, ladderFor } from '../../../shared/pure/type-ladder/index.ts';
import { chunkReader, largeBlobBytes, tableItself, type ReadChunk, type ReadPosition, type SqliteDb } from '../../drivers/sqlite/index.ts';
import type { ColumnScan } from './column-scan.ts';
import { scanPages } from './page-scan.ts';
import { readsBlobs } from './rung-counts.ts';
import { keyColumns, newScan, rowNamer, type TableScan, type TableScanOptions } from './scan-result.ts';

const rowsPerChunk = 2000;
const bytesPerChunk = 2 * 1024 * 1024;
/** Bytes of a row from which on reading the beginnings of its blobs saves more than it costs. */
const worthBeginning = 4096;

/**
 * Reads every row of a table once and gathers all that is known of its columns: a large table from its pages, where they are as simple as that
 * takes, all others through SQLite. Leaves the event loop free between parts of it, so that a cancel arrives.
 *
 * @throws TravessiaError CANCELLED; any other error of reading ends in `error`
 */
export async function scanTable(db: SqliteDb, table: SqliteTable, options: TableScanOptions): Promise<TableScan> {
  const columns = table.columns.filter((column) => column.hidden !== 1);
  return (await scanPages(db, table, columns, options)) ?? scanRows(db, table, columns, options);
}

/** By what SQLite answers, in chunks bounded by rows and bytes. */
async function scanRows(db: SqliteDb, table: SqliteTable, columns: readonly SqliteColumn[], options: TableScanOptions): Promise<TableScan> {
  const isLargerThan = (bytes: number): boolean => options.maxRowBytes === 0 || options.maxRowBytes > bytes;
  // A large blob in a column of blobs is only counted: whatever else it might stand for takes fewer bytes. Of smaller ones the beginning will do
  // where nothing asks for more; as values they would fill memory between two collections.
  const large = columns.flatMap((column): readonly { readonly column: SqliteColumn; readonly read: readonly ['small', 'large'] | readonly ['begun', 'length'] }[] => {
    if (affinityOf(column.declared) !== 'blob') return [];
    if (column.pk === 0 && isLargerThan(worthBeginning) && !readsBlobs(ladderFor(column.declared, 'blob'))) return [{ column, read: ['begun', 'length'] }];
    return isLargerThan(largeBlobBytes) ? [{ column, read: ['small', 'large'] }] : [];
  });
  const places = large.map(({ column }) => columns.indexOf(column));
  const wanted = columns.map((column) => ({ name: column.name, read: large.find((each) => each.column === column)?.read[0] ?? ('value' as const) }));
  const scan = newScan(columns, 'rows', rowNamer(table, columns, columns.length + large.length));
  const scans = scan.columns;
  const keys = keyColumns(table).map((column) => columns.indexOf(column));
  const rows = options.maxRowBytes === 0 ? rowsPerChunk : Math.min(rowsPerChunk, Math.max(100, Math.floor(bytesPerChunk / options.maxRowBytes)));
  const bounds = { rowsPerChunk: rows, bytesPerChunk, ...(options.maxRowBytes === 0 ? {} : { maxRowBytes: options.maxRowBytes }) };
  let before: ReadPosition | null = null;
  try {
    for (const chunk of chunkReader(db, table, [...wanted, ...large.map(({ column, read: [, length] }) => ({ name: column.name, read: length }))], bounds)) {
      const read = scan.bytes;
      addChunk(scan, chunk, keys, places);
      for (const column of scans) if (column.suspects.length > 0) settleSuspects(db, table, column, chunk, before, options.encoding, scans.indexOf(column));
      before = chunk.last;
      options.onRows(chunk.rows.length, scan.bytes - read);
      await nextTurn();
      if (options.signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The assessment was cancelled.' });
    }
  } catch (error) {
    if (!(error instanceof TravessiaError) || error.code === 'CANCELLED') throw error;
    scan.error = error;
    scan.rows = Math.max(scan.rows, readableRows(db, table));
  }
  return scan;
}

/** Rows before the damage: a chunk is read as a whole or not at all, so a damaged table is counted row by row. */
function readableRows(db: SqliteDb, table: SqliteTable): number {
  let rows = 0;
  try {
    for (const _ of db.prepare(`SELECT * FROM ${tableItself(table)}`).raw().iterate()) rows += 1;
  } catch {
    // That it ends here is known already.
  }
  return rows;
}

function addChunk(scan: TableScan, chunk: ReadChunk, keys: readonly number[], large: readonly number[]): void {
  const { columns } = scan;
  const width = columns.length;
  const { rows } = chunk;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at];
    if (row === undefined) continue;
    let bytes = 0;
    for (let index = 0; index < width; index += 1) {
      const value = row[index] ?? null;
      // Set for a blob of which no more than the beginning was read.
      const length = large.length > 0 && large.includes(index) ? row[width + large.indexOf(index)] : null;
      bytes += (typeof length === 'bigint' ? columns[index]?.addLarge(Number(length), row, value) : columns[index]?.add(value, row, at)) ?? 0;
    }
    if (bytes > scan.maxRowBytes) scan.maxRowBytes = bytes;
    scan.bytes += bytes;
    for (const key of keys) {
      if (row[key] === null) {
        scan.nullKeys += 1;
        break;
      }
    }
  }
  scan.rows += rows.length;
}

/** Reads the raw bytes of a chunk's suspicious column: better-sqlite3 turns what is no valid UTF-8 into U+FFFD without a word. */
function settleSuspects(db: SqliteDb, table: SqliteTable, column: ColumnScan, chunk: ReadChunk, before: ReadPosition | null, encoding: string, index: number): void {
  const wanted = column.suspects.splice(0);
  let at = 0;
  let next = 0;
  for (const part of chunkReader(db, table, [{ name: column.column.name, read: 'bytes' }], { from: before, to: chunk.last, rowsPerChunk, bytesPerChunk })) {
    for (const [bytes] of part.rows) {
      if (at === wanted[next]) {
        const row = chunk.rows[at] ?? [];
        const text = row[index];
        if (bytes instanceof Uint8Array && !isValid(bytes, encoding)) column.addInvalid(row, bytes, encoding === 'UTF-8');
        else if (typeof text === 'string') column.confirmText(text, row);
        next += 1;
      }
      at += 1;
    }
  }
}

function isValid(bytes: Uint8Array, encoding: string): boolean {
  if (encoding === 'UTF-8') return utf8Characters(bytes) !== 'INVALID_UTF8';
  try {
    new TextDecoder(encoding === 'UTF-16be' ? 'utf-16be' : 'utf-16le', { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}
