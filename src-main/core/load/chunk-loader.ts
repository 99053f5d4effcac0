import { describe } from '../../../shared/pure/texts/index.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import type { ReadPosition } from '../../drivers/sqlite/index.ts';
import type { RecordCursor, Stretch } from '../../drivers/sqlite/pages/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import { exactRowAt, exactRows, type ExactRow, type ExactSource } from './exact-rows.ts';
import type { RejectRecord } from './journal.ts';
import { writeExact, type LoadColumn, type Misfit } from './row-encoder.ts';

/** What became of the rows of one reading. */
export interface EncodedRows {
  readonly loaded: number;
  readonly rejects: readonly RejectRecord[];
  /** Rows that had to be read again although they fit. */
  readonly readAgain: number;
}

/** Encodes rows into the buffer; those that do not fit, or cannot be judged as read, are read again exactly and decided by that. */
export function encodeRows(
  rows: readonly (readonly SourceValue[])[],
  write: (row: readonly SourceValue[]) => boolean,
  again: { readonly columns: readonly LoadColumn[]; readonly source: ExactSource; readonly out: CopyBuffer; readonly from: ReadPosition | null; readonly to: ReadPosition },
): EncodedRows {
  const odd: number[] = [];
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows[index];
    if (row !== undefined && !write(row)) odd.push(index);
  }
  const rejects = odd.length === 0 ? [] : rejectedOf(exactRows(again.source, rows, odd, again.from, again.to), again);
  return { loaded: rows.length - rejects.length, rejects, readAgain: odd.length - rejects.length };
}

/**
 * Encodes the rows of a stretch of pages; those that do not fit, or cannot be judged by their bytes, are read again by SQLite, exactly.
 *
 * @throws PagesUnfit
 */
export function encodeStretch(
  stretch: Stretch,
  cursor: RecordCursor,
  write: () => boolean,
  again: { readonly columns: readonly LoadColumn[]; readonly source: ExactSource; readonly out: CopyBuffer },
): EncodedRows & { readonly rows: number } {
  const odd: number[] = [];
  const rows = stretch.rows(() => {
    if (!write()) odd.push(cursor.rowid);
  });
  const rejects = odd.flatMap((rowid) => rejectedOf(exactRowAt(again.source, BigInt(rowid)), again));
  return { rows, loaded: rows - rejects.length, rejects, readAgain: odd.length - rejects.length };
}

/** Writes rows that were read exactly, or says why they do not fit. */
function rejectedOf(rows: Iterable<ExactRow>, { columns, out }: { readonly columns: readonly LoadColumn[]; readonly out: CopyBuffer }): RejectRecord[] {
  const rejects: RejectRecord[] = [];
  for (const row of rows) {
    const values = columns.map(({ source }) => row.value(source) ?? { value: null, utf8: true });
    const misfits = writeExact(columns, values, out);
    const [first] = misfits;
    if (first === undefined) continue;
    rejects.push({ key: row.key, column: first.column.source, code: first.code, reason: reasonOf(misfits, (name) => row.value(name)?.value ?? null), row: row.typed() });
  }
  return rejects;
}

/** One sentence per column that does not fit, in English; the code beside it is translated where it is shown. */
function reasonOf(misfits: readonly Misfit[], valueOf: (column: string) => SourceValue): string {
  return misfits
    .map(({ column, code }) => describe(`reject.${code}`, { column: column.source, type: column.type, value: shownValue(valueOf(column.source)) }))
    .join(' ');
}

const shownCharacters = 60;

function shownValue(value: SourceValue): string {
  if (value === null) return 'NULL';
  if (typeof value === 'object') return `blob, ${value.length} bytes`;
  if (typeof value !== 'string') return String(value);
  const cut = value.length > shownCharacters ? `${value.slice(0, shownCharacters)}…` : value;
  // A half pair at the cut, and control characters, would not survive in PostgreSQL or confuse whoever reads it.
  return `'${cut.toWellFormed().replace(/\p{Cc}/gu, (character) => `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
}
