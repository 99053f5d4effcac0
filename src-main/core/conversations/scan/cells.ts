import type { RawRow } from '../../../../shared/model/conversation.ts';
import type { Cell as ShownCell } from '../../../../shared/model/values.ts';

/** A value as its database gives it: SQLite's own, PostgreSQL's always as text. */
export type Cell = null | string | number | bigint | Uint8Array;
export type Row = Readonly<Record<string, Cell>>;

const shownBytes = 2048;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The value as text; bytes that are no text as hexadecimal digits. */
export function cellText(cell: Cell | undefined): string | null {
  if (cell === null || cell === undefined) return null;
  if (!(cell instanceof Uint8Array)) return String(cell);
  try {
    return utf8.decode(cell);
  } catch {
    return `\\x${Buffer.from(cell).toString('hex')}`;
  }
}

export function shownCell(cell: Cell | undefined): ShownCell {
  if (cell === null || cell === undefined) return { class: 'null', text: null };
  if (typeof cell === 'bigint') return { class: 'integer', text: String(cell) };
  if (typeof cell === 'number') return { class: 'real', text: String(cell) };
  const blob = cell instanceof Uint8Array;
  const bytes = blob ? cell.length : Buffer.byteLength(cell);
  const text = blob ? Buffer.from(cell.subarray(0, shownBytes / 2)).toString('hex') : Array.from(cell.slice(0, 2 * shownBytes)).slice(0, shownBytes).join('');
  return { class: blob ? 'blob' : 'text', text, bytes, ...((blob ? text.length / 2 : Buffer.byteLength(text)) < bytes ? { cut: true } : {}) };
}

export function rawRow(table: string, row: Row): RawRow {
  return { table, columns: Object.keys(row), cells: Object.values(row).map(shownCell), masked: false };
}
