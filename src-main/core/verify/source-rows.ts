import { isUtf8 } from 'node:buffer';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { countOfRows, tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';

/** What a scan is restricted to and ordered by; SQL over the table's alias `t`, values bound. */
export interface ScanOptions {
  readonly where?: string;
  readonly order?: string;
  readonly values?: readonly bigint[];
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
}

/** Opens the reading of one table. `db` must give integers as bigint. */
export function createSourceRows(db: SqliteDb, { table, names, filter, encoding }: SourceRowsOptions): SourceRows {
  const raw = new Set<number>();
  const column = (name: string): string => `${quoteIdent(table)}.${quoteIdent(name)}`;
  const from = ` FROM ${tableItselfOf(db, table)}`;
  // Sums and counts are of the table itself; where single rows are looked up, their sums differ already, and an index may help.
  const indexed = ` FROM main.${quoteIdent(table)}`;
  const where = (extra?: string): string => {
    const parts = [...(filter === undefined ? [] : [`(${filter})`]), ...(extra === undefined ? [] : [extra])];
    return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  };
  const decode = decoderFor(encoding);

  const sqlOf = (options: ScanOptions): string => {
    const values = names.map((name, index) => (raw.has(index) ? `CASE typeof(${column(name)}) WHEN 'text' THEN CAST(${column(name)} AS BLOB) ELSE ${column(name)} END` : column(name)));
    const answers = [...raw].map((index) => `CASE typeof(${column(names[index] ?? '')}) WHEN 'text' THEN ${column(names[index] ?? '')} END`);
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
      for (const row of statement.iterate(...(options.values ?? []))) {
        for (const [at, index] of rawIndexes.entries()) {
          const [value, answer] = [row[index], row[names.length + at]];
          // There is an answer where the bytes are a text's, and none where they are a blob's own.
          if (typeof answer === 'string' && value instanceof Uint8Array) row[index] = decode(value, answer);
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
