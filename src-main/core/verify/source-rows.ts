import { isUtf8 } from 'node:buffer';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';

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
  /** `t."name"`: never a string constant, which a lone quoted name could become (https://sqlite.org/quirks.html#dblquote). */
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
  const column = (name: string): string => `t.${quoteIdent(name)}`;
  const from = ` FROM ${quoteIdent(table)} AS t`;
  const where = (extra?: string): string => {
    const parts = [...(filter === undefined ? [] : [`(${filter})`]), ...(extra === undefined ? [] : [extra])];
    return parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`;
  };
  const decode = decoderFor(encoding);

  const sqlOf = (options: ScanOptions): string => {
    const values = names.map((name, index) => (raw.has(index) ? `CASE typeof(${column(name)}) WHEN 'text' THEN CAST(${column(name)} AS BLOB) ELSE ${column(name)} END` : column(name)));
    const flags = [...raw].map((index) => `typeof(${column(names[index] ?? '')}) = 'text'`);
    const order = options.order === undefined ? '' : ` ORDER BY ${options.order}`;
    return `SELECT ${[...values, ...flags].join(', ')}${from}${where(options.where)}${order}`;
  };

  return {
    names,
    column,
    isRaw: (index) => raw.has(index),
    addRaw: (indexes) => {
      for (const index of indexes) raw.add(index);
    },
    count: () => {
      const found: unknown = db.prepare(`SELECT count(*)${from}${where()}`).pluck().get();
      return Number(found);
    },
    *scan(options = {}) {
      const statement = db.prepare<unknown[], SourceCell[]>(sqlOf(options)).raw();
      const rawIndexes = [...raw];
      for (const row of statement.iterate(...(options.values ?? []))) {
        for (const [at, index] of rawIndexes.entries()) {
          const value = row[index];
          // The flag is 1 where the bytes are a text's, 0 where they are a blob's own.
          if (row[names.length + at] === 1n && value instanceof Uint8Array) row[index] = decode(value);
        }
        yield row;
      }
    },
  };
}

/** Strict decoding of a text's bytes: a string where they are valid, else the bytes. */
function decoderFor(encoding: string): (bytes: Uint8Array) => SourceCell {
  if (encoding === 'UTF-8') return (bytes) => (isUtf8(bytes) ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('utf8') : { rawText: bytes });
  return (bytes) => {
    const copy = Buffer.from(bytes);
    if (copy.length % 2 !== 0) return { rawText: bytes };
    const text = (encoding === 'UTF-16be' ? copy.swap16() : copy).toString('utf16le');
    return text.isWellFormed() ? text : { rawText: bytes };
  };
}

/** Columns whose text holds U+FFFD: better-sqlite3 puts it in place of invalid bytes without a word, so the bytes have to decide. */
export function needsRaw(row: readonly SourceCell[], rows: SourceRows): number[] {
  return rows.names.map((_, index) => index).filter((index) => {
    const value = row[index];
    return typeof value === 'string' && value.includes('\uFFFD') && !rows.isRaw(index);
  });
}
