import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue, TypedValue } from '../../../shared/model/values.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { chunkReader, type ReadColumn, type ReadPosition, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { rowidPosition } from '../../drivers/sqlite/read-key.ts';
import { exactValue, typedValue } from './exact-value.ts';
import type { ExactValue } from './row-encoder.ts';

/** A row with every value as it is in the file. */
export interface ExactRow {
  readonly value: (column: string) => ExactValue | undefined;
  /** `id=5`; of the whole row where the table has no key. */
  readonly key: string;
  readonly typed: () => Record<string, TypedValue>;
}

export interface ExactSource {
  readonly db: SqliteDb;
  readonly table: SqliteTable;
  /** Every column of the source table, crossing or not. */
  readonly columns: readonly string[];
  readonly rowKey: readonly string[];
  readonly encoding: string;
  readonly filter: string | undefined;
}

/** Up to this many rows of a chunk are looked up one by one; for more the chunk is read again as a whole. */
const fewRows = 16;

/**
 * Reads single rows of a chunk again, with raw bytes beside each text. `wanted`: positions in the chunk, ascending; `rows`: the chunk as
 * the fast reading gave it, rowid last where the table has one.
 */
export function* exactRows(source: ExactSource, rows: readonly (readonly SourceValue[])[], wanted: readonly number[], from: ReadPosition | null, to: ReadPosition): Generator<ExactRow> {
  const byRowid = !source.table.withoutRowid && (source.table.rowidAlias ?? source.table.rowidName) !== null;
  if (byRowid && wanted.length <= fewRows) {
    for (const index of wanted) {
      const rowid = rows[index]?.at(-1);
      if (typeof rowid !== 'bigint' && typeof rowid !== 'number') throw new TypeError('A row without its rowid.');
      yield* exactRowAt(source, BigInt(rowid));
    }
    return;
  }
  yield* readExact(source, from, to, wanted);
}

/** The row of a table with rowids that has this one. */
export function* exactRowAt(source: ExactSource, rowid: bigint): Generator<ExactRow> {
  const before = rowid === -(2n ** 63n) ? null : rowidPosition(rowid - 1n);
  yield* readExact(source, before, rowidPosition(rowid), [0]);
}

function* readExact(source: ExactSource, from: ReadPosition | null, to: ReadPosition, wanted: readonly number[]): Generator<ExactRow> {
  let index = 0;
  let next = 0;
  for (const chunk of exactChunks(source, from, to)) {
    for (const row of chunk.rows) {
      if (index === wanted[next]) {
        yield exactRow(source, row);
        next += 1;
        if (next === wanted.length) return;
      }
      index += 1;
    }
  }
  throw new Error(`Table ${source.table.name}: a row was there at the first reading and is not at the second.`);
}

/** Every row that the filter lets through, in key order, with raw bytes beside each text; bounded memory. */
export function* everyExactRow(source: ExactSource): Generator<ExactRow> {
  for (const chunk of exactChunks(source, null, null)) for (const row of chunk.rows) yield exactRow(source, row);
}

function exactChunks({ db, table, columns, filter }: ExactSource, from: ReadPosition | null, to: ReadPosition | null): ReturnType<typeof chunkReader> {
  const wanted: ReadColumn[] = columns.flatMap((name) => [{ name }, { name, read: 'bytes' as const }]);
  return chunkReader(db, table, wanted, { from, to, safeIntegers: true, rowsPerChunk: 500, ...(filter === undefined ? {} : { filter }) });
}

function exactRow({ columns, rowKey, encoding }: ExactSource, row: readonly SourceValue[]): ExactRow {
  const raw = (index: number): SourceValue => row[index * 2 + 1] ?? null;
  const values = columns.map((_, index) => exactValue(row[index * 2] ?? null, raw(index), encoding));
  const positions = new Map(columns.map((name, index) => [name, index]));
  const keyValue = (name: string): SourceValue => {
    const position = positions.get(name);
    // A key that is no column is the rowid, which stands last.
    // Text that is not valid stands as its bytes: what is read in its place differs by reader.
    return position === undefined ? (row.at(-1) ?? null) : (values[position]?.invalid ?? values[position]?.value ?? null);
  };
  const names = rowKey.length > 0 ? rowKey : columns;
  return {
    value: (column) => values[positions.get(column) ?? -1],
    // PostgreSQL's text cannot hold a NUL; the row beside it keeps the value itself.
    key: keyText(names, names.map(keyValue)).replaceAll('\0', '\\u0000'),
    typed: () => Object.fromEntries(values.map((value, index) => [columns[index] ?? '', typedValue(value, raw(index))])),
  };
}
