import { setImmediate } from 'node:timers/promises';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Difference } from '../../../shared/model/run.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import type { RejectBook } from './reject-book.ts';
import { createRowDigest, type RowDigest } from './row-digest.ts';
import { needsRaw, type ScanOptions, type SourceRows } from './source-rows.ts';
import type { TableShape } from './shape.ts';
import type { TargetReader } from './target-reader.ts';

/** Everything the steps of one table's comparison share. */
export interface TableContext {
  readonly shape: TableShape;
  readonly source: SourceRows;
  readonly target: TargetReader;
  readonly book: RejectBook;
  readonly digest: RowDigest;
  readonly signal: AbortSignal | undefined;
  /** True once every row is looked up in the rejects, not only those without a form. */
  thorough: boolean;
  /** How many more differences may be listed. */
  room: number;
  readonly onRows: (rows: number) => void;
  readonly onDifferences: (differences: readonly Difference[]) => void;
}

/** Rows between two breaths: the event loop gets its turn, and a cancel is seen. */
const rowsPerBreath = 8192;

/** Thrown inside a scan where a text has to be read again as bytes; the scan starts over. */
export class ReadAgain extends Error {}

/**
 * Walks over the source rows that should be in the target, in pieces between which the event loop turns: rightly rejected rows are
 * left out, all others are hashed, mended ones with their new values. `each` is called per row.
 *
 * @throws ReadAgain - a column has to be read as bytes; call again from the start (only the first scan of a table can meet this)
 */
export async function scanSource(context: TableContext, options: ScanOptions, each: (row: readonly SourceCell[]) => void): Promise<number> {
  const { source, book } = context;
  let rows = 0;
  book.reopen();
  for (const row of source.scan(options)) {
    rows += 1;
    if (rows % rowsPerBreath === 0) {
      context.onRows(rows);
      await setImmediate();
      throwIfAborted(context.signal);
    }
    const expected = expectedRow(context, row);
    if (expected !== null) each(expected);
  }
  context.onRows(rows);
  return rows;
}

/** The row as the target is to hold it, hashed into `context.digest.hash`; null where it rightly stands in the rejects. */
export function expectedRow({ digest, book, source, thorough, shape }: TableContext, row: readonly SourceCell[]): readonly SourceCell[] | null {
  digest.hash.replaced = false;
  const problem = digest.digest(row);
  if (digest.hash.replaced) {
    const raw = needsRaw(row, source);
    if (raw.length > 0) {
      source.addRaw(raw);
      throw new ReadAgain();
    }
  }
  if (book.size === 0) return row;
  const refused = problem !== null || shape.columns.some((column, index) => !column.nullable && (row[index] ?? null) === null);
  const taken = refused || thorough ? book.take(row, problem !== null) : null;
  if (taken === null) return row;
  if (taken === 'rejected') return null;
  digest.digest(taken);
  return taken;
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new TravessiaError('CANCELLED', { message: 'The verification was cancelled.', cause: signal.reason, retry: true });
}

export function newDigest(shape: TableShape): RowDigest {
  return createRowDigest(shape.columns, shape.columns.map((_, index) => index));
}
