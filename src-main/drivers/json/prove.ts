import { parseDecimal, sameDecimal } from '../../../shared/pure/canonical/decimal.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteSqlite, type SqliteDb } from '../sqlite/index.ts';
import type { ColumnLayout, TableLayout } from './layout.ts';
import { ExactNumber, parseExactly } from './parse.ts';

type Cell = string | bigint | number | Uint8Array | null;

function sameNumber(cell: string, expected: number | ExactNumber): boolean {
  const source = typeof expected === 'number' ? (Object.is(expected, -0) ? '-0' : String(expected)) : expected.source;
  const [left, right] = [parseDecimal(cell), parseDecimal(source)];
  return left !== null && right !== null && sameDecimal(left, right);
}

/** Equal as parsed values; numbers by their digits, objects whatever the order of their keys. */
function sameValue(left: unknown, right: unknown): boolean {
  if (left instanceof ExactNumber || right instanceof ExactNumber) return left instanceof ExactNumber && right instanceof ExactNumber && left.source === right.source;
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return Object.is(left, right);
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const keys = Object.keys(left);
  return keys.length === Object.keys(right).length && keys.every((key) => Object.hasOwn(right, key) && sameValue(propertyOf(left, key), propertyOf(right, key)));
}

function propertyOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Object.getOwnPropertyDescriptor(value, key)?.value : undefined;
}

/** Reads back what no UTF-8 can be: half a surrogate pair in the three bytes it would have (0xED, then 0xA0 or more). */
function textOf(bytes: Uint8Array): string {
  let text = '';
  let from = 0;
  for (let at = 0; at + 2 < bytes.length; at += 1) {
    const second = bytes[at + 1] ?? 0;
    if (bytes[at] !== 0xed || second < 0xa0) continue;
    text += Buffer.from(bytes.subarray(from, at)).toString('utf8') + String.fromCharCode(0xd000 | ((second & 0x3f) << 6) | ((bytes[at + 2] ?? 0) & 0x3f));
    from = at + 3;
    at += 2;
  }
  return text + Buffer.from(bytes.subarray(from)).toString('utf8');
}

function sameCell(column: ColumnLayout, cell: Cell, expected: unknown, bytes: () => Uint8Array): boolean {
  if (expected === null || expected === undefined) return cell === null;
  if (column.storage === 'json') return typeof cell === 'string' && sameValue(parseExactly(cell), expected);
  if (typeof expected === 'string') return expected.isWellFormed() ? cell === expected : textOf(bytes()) === expected;
  if (typeof expected === 'boolean') return column.storage === 'boolean' && cell === (expected ? 1n : 0n);
  if (typeof expected !== 'number' && !(expected instanceof ExactNumber)) return false;
  if (column.storage === 'numeric') return typeof cell === 'string' && sameNumber(cell, expected);
  if (typeof cell === 'number') return column.storage !== 'integer' && sameNumber(Object.is(cell, -0) ? '-0' : String(cell), expected);
  return typeof cell === 'bigint' && column.storage !== 'double' && sameNumber(String(cell), expected);
}

/** The parsed rows by the position or key under which the snapshot must hold them. */
function expectedRows(layout: TableLayout): { readonly count: number; row(index: number, cells: readonly Cell[]): unknown } {
  const { parsed, form, parsedRows } = layout.part;
  if (parsedRows !== undefined) return streamedRows(layout, parsedRows());
  if (form === 'list' || form === 'values') {
    const list: readonly unknown[] = Array.isArray(parsed) ? parsed : [];
    return { count: list.length, row: (index) => list[index] };
  }
  const key = layout.columns.findIndex((column) => column.from === 'key' || (typeof column.from === 'object' && column.from.property === 'id' && !layout.columns.some((each) => each.from === 'key')));
  return {
    count: typeof parsed === 'object' && parsed !== null ? Object.keys(parsed).length : 0,
    row: (_, cells) => {
      const cell = cells[key];
      return cell === undefined || cell === null ? undefined : propertyOf(parsed, typeof cell === 'string' ? cell : String(cell));
    },
  };
}

/** Rows as they are parsed anew, in the order in which they were written; `count` is known once all were asked for. */
function streamedRows(layout: TableLayout, rows: Iterator<{ readonly key: string | null; readonly value: unknown }>): ReturnType<typeof expectedRows> {
  const keyAt = layout.columns.findIndex((column) => column.from === 'key');
  let seen = 0;
  return {
    get count() {
      return rows.next().done === true ? seen : seen + 1;
    },
    row: (_, cells) => {
      const next = rows.next();
      if (next.done === true) return undefined;
      seen += 1;
      return keyAt === -1 || cells[keyAt] === next.value.key ? next.value.value : undefined;
    },
  };
}

/**
 * Compares the snapshot with the document as the engine's own parser reads it, value by value: the writing took slices of the text and never
 * saw these values. Rows, properties and cells are all counted, so neither side may hold more.
 * @throws TravessiaError INTERNAL naming the first difference
 */
export function proveTable(db: SqliteDb, layout: TableLayout, path: string): void {
  const differs = (where: string): TravessiaError => new TravessiaError('INTERNAL', {
    message: `The snapshot of ${path} differs from it: table ${layout.name}, ${where}.`,
    hint: 'Nothing was migrated. Please report this together with the export, or with the values concerned.',
  });
  const expectation = expectedRows(layout);
  const { row } = expectation;
  const table = quoteSqlite(layout.name);
  const known = new Set(layout.columns.flatMap((column) => (typeof column.from === 'object' ? [column.from.property] : [])));
  const hasProperties = known.size > 0;
  const odd = db.prepare<[number], Record<string, Uint8Array>>(`SELECT ${layout.columns.map((column, index) => `CAST(${quoteSqlite(column.name)} AS BLOB) AS c${index}`).join(', ')} FROM ${table} LIMIT 1 OFFSET ?`);
  let index = 0;
  for (const cells of db.prepare<[], Cell[]>(`SELECT * FROM ${table}`).raw(true).safeIntegers(true).iterate()) {
    const at = index;
    const bytesAt = (place: number) => (): Uint8Array => odd.get(at)?.[`c${place}`] ?? new Uint8Array();
    const keyAt = layout.columns.findIndex((column) => column.from === 'key');
    const keyCell = cells[keyAt];
    const readable = typeof keyCell === 'string' && keyCell.includes('\uFFFD') ? cells.with(keyAt, textOf(bytesAt(keyAt)())) : cells;
    const expected = row(index, readable);
    if (expected === undefined) throw differs(`row ${index + 1} is not in the file`);
    layout.columns.forEach((column, place) => {
      if (column.from === 'key') return;
      const value = typeof column.from === 'object' ? propertyOf(expected, column.from.property) : expected;
      if (!sameCell(column, cells[place] ?? null, value, bytesAt(place))) throw differs(`row ${index + 1}, column ${column.name}`);
    });
    if (hasProperties && typeof expected === 'object' && expected !== null) {
      const missing = Object.keys(expected).find((property) => !known.has(property));
      if (missing !== undefined) throw differs(`row ${index + 1} lacks ${JSON.stringify(missing)}`);
    }
    index += 1;
  }
  const { count } = expectation;
  if (index !== count) throw differs(`${index} rows, ${count} in the file`);
}
