import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { openValuePieces, PagesUnfit, type ValuePieces } from '../../drivers/sqlite/pages/index.ts';
import { rowidPosition, sqliteError, tableItself, tableKey, type ReadPosition, type SqliteDb } from '../../drivers/sqlite/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import type { CopySender } from './copy-sender.ts';
import { rowWriter, type LoadColumn } from './row-encoder.ts';
import type { Reading, ReadingOptions } from './row-reader.ts';

/** A blob of more bytes crosses in pieces of this size: neither it nor its copy is ever whole in the program's memory. */
export const pieceBytes = 2 * 1024 * 1024;

/** A blob of one row that is still in the file; its place in the row holds NULL. */
export interface LargeValue {
  readonly index: number;
  readonly bytes: number;
  pieces(): Generator<Buffer>;
  /** Whether any of these pieces came from the pages of the file. */
  readonly fromPages: boolean;
}

/** Columns whose blobs can be taken in pieces. */
export function largeColumns(columns: readonly LoadColumn[]): number[] {
  return columns.flatMap((column, index) => (column.bytes ? [index] : []));
}

/**
 * Reads a table with rowids whose rows may be large: blobs above `pieceBytes` stay in the file until they are sent, each in a reading of
 * its own; all else comes in ordinary readings.
 */
export function* largeRowReader(db: SqliteDb, table: SqliteTable, columns: readonly string[], large: readonly number[], options: ReadingOptions): Generator<Reading> {
  const key = tableKey(table);
  if (key.kind !== 'rowid') return;
  const rowid = quoteIdent(key.name);
  const isLarge = (index: number): string => `typeof(${quoteIdent(columns[index] ?? '')}) = 'blob' AND length(${quoteIdent(columns[index] ?? '')}) > ${pieceBytes}`;
  const values = columns.map((name, index) => (large.includes(index) ? `CASE WHEN ${isLarge(index)} THEN NULL ELSE ${quoteIdent(name)} END` : quoteIdent(name)));
  const lengths = large.map((index) => `CASE WHEN ${isLarge(index)} THEN length(${quoteIdent(columns[index] ?? '')}) ELSE 0 END`);
  const from = tableItself(table);
  const where = `${upTo(key.name, options.to)}${options.filter === undefined ? '' : ` AND (${options.filter}\n)`}`;
  const prepare = (comparison: '>' | '>='): { iterate(bound: bigint): IterableIterator<SourceValue[]> } =>
    db.prepare<[bigint], SourceValue[]>(`SELECT ${[...lengths, ...values, rowid].join(', ')} FROM ${from} WHERE ${rowid} ${comparison} ?${where} ORDER BY ${rowid} LIMIT ${options.rowsPerReading}`).raw().safeIntegers(true);
  const pages = pagesOf(db, table.name);
  const valueAt = (index: number, id: bigint, bytes: number): LargeValue => {
    const column = columns[index] ?? '';
    let fromPages = false;
    return {
      index, bytes,
      get fromPages() {
        return fromPages;
      },
      *pieces() {
        let at = 0;
        try {
          for (const piece of pages?.pieces(id, column, pieceBytes) ?? []) {
            fromPages = true;
            at += piece.length;
            yield piece;
          }
        } catch (error) {
          if (!(error instanceof PagesUnfit)) throw error;
        }
        if (at >= bytes) return;
        const statement = db.prepare<[number, number, bigint], Buffer>(`SELECT substr(${quoteIdent(column)}, ?, ?) FROM ${from} WHERE ${rowid} = ?`).pluck();
        for (; at < bytes; at += pieceBytes) yield statement.get(at + 1, pieceBytes, id) ?? Buffer.alloc(0);
      },
    };
  };
  try {
    let bound = options.from === null ? -(2n ** 63n) : startOf(options.from);
    let comparison: '>' | '>=' = options.from === null ? '>=' : '>';
    for (;;) {
      let held: SourceValue[][] = [];
      let heldBytes = 0;
      let next: Reading | undefined;
      let seen = false;
      for (const row of prepare(comparison).iterate(bound)) {
        seen = true;
        const id = row.at(-1);
        if (typeof id !== 'bigint') return;
        const found = large.flatMap((index, at) => {
          const bytes = Number(row[at]);
          return bytes > 0 ? [valueAt(index, id, bytes)] : [];
        });
        const cells = row.slice(lengths.length).map((value) => (options.plainIntegers && typeof value === 'bigint' ? Number(value) : value));
        if (found.length > 0) {
          if (held.length === 0) {
            bound = id;
            next = { rows: [cells], last: rowidPosition(id), large: found };
          }
          break;
        }
        bound = id;
        held.push(cells);
        heldBytes += cells.reduce<number>((sum, value) => sum + (value instanceof Uint8Array || typeof value === 'string' ? value.length : 8), 0);
        if (heldBytes >= options.bytesPerReading) break;
      }
      if (!seen) return;
      comparison = '>';
      yield next ?? { rows: held, last: rowidPosition(bound), bytes: heldBytes };
      held = [];
      next = undefined;
    }
  } catch (error) {
    throw sqliteError(error, `${db.name}, table ${table.name}`);
  } finally {
    pages?.close();
  }
}

/**
 * Blobs straight from the file's pages: SQLite reads all of a blob into memory for each piece that is asked of it (20 blobs of 50 MB loaded in 6.5 s in place of 27, measured). What is
 * loaded so is compared through SQLite afterwards, as ever. Undefined where the pages are not as simple as that takes.
 */
function pagesOf(db: SqliteDb, table: string): ValuePieces | undefined {
  try {
    return openValuePieces(db, db.name, table);
  } catch (error) {
    if (error instanceof PagesUnfit) return undefined;
    throw error;
  }
}

/** The end of a range, as a condition that follows another. */
export function upTo(rowid: string, to: ReadPosition | null): string {
  return to === null ? '' : ` AND ${quoteIdent(rowid)} <= ${startOf(to)}`;
}

/** The rowid after which a reading goes on. */
export function startOf(position: ReadPosition): bigint {
  const parsed: unknown = JSON.parse(position);
  const text: unknown = Array.isArray(parsed) && Array.isArray(parsed[0]) ? parsed[0][1] : undefined;
  return BigInt(String(text));
}

/** Writes a row with large values and sends them piece by piece. False: the row does not fit, and nothing of it was written. */
export async function writeLargeRow(row: readonly SourceValue[], large: readonly LargeValue[], columns: readonly LoadColumn[], plainIntegers: boolean, out: CopyBuffer, copy: CopySender): Promise<boolean> {
  const others = columns.filter((_, index) => !large.some((value) => value.index === index));
  // Once a piece is sent nothing can be taken back: the other columns are tried first.
  const fits = rowWriter(others, out, plainIntegers)(row.filter((_, index) => !large.some((value) => value.index === index)));
  if (!fits) return false;
  out.undoRow();
  out.beginRow(columns.length);
  for (const [index, column] of columns.entries()) {
    const value = large.find((each) => each.index === index);
    if (value === undefined) {
      column.codec.write(row[index] ?? null, out);
      continue;
    }
    out.length(value.bytes);
    for (const piece of value.pieces()) {
      out.piece(piece);
      await copy.flush();
    }
  }
  return true;
}
