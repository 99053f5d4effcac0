import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { chunkReader, sqliteError, tableItself, tableKey, type ReadPosition, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { largeRowReader, pieceBytes, startOf, upTo, type LargeValue } from './large-values.ts';
import { rowidPosition } from '../../drivers/sqlite/read-key.ts';

/** Rows fetched at once; the last element of each row is its rowid, where the table has one. */
export interface Reading {
  readonly rows: readonly (readonly SourceValue[])[];
  /** Position of the last row. */
  readonly last: ReadPosition;
  /** Of text and blobs; absent where rows are so small that they were not counted. */
  readonly bytes?: number;
  /** Of the only row: blobs that are still in the file, to be sent in pieces. */
  readonly large?: readonly LargeValue[];
}

export interface ReadingOptions {
  readonly from: ReadPosition | null;
  /** The last row to read; null: that of the table. Only where the table has rowids. */
  readonly to: ReadPosition | null;
  readonly rowsPerReading: number;
  readonly bytesPerReading: number;
  readonly maxRowBytes: number;
  /** INTEGER as number; see PlanTable.reading. */
  readonly plainIntegers: boolean;
  readonly filter: string | undefined;
  /** Places of the columns whose blobs can be sent in pieces. */
  readonly large: readonly number[];
}

/**
 * Reads a table in key order from a position on. Ordinary tables, with a rowid and rows of known modest size, go through one prepared
 * statement that reads no column twice (for narrow rows a fifth faster, measured); all others through the driver's chunk reader.
 */
export function rowReader(db: SqliteDb, table: SqliteTable, columns: readonly string[], options: ReadingOptions): Generator<Reading> {
  const key = tableKey(table);
  const modest = options.maxRowBytes * options.rowsPerReading <= options.bytesPerReading;
  if (key.kind === 'rowid' && modest) {
    const rowid = range(db, table, key.name);
    if (!options.plainIntegers || rowid === 'safe') return byRowid(db, table, columns, key.name, options);
  }
  if (key.kind === 'rowid' && options.large.length > 0 && options.maxRowBytes > pieceBytes) return largeRowReader(db, table, columns, options.large, options);
  const { from, to, rowsPerReading, bytesPerReading, maxRowBytes, plainIntegers, filter } = options;
  return chunkReader(db, table, columns.map((name) => ({ name })), {
    from,
    to,
    rowsPerChunk: rowsPerReading,
    bytesPerChunk: bytesPerReading,
    maxRowBytes,
    safeIntegers: !plainIntegers,
    ...(filter === undefined ? {} : { filter }),
  });
}

function* byRowid(db: SqliteDb, table: SqliteTable, columns: readonly string[], rowid: string, { from, to, rowsPerReading, plainIntegers, filter }: ReadingOptions): Generator<Reading> {
  const select = [...columns, ...(columns.at(-1) === rowid ? [] : [rowid])].map(quoteIdent).join(', ');
  const where = `${upTo(rowid, to)}${filter === undefined ? '' : ` AND (${filter}\n)`}`;
  const prepare = (comparison: '>' | '>=') =>
    db.prepare<[bigint | number], SourceValue[]>(`SELECT ${select} FROM ${tableItself(table)} WHERE ${quoteIdent(rowid)} ${comparison} ?${where} ORDER BY ${quoteIdent(rowid)} LIMIT ${rowsPerReading}`).raw().safeIntegers(!plainIntegers);
  try {
    // Nothing stands before the smallest rowid of all, so the first reading includes it.
    let bound: bigint | number = from === null ? -(2n ** 63n) : startOf(from);
    let statement = prepare(from === null ? '>=' : '>');
    for (let first = from === null; ; first = false) {
      const rows = statement.all(bound);
      const last = rows.at(-1)?.at(-1);
      if (typeof last !== 'bigint' && typeof last !== 'number') return;
      bound = last;
      yield { rows, last: rowidPosition(last) };
      if (first) statement = prepare('>');
    }
  } catch (error) {
    throw sqliteError(error, `${db.name}, table ${table.name}`);
  }
}

/** Whether every rowid stays exact as a number. */
function range(db: SqliteDb, table: SqliteTable, rowid: string): 'safe' | 'huge' {
  const [name, from] = [quoteIdent(rowid), tableItself(table)];
  const ends = db.prepare<[], (bigint | null)[]>(`SELECT (SELECT min(${name}) FROM ${from}), (SELECT max(${name}) FROM ${from})`).raw().safeIntegers(true).get();
  return (ends ?? []).every((end) => end === null || (end >= BigInt(Number.MIN_SAFE_INTEGER) && end <= BigInt(Number.MAX_SAFE_INTEGER))) ? 'safe' : 'huge';
}
