import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { sqliteError } from './errors-map.ts';
import { afterClause, encodePosition, exactKeyColumns, keyExpressions, rowidPosition, tableKey } from './read-key.ts';
import type { ReadPosition, TableKey } from './read-key.ts';
import { tableItself } from './table-itself.ts';
import type { SqliteDb } from './types.ts';

/**
 * value: as better-sqlite3 gives it. Invalid UTF-8 in TEXT comes as U+FFFD without any error, so a column that may hold it
 * is read as `bytes`: CAST(c AS BLOB), the raw bytes in the database's encoding (UTF-16 files give UTF-16 bytes), and an integer's or real's text.
 * type: typeof(c). small: the value, or NULL for a blob above `largeBlobBytes`; large: the bytes of such a blob, else NULL.
 * begun: as small, and of other blobs no more than the first `begunBlobBytes`; length: the bytes of a blob that has more than these, else NULL.
 */
export interface ReadColumn {
  readonly name: string;
  readonly read?: 'value' | 'bytes' | 'type' | 'small' | 'large' | 'begun' | 'length';
}

/** A blob of more bytes need not be read to be counted. */
export const largeBlobBytes = 1024 * 1024;
/** Of a blob that is only shown and counted. */
export const begunBlobBytes = 64;

export interface ReadOptions {
  /** Upper bound of rows in a chunk. Default 5,000. */
  readonly rowsPerChunk?: number;
  /** Upper bound of the bytes of text and blobs in a chunk, exceeded only by a single larger row. Default 8 MB. */
  readonly bytesPerChunk?: number;
  /** Largest row of the table in bytes, where known: small rows are then fetched in one go, which is faster. */
  readonly maxRowBytes?: number;
  /** Resume after this position. */
  readonly from?: ReadPosition | null;
  /** Stop after this position (inclusive). */
  readonly to?: ReadPosition | null;
  /** INTEGER as bigint. Default true. False only where no integer of the table passes 2^53 (it would be rounded). */
  readonly safeIntegers?: boolean;
  /** A condition in SQLite's SQL from the plan's row filter; only rows for which it is true are read. */
  readonly filter?: string;
}

export interface ReadChunk {
  /**
   * One array per row in key order: the values of the columns asked for, in their order, then, where the table has a
   * rowid, the rowid as last element (bigint, or number without safeIntegers).
   */
  readonly rows: readonly (readonly SourceValue[])[];
  /** Position of the last row: give it as `from` to go on. */
  readonly last: ReadPosition;
  /** Bytes of text and blobs read. */
  readonly bytes: number;
}

/**
 * Reads a table in key order, chunk by chunk, in bounded memory. Each chunk is a statement of its own: no read transaction
 * stays open between two chunks, so a consistent read needs a snapshot (`snapshotSqlite`).
 * A value above 512 MB of text cannot become a JavaScript string and raises UNSUPPORTED_SOURCE or a range error; read such a column as `bytes`.
 *
 * @throws TravessiaError as mapped by `sqliteError`
 */
export function* chunkReader(db: SqliteDb, table: SqliteTable, columns: readonly ReadColumn[], options: ReadOptions = {}): Generator<ReadChunk, void, undefined> {
  const key = tableKey(table);
  const rowsPerChunk = options.rowsPerChunk ?? 5000;
  const bytesPerChunk = options.bytesPerChunk ?? 8 * 1024 * 1024;
  const known = options.maxRowBytes !== undefined && options.maxRowBytes * rowsPerChunk <= bytesPerChunk;
  const safe = (options.safeIntegers ?? true) || hasHugeRowids(db, table, key);
  const reader = statementBuilder(db, table, key, columns, options, safe);
  let position = options.from ?? null;
  for (;;) {
    let chunk: ReadChunk | null;
    try {
      chunk = known ? readAll(reader, position, rowsPerChunk) : readBounded(reader, position, rowsPerChunk, bytesPerChunk);
    } catch (error) {
      throw sqliteError(error, `${db.name}, table ${table.name}`);
    }
    if (chunk === null) return;
    yield chunk;
    position = chunk.last;
  }
}

interface Reader {
  statement(position: ReadPosition | null, limit: number): { all(): SourceValue[][]; iterate(): IterableIterator<SourceValue[]> };
  positionAfter(from: ReadPosition | null, rows: readonly (readonly SourceValue[])[]): ReadPosition;
}

function statementBuilder(db: SqliteDb, table: SqliteTable, key: TableKey, columns: readonly ReadColumn[], options: ReadOptions, safe: boolean): Reader {
  const keys = keyExpressions(key);
  const select = [...columns.map(columnExpression), ...(key.kind === 'rowid' ? keys : [])].join(', ') || '1';
  const order = keys.length > 0 ? ` ORDER BY ${keys.join(', ')}` : '';
  // Rows and their order are the table's own, never those of an index that happens to cover the columns.
  const from = `FROM ${tableItself(table)}`;
  const upper = key.kind === 'offset' ? { sql: '', values: [] } : afterClause(key, options.to ?? null, '<=');
  const prepare = (what: string, position: ReadPosition | null, tail: string) => {
    const after = afterClause(key, position);
    const where = [after.sql, upper.sql, options.filter === undefined ? '' : `(${options.filter}\n)`].filter((part) => part !== '').join(' AND ');
    const statement = db.prepare<unknown[], SourceValue[]>(`SELECT ${what} ${from}${where === '' ? '' : ` WHERE ${where}`}${order} ${tail}`).raw();
    return { statement, values: [...after.values, ...upper.values] };
  };
  const offsetOf = (position: ReadPosition | null): number => (position === null ? 0 : Number(position));
  const tailFor = (position: ReadPosition | null, limit: number): string => {
    if (key.kind !== 'offset') return `LIMIT ${limit}`;
    const start = offsetOf(position);
    const end = options.to === undefined || options.to === null ? Number.POSITIVE_INFINITY : offsetOf(options.to);
    return `LIMIT ${Math.max(0, Math.min(limit, end - start))} OFFSET ${start}`;
  };
  return {
    statement(position, limit) {
      const { statement, values } = prepare(select, position, tailFor(position, limit));
      statement.safeIntegers(safe);
      return { all: () => statement.all(...values), iterate: () => statement.iterate(...values) };
    },
    positionAfter(position, rows) {
      if (key.kind === 'offset') return String(offsetOf(position) + rows.length);
      const last = rows.at(-1)?.at(-1);
      if (key.kind === 'rowid' && (typeof last === 'bigint' || typeof last === 'number')) return rowidPosition(last);
      const { statement, values } = prepare(exactKeyColumns(key).join(', '), position, `LIMIT 1 OFFSET ${rows.length - 1}`);
      return encodePosition(statement.safeIntegers(true).get(...values) ?? []);
    },
  };
}

function columnExpression(column: ReadColumn): string {
  const name = quoteIdent(column.name);
  if (column.read === 'bytes') return `CAST(${name} AS BLOB)`;
  // length() of a blob is read from its record's header: the blob itself stays where it is. substr() reads all of it.
  const exceeds = (bytes: number): string => `typeof(${name}) = 'blob' AND length(${name}) > ${bytes}`;
  if (column.read === 'small') return `CASE WHEN ${exceeds(largeBlobBytes)} THEN NULL ELSE ${name} END`;
  if (column.read === 'large') return `CASE WHEN ${exceeds(largeBlobBytes)} THEN length(${name}) END`;
  if (column.read === 'begun') return `CASE WHEN ${exceeds(largeBlobBytes)} THEN NULL WHEN ${exceeds(begunBlobBytes)} THEN substr(${name}, 1, ${begunBlobBytes}) ELSE ${name} END`;
  if (column.read === 'length') return `CASE WHEN ${exceeds(begunBlobBytes)} THEN length(${name}) END`;
  return column.read === 'type' ? `typeof(${name})` : name;
}

function readAll(reader: Reader, position: ReadPosition | null, limit: number): ReadChunk | null {
  const rows = reader.statement(position, limit).all();
  if (rows.length === 0) return null;
  let bytes = 0;
  for (const row of rows) bytes += rowBytes(row);
  return { rows, last: reader.positionAfter(position, rows), bytes };
}

/** Row by row, because one row may be larger than all others: stops as soon as the budget is spent. */
function readBounded(reader: Reader, position: ReadPosition | null, limit: number, budget: number): ReadChunk | null {
  const rows: SourceValue[][] = [];
  let bytes = 0;
  for (const row of reader.statement(position, limit).iterate()) {
    rows.push(row);
    bytes += rowBytes(row);
    if (bytes >= budget) break;
  }
  return rows.length === 0 ? null : { rows, last: reader.positionAfter(position, rows), bytes };
}

function rowBytes(row: readonly SourceValue[]): number {
  let bytes = 0;
  for (const value of row) {
    if (typeof value === 'string') bytes += value.length;
    else if (value instanceof Uint8Array) bytes += value.byteLength;
    else bytes += 8;
  }
  return bytes;
}

/** Without safe integers a rowid beyond 2^53 would be rounded, and the next chunk would start at the wrong row. */
function hasHugeRowids(db: SqliteDb, table: SqliteTable, key: TableKey): boolean {
  if (key.kind !== 'rowid') return false;
  const name = quoteIdent(key.name);
  const ends = db.prepare<unknown[], [bigint | null, bigint | null]>(`SELECT (SELECT min(${name}) FROM ${tableItself(table)}), (SELECT max(${name}) FROM ${tableItself(table)})`).raw().safeIntegers(true).get();
  return (ends ?? []).some((end) => end !== null && (end > BigInt(Number.MAX_SAFE_INTEGER) || end < BigInt(Number.MIN_SAFE_INTEGER)));
}
