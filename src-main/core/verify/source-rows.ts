import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { afterBytes, giveBack } from '../../workers/collector.ts';
import { countOfRows, tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';

/** What a scan is restricted to and ordered by; SQL over the table's own columns (see `SourceRows.column`), values bound. */
export interface ScanOptions {
  readonly where?: string;
  readonly order?: string;
  readonly values?: readonly bigint[];
  /** Of large blobs the hash is enough (see `SourceRowsOptions.hashable`). */
  readonly hashed?: boolean;
}

/**
 * The verification's own way of reading a table: one ordinary SELECT of every row, integers as bigint, so that it shares neither
 * chunks nor shortcuts with the loader.
 */
export interface SourceRows {
  readonly names: readonly string[];
  /** Rows of the filtered table. Stop iterating to free the statement. */
  scan(options?: ScanOptions): Generator<SourceCell[], void, undefined>;
  count(): number;
  /** Reads these columns' texts as raw bytes from the next scan on (see `needsRaw`). */
  addRaw(indexes: readonly number[]): void;
  isRaw(index: number): boolean;
  /** `"table"."name"`: never a string constant, which a lone quoted name could become (https://sqlite.org/quirks.html#dblquote). */
  column(name: string): string;
}

export interface SourceRowsOptions {
  readonly table: string;
  readonly names: readonly string[];
  readonly filter: string | undefined;
  /** `PRAGMA encoding`: what CAST AS BLOB gives a text's bytes in. */
  readonly encoding: string;
  /** Positions in `names` of columns whose large blobs may be given as their hash, and the name of the rowid by which they are read. */
  readonly hashable?: { readonly rowid: string; readonly columns: readonly number[] };
}

/** A longer blob never stands in memory twice: SQLite holds it, and its hash is made of such pieces, in bytes. */
export const pieceBytes = 8 * 1024 * 1024;

/** Bytes of a row's buffers. */
export function bytesOf(row: readonly SourceCell[]): number {
  let bytes = 0;
  for (const value of row) if (value instanceof Uint8Array) bytes += value.length;
  return bytes;
}

/** Opens the reading of one table. `db` must give integers as bigint. */
export function createSourceRows(db: SqliteDb, { table, names, filter, encoding, hashable }: SourceRowsOptions): SourceRows {
  const raw = new Set<number>();
  const column = (name: string): string => `${quoteIdent(table)}.${quoteIdent(name)}`;
  const columnAt = (index: number): string => column(names[index] ?? '');
  const from = ` FROM ${tableItselfOf(db, table)}`;
  // Sums and counts are of the table itself; where single rows are looked up, their sums differ already, and an index may help.
  const indexed = ` FROM main.${quoteIdent(table)}`;
  const where = (extra?: string): string => {
    const parts = [...(filter === undefined ? [] : [`(${filter})`]), ...(extra === undefined ? [] : [extra])];
    return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  };
  const decode = decoderFor(encoding);

  const hashedBy = (options: ScanOptions): SourceRowsOptions['hashable'] => (options.hashed === true ? hashable : undefined);
  const hashOf = (index: number, rowid: bigint): string => {
    const hash = createHash('sha256');
    const pieces = db.prepare<[number, number, bigint], Uint8Array>(`SELECT substr(${columnAt(index)}, ?, ?)${from} WHERE ${column(hashable?.rowid ?? '')} = ?`).pluck();
    for (let at = 1; ; at += pieceBytes) {
      const piece = pieces.get(at, pieceBytes, rowid);
      if (piece === undefined) break;
      hash.update(piece);
      const isLast = piece.length < pieceBytes;
      giveBack(piece);
      if (isLast) break;
    }
    return hash.digest('hex');
  };

  const sqlOf = (options: ScanOptions): string => {
    const isLarge = (index: number): string => `typeof(${columnAt(index)}) = 'blob' AND length(${columnAt(index)}) > ${pieceBytes}`;
    const hashed = hashedBy(options);
    const values = names.map((name, index) => {
      const cases = [...(hashed?.columns.includes(index) === true ? [`WHEN ${isLarge(index)} THEN NULL`] : []), ...(raw.has(index) ? [`WHEN typeof(${column(name)}) = 'text' THEN CAST(${column(name)} AS BLOB)`] : [])];
      return cases.length === 0 ? column(name) : `CASE ${cases.join(' ')} ELSE ${column(name)} END`;
    });
    const answers = [...raw].map((index) => `CASE typeof(${columnAt(index)}) WHEN 'text' THEN ${columnAt(index)} END`);
    // Of a large blob its rowid; its length is known without its bytes.
    if (hashed !== undefined) answers.push(...hashed.columns.map((index) => `CASE WHEN ${isLarge(index)} THEN ${column(hashed.rowid)} END`));
    const order = options.order === undefined ? '' : ` ORDER BY ${options.order}`;
    return `SELECT ${[...values, ...answers].join(', ')}${options.where === undefined ? from : indexed}${where(options.where)}${order}`;
  };

  return {
    names,
    column,
    isRaw: (index) => raw.has(index),
    addRaw: (indexes) => {
      for (const index of indexes) raw.add(index);
    },
    count: () => {
      const found: unknown = db.prepare(`SELECT ${countOfRows}${from}${where()}`).pluck().get();
      return Number(found);
    },
    *scan(options = {}) {
      const statement = db.prepare<unknown[], SourceCell[]>(sqlOf(options)).raw();
      const rawIndexes = [...raw];
      const hashed = hashedBy(options)?.columns ?? [];
      const free = afterBytes();
      for (const row of statement.iterate(...(options.values ?? []))) {
        free(bytesOf(row));
        for (const [at, index] of rawIndexes.entries()) {
          const [value, answer] = [row[index], row[names.length + at]];
          // There is an answer where the bytes are a text's, and none where they are a blob's own.
          if (typeof answer === 'string' && value instanceof Uint8Array) row[index] = decode(value, answer);
        }
        for (const [at, index] of hashed.entries()) {
          const rowid = row[names.length + rawIndexes.length + at];
          if (typeof rowid === 'bigint') row[index] = { sha256: hashOf(index, rowid) };
        }
        yield row;
      }
    },
  };
}

/**
 * Strict decoding of a text's bytes: a string where they are valid, else the bytes. SQLite's own reading of UTF-16 joins any surrogate with
 * whatever follows (utf.c, READ_UTF16LE): where it so answers a character, that is what everybody who asks SQLite sees, the loader too.
 */
function decoderFor(encoding: string): (bytes: Uint8Array, answer: string) => SourceCell {
  if (encoding === 'UTF-8') return (bytes) => (isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : { rawText: bytes });
  return (bytes, answer) => {
    const copy = Buffer.from(bytes);
    if (copy.length % 2 === 0) {
      const text = (encoding === 'UTF-16be' ? copy.swap16() : copy).toString('utf16le');
      if (text.isWellFormed()) return text;
    }
    return answer.includes('\uFFFD') ? { rawText: bytes, utf16: true } : answer;
  };
}

/** Columns whose text holds U+FFFD: better-sqlite3 puts it in place of invalid bytes without a word, so the bytes have to decide. */
export function needsRaw(row: readonly SourceCell[], rows: SourceRows): number[] {
  return rows.names.map((_, index) => index).filter((index) => {
    const value = row[index];
    return typeof value === 'string' && value.includes('\uFFFD') && !rows.isRaw(index);
  });
}
