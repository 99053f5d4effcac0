import { describe } from '../../../shared/pure/texts/index.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import type { ReadPosition } from '../../drivers/sqlite/index.ts';
import type { CopyBuffer } from './copy-buffer.ts';
import { exactRows, type ExactSource } from './exact-rows.ts';
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
  const rejects: RejectRecord[] = [];
  if (odd.length > 0) {
    for (const row of exactRows(again.source, rows, odd, again.from, again.to)) {
      const values = again.columns.map(({ source }) => row.value(source) ?? { value: null, utf8: true });
      const misfits = writeExact(again.columns, values, again.out);
      const [first] = misfits;
      if (first === undefined) continue;
      rejects.push({ key: row.key, column: first.column.source, code: first.code, reason: reasonOf(misfits, (name) => row.value(name)?.value ?? null), row: row.typed() });
    }
  }
  return { loaded: rows.length - rejects.length, rejects, readAgain: odd.length - rejects.length };
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
