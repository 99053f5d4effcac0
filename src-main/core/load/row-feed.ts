import { openTablePages, type RowidRange, type Stretch, type TablePages } from '../../drivers/sqlite/pages/index.ts';
import { tableKey, type ReadPosition } from '../../drivers/sqlite/index.ts';
import { rowidPosition } from '../../drivers/sqlite/read-key.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { ReadWay } from '../../../shared/model/run.ts';
import { giveBack } from '../../workers/collector.ts';
import { encodeRows, encodeStretch, type EncodedRows } from './chunk-loader.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import type { CopySender } from './copy-sender.ts';
import type { ExactSource } from './exact-rows.ts';
import { largeColumns, startOf, writeLargeRow } from './large-values.ts';
import type { LoadSource } from './load-source.ts';
import { pageRowWriter } from './page-encoder.ts';
import { rowWriter, type LoadColumn } from './row-encoder.ts';
import { rowReader, type Reading } from './row-reader.ts';
import type { LoadTask } from './types.ts';

/** Rows of one reading: small, so that the socket is served between two of them; measured. */
const rowsPerReading = 1000;
const bytesPerReading = 8 * 1024 * 1024;
/** From this many rows a table is read from its pages: below, what is gained is not worth a second way. */
const pagesFrom = 100_000;
/** Up to this many bytes of a row: larger ones go in pieces, or are bounded by bytes rather than by pages. */
const largestPageRow = 1024 * 1024;

/** What became of the rows that were written. */
export interface Written extends EncodedRows {
  readonly rows: number;
  /** Position of the last of them; where there were none, the one before. */
  readonly last: ReadPosition | null;
  /** Values of theirs came from the pages of the file, though the rows are as SQLite answered them. */
  readonly fromPages?: boolean;
}

/** The rows of a table from a position on, in key order, a few at a time. */
export interface RowFeed {
  readonly way: ReadWay;
  /** False where no row is left to write. */
  readonly more: boolean;
  /** Encodes the rows at hand into the buffer, once. Those that must not be held as a whole are sent at once. */
  write(copy: CopySender): Promise<Written> | Written;
  /** Takes the next rows at hand. */
  advance(): void;
  close(): void;
}

export interface FeedInput {
  readonly task: Pick<LoadTask, 'table' | 'range' | 'pagesFrom' | 'rowsPerTransaction'>;
  readonly source: LoadSource;
  readonly structure: SqliteTable;
  readonly columns: readonly LoadColumn[];
  readonly exact: ExactSource;
  readonly buffer: CopyBuffer;
}

/** Whether a table's rows are taken from the pages of its file; what is not known before they are read comes as PagesUnfit. */
export function readsPages({ task, structure }: Pick<FeedInput, 'task' | 'structure'>): boolean {
  const { table } = task;
  return table.filter === undefined && tableKey(structure).kind === 'rowid' && table.maxRowBytes <= largestPageRow && Number(table.rows) >= (task.pagesFrom ?? pagesFrom);
}

/**
 * Rows from the pages of the file, where they are encoded without ever becoming values.
 *
 * @throws PagesUnfit, here or while writing: SQLite is to be asked for the rows since the last position that is kept
 */
export function pageFeed({ task, source, structure, columns, exact, buffer }: FeedInput, from: ReadPosition | null): RowFeed {
  const pages = openTablePages(source.db, source.path, structure.name);
  try {
    return feedOf(pages, { task, columns, exact, buffer }, from);
  } catch (error) {
    pages.close();
    throw error;
  }
}

function feedOf(pages: TablePages, { task, columns, exact, buffer }: Pick<FeedInput, 'task' | 'columns' | 'exact' | 'buffer'>, from: ReadPosition | null): RowFeed {
  const { cursor } = pages;
  const write = pageRowWriter(columns, pages.columns, cursor, buffer);
  const until = task.range?.until ?? null;
  const stretches = pages.walk({ after: from === null ? null : startOf(from), until: until === null ? null : startOf(until), ...stretchOf(task) });
  let position = from;
  let at: IteratorResult<Stretch, void> = stretches.next();
  return {
    way: 'pages',
    get more() {
      return at.done !== true;
    },
    write() {
      if (at.done === true) throw new Error('No row is left.');
      const { rows, ...encoded } = encodeStretch(at.value, cursor, write, { columns, source: exact, out: buffer });
      if (rows > 0) position = rowidPosition(cursor.rowid);
      return { rows, last: position, ...encoded };
    },
    advance() {
      at = stretches.next();
    },
    close: () => pages.close(),
  };
}

/** The smallest row of a b-tree: a byte each of length, rowid and header, and its place in the page (https://sqlite.org/fileformat2.html, 1.6). */
const leastRowBytes = 5;

/** Rows that go on in overflow pages keep a twelfth of a leaf in it or more (the same, "payload spills"). */
const mostLargeRows = 12;

/** So that a stretch holds no more rows than a transaction may, and no more bytes than a reading. */
function stretchOf({ rowsPerTransaction, table }: FeedInput['task']): Pick<RowidRange, 'stretchBytes' | 'stretchPages'> {
  return {
    ...(rowsPerTransaction === undefined || rowsPerTransaction > 50_000 ? {} : { stretchBytes: rowsPerTransaction * leastRowBytes }),
    stretchPages: Math.floor(bytesPerReading / Math.max(1, table.maxRowBytes) / mostLargeRows),
  };
}

/** What was written of these rows was copied. */
function giveBackBlobs(rows: Reading['rows'], columns: readonly number[]): void {
  for (const row of rows) {
    for (const index of columns) {
      const value = row[index];
      if (value instanceof Uint8Array) giveBack(value);
    }
  }
}

/** Rows as SQLite answers them. */
export function sqliteFeed({ task, source, structure, columns, exact, buffer }: FeedInput, from: ReadPosition | null): RowFeed {
  const { table, range } = task;
  const large = largeColumns(columns);
  let plain = table.reading.plainIntegers;
  let write = rowWriter(columns, buffer, plain);
  let position = from;
  const open = (): Generator<Reading> => rowReader(source.db, structure, columns.map((column) => column.source), {
    from: position, to: range?.until ?? null, rowsPerReading, bytesPerReading, maxRowBytes: table.maxRowBytes, plainIntegers: plain, filter: table.filter, large,
  });
  let reader = open();
  let reading = reader.next();
  return {
    way: 'rows',
    get more() {
      return reading.done !== true;
    },
    async write(copy) {
      if (reading.done === true) throw new Error('No row is left.');
      const { rows, last, large: pieces } = reading.value;
      const [row] = rows;
      const encoded = pieces !== undefined && row !== undefined && await writeLargeRow(row, pieces, columns, plain, buffer, copy)
        ? { loaded: 1, rejects: [], readAgain: 0 }
        : encodeRows(rows, pieces === undefined ? write : () => false, { columns, source: exact, out: buffer, from: position, to: last });
      position = last;
      if (plain && encoded.readAgain * 10 > rows.length) {
        // Numbers are not as plain as the plan says: exact reading from here on is cheaper than reading so many rows twice.
        plain = false;
        write = rowWriter(columns, buffer, false);
        reader.return(undefined);
        reader = open();
      }
      return { rows: rows.length, last, ...encoded, fromPages: pieces?.some((value) => value.fromPages) === true };
    },
    advance() {
      if (large.length > 0) giveBackBlobs(reading.value?.rows ?? [], large);
      reading = reader.next();
    },
    close: () => void reader.return(undefined),
  };
}
