import { isUtf8 } from 'node:buffer';
import { setImmediate } from 'node:timers/promises';
import type { PlanTable } from '../../../shared/model/plan.ts';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { bitmapBlock, createRowHash, type RowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { pageSpread, PagesUnfit } from '../../drivers/sqlite/pages/index.ts';
import { afterBytes } from '../../workers/collector.ts';
import { bytesOf } from './source-rows.ts';
import { tableShape, type ComparedColumn, type TableShape } from './shape.ts';
import { createGrandSum, type BucketSum, type GrandSum } from './sums.ts';
import { throwIfAborted } from './table-context.ts';

/** Rows that SQLite packs into one answer, and bytes of them if all were as large as the largest. */
const rowsPerPack = 1000;
const bytesPerPack = 8 * 1024 * 1024;

/** Between two values; a text that has it is not packed. In place of a NULL, and of what is neither text nor whole number, stand bytes that no valid UTF-8 has. */
const [between, nothing, other] = [0x01, 0xfe, 0xfd];

/** Rowids behind `after`, up to and with `until`. */
export interface RowidPart {
  readonly after: bigint;
  readonly until: bigint;
}

/** No rowid is left out but the smallest of all, behind which no bound lies: SQLite counts one row more then, and the rows are read one by one. */
const everything: RowidPart = { after: -(2n ** 63n), until: 2n ** 63n - 1n };

/** Stretches of a table with rowids that are about as large as one another, where its pages tell; its rows are read by as many threads as there are. */
export function partsOf(db: SqliteDb, { source, reading }: PlanTable, wanted: number): RowidPart[] {
  if (reading.by !== 'rowid') return [everything];
  try {
    const spread = pageSpread(db, db.name, source.table, wanted * 4);
    const bounds = Array.from({ length: wanted - 1 }, (_, index) => spread[Math.floor(((index + 1) * spread.length) / wanted)]).filter((bound) => bound !== undefined);
    const ends = [everything.after, ...new Set(bounds), everything.until];
    return ends.slice(1).map((until, index) => ({ after: ends[index] ?? everything.after, until }));
  } catch (error) {
    if (error instanceof PagesUnfit) return [everything];
    throw error;
  }
}

export interface SumOfSourceInput {
  readonly table: PlanTable;
  readonly part: RowidPart;
  readonly db: SqliteDb;
  readonly encoding: string;
  readonly utf8: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** `packedSums` of a table of a plan, for whom the target is not there yet. */
export async function sumOfSource({ table, utf8, ...more }: SumOfSourceInput): Promise<BucketSum | null> {
  return await packedSums({ shape: tableShape(table, table.target, utf8), ...more });
}

export interface PackedSumsInput {
  readonly shape: TableShape;
  /** Absent: all of it. */
  readonly part?: RowidPart;
  readonly db: SqliteDb;
  /** `PRAGMA encoding`. */
  readonly encoding: string;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number) => void;
}

/**
 * Rows of a table and the sum of their hashes, as SQLite answers them: it puts the texts of a thousand rows behind one another, column by column,
 * so that none of them becomes a value of JavaScript's: half the time of asking for rows (measured). Columns of other types are asked for as values.
 * Null where a table or what it holds does not suit: its rows are then read one by one.
 *
 * @throws TravessiaError CANCELLED
 */
export async function packedSums({ shape, part = everything, db, encoding, signal, onRows }: PackedSumsInput): Promise<BucketSum | null> {
  const { reading, source, maxRowBytes } = shape.plan;
  const [key] = reading.columns;
  const packed = shape.columns.filter(isPacked);
  const rowsAtOnce = Math.min(rowsPerPack, Math.floor(bytesPerPack / Math.max(1, maxRowBytes)));
  if (reading.by !== 'rowid' || key === undefined || isVirtual(db, source.table) || encoding !== 'UTF-8' || packed.length === 0 || rowsAtOnce < 10) return null;
  // Never a string constant, which a lone quoted name could become (https://sqlite.org/quirks.html#dblquote).
  const named = (name: string): string => `${quoteIdent(source.table)}.${quoteIdent(name)}`;
  const rowid = named(key);
  const from = tableItselfOf(db, source.table);
  const filter = shape.plan.filter === undefined ? '' : ` AND (${shape.plan.filter}\n)`;
  const range = `FROM ${from} WHERE ${rowid} > ? AND ${rowid} <= ?${filter}`;
  const bound = db.prepare<[bigint], bigint>(`SELECT ${rowid} FROM ${from} WHERE ${rowid} > ? ORDER BY ${rowid} LIMIT 1 OFFSET ${rowsAtOnce - 1}`).pluck();
  const many = db.prepare<[bigint, bigint], unknown[]>(`SELECT count(*), ${packed.map((column) => packOf(named(column.source), column)).join(', ')} ${range}`).raw();
  const plain = shape.columns.filter((column) => !isPacked(column));
  const others = plain.length === 0 ? null : db.prepare<[bigint, bigint], Answer>(`SELECT ${plain.map((column) => named(column.source)).join(', ')} ${range} ORDER BY ${rowid}`).raw();
  // A row of one value costs as much again.
  if (plain.length === 1) others?.pluck();
  const digest = createPackDigest(shape.columns);
  const sum = createGrandSum();
  const hasBytes = plain.some(({ base }) => base === 'bytea');
  const free = afterBytes();
  let rows = 0;
  for (let at = part.after; ;) {
    const end = bound.get(at) ?? part.until;
    const until = end < part.until ? end : part.until;
    const [count, ...packs] = many.get(at, until) ?? [];
    const here = Number(count);
    const answers = here > 0 ? (others?.all(at, until) ?? []) : [];
    if (here > 0 && !digest(here, packs, answers, sum)) return null;
    if (hasBytes) free(answers.reduce<number>((bytes, answer) => bytes + bytesOf(Array.isArray(answer) ? answer : [answer]), 0));
    rows += here;
    if (until === part.until) return sum.total();
    at = until;
    onRows?.(rows);
    await setImmediate();
    throwIfAborted(signal);
  }
}

/** A virtual table may have to be read from its beginning for every range of its rows. */
function isVirtual(db: SqliteDb, table: string): boolean {
  return db.prepare<[string], bigint>("SELECT rootpage FROM main.sqlite_schema WHERE type = 'table' AND name = ?").pluck().get(table) === 0n;
}

/** Texts are their own canonical text, whole numbers their digits: as SQLite writes them. */
function isPacked({ longestPlain, range }: ComparedColumn): boolean {
  return longestPlain > 0 || range > 0;
}

/**
 * The values of a column behind one another, and how many are not NULL. SQLite's order of values is numbers, texts, blobs; with NULL no comparison
 * is true. A collation of the column's own may not be there.
 */
function packOf(column: string, { range }: ComparedColumn): string {
  const mark = (byte: number): string => `CAST(x'${byte.toString(16)}' AS TEXT)`;
  const bytewise = `${column} COLLATE BINARY`;
  const suits = range > 0 ? `${bytewise} < ''` : `${bytewise} >= '' AND ${bytewise} < x''`;
  return `CAST(group_concat(CASE WHEN ${suits} THEN ${column} WHEN ${column} IS NULL THEN ${mark(nothing)} ELSE ${mark(other)} END, '\u0001') AS BLOB), count(${column})`;
}

/** What is not packed: of each row its values, or its only value. */
type Answer = SourceCell | SourceCell[];

/** The values of one column for the rows at hand. */
interface Values {
  /** Takes the column's answers: its pack and how many of it are not NULL, or the rows of values among which its own are. False where they are not what was asked for. */
  take(pack: unknown, filled: unknown, rows: readonly Answer[]): boolean;
  /** Steps to the next row's; false where there is none, or it does not suit. */
  next(): boolean;
  isNull(): boolean;
  /** Chains the value, which is not NULL; false where it has no canonical text. */
  hash(): boolean;
  /** Whether nothing is left, and as much was NULL as SQLite says. */
  ended(): boolean;
}

function packedValues({ longestPlain, range, canonicalOf }: ComparedColumn, hash: RowHash): Values {
  // The digits of a whole number and its sign.
  const longest = range > 0 ? 20 : longestPlain;
  let bytes: Buffer = Buffer.alloc(0);
  let view = viewOf(bytes);
  let [from, to] = [0, -1];
  let filled = 0;
  return {
    take(pack, counted) {
      if (!Buffer.isBuffer(pack)) return false;
      // Given back at once: the collector would let many of them pile up.
      if (bytes.buffer instanceof ArrayBuffer && bytes.buffer.byteLength === bytes.length) bytes.buffer.transfer(0);
      bytes = pack;
      view = viewOf(bytes);
      to = -1;
      filled = Number(counted);
      return true;
    },
    next() {
      // Without locals the loop takes three times as long.
      const here = bytes;
      const end = here.length;
      let at = to + 1;
      from = at;
      if (at > end) return false;
      while (at < end && here[at] !== between) at += 1;
      to = at;
      return at - from !== 1 || here[from] !== other;
    },
    isNull: () => to - from === 1 && bytes[from] === nothing,
    hash() {
      filled -= 1;
      const plain = to - from <= longest;
      if (plain && hash.addBytes(bytes, view, from, to - from)) return true;
      const text = bytes.subarray(from, to);
      if (text.includes(0) || !isUtf8(text)) return false;
      if (plain) return true;
      const canonical = range > 0 ? null : canonicalOf(text.toString('utf8'));
      if (typeof canonical !== 'string') return false;
      hash.add(canonical);
      return true;
    },
    // An invalid text of the very byte that stands for NULL is not taken for one.
    ended: () => to === bytes.length && filled === 0,
  };
}

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');

function plainValues({ base, canonicalOf }: ComparedColumn, place: number, hash: RowHash): Values {
  const scratch = Buffer.alloc(32);
  const view = viewOf(scratch);
  const addDouble = (value: number): void => {
    view.setFloat64(0, value);
    for (let byte = 0; byte < 8; byte += 1) {
      const bits = scratch[byte] ?? 0;
      scratch[16 + byte * 2] = hexDigits[bits >> 4] ?? 0;
      scratch[17 + byte * 2] = hexDigits[bits & 15] ?? 0;
    }
    hash.addBytes(scratch, view, 16, 16);
  };
  const double = base === 'double precision';
  let rows: readonly Answer[] = [];
  let value: SourceCell = null;
  let at = -1;
  return {
    take(_, __, answer) {
      rows = answer;
      at = -1;
      return true;
    },
    next() {
      at += 1;
      const row = rows[at] ?? null;
      value = Array.isArray(row) ? (row[place] ?? null) : row;
      return at < rows.length;
    },
    isNull: () => value === null,
    hash() {
      if (double && typeof value === 'number') {
        addDouble(value);
        return true;
      }
      const canonical = value === null ? null : canonicalOf(value);
      // What better-sqlite3 puts in place of invalid bytes, and a character of its own: only the bytes can tell.
      if (typeof canonical !== 'string' || (typeof value === 'string' && value.includes('\uFFFD'))) return false;
      hash.add(canonical);
      return true;
    },
    ended: () => at === rows.length - 1,
  };
}

/** Hashes rows as `createRowDigest` does, and adds them up; false where something does not suit. */
function createPackDigest(columns: readonly ComparedColumn[]): (count: number, packs: readonly unknown[], rows: readonly Answer[], sum: GrandSum) => boolean {
  const hash = createRowHash();
  const empty = Buffer.alloc(16);
  const emptyView = viewOf(empty);
  let [pack, place] = [0, 0];
  const places = columns.map((column) => (isPacked(column) ? pack++ : place++));
  const values = columns.map((column, index) => (isPacked(column) ? packedValues(column, hash) : plainValues(column, places[index] ?? 0, hash)));
  const width = columns.length;

  return (count, packs, rows, sum) => {
    if (!values.every((column, index) => column.take(packs[(places[index] ?? 0) * 2], packs[(places[index] ?? 0) * 2 + 1], rows))) return false;
    for (let row = 0; row < count; row += 1) {
      for (let from = 0; from < width || from === 0; from += bitmapBlock) {
        const to = Math.min(width, from + bitmapBlock);
        let bits = 0;
        for (let index = from; index < to; index += 1) {
          const column = values[index];
          if (column?.next() !== true) return false;
          if (column.isNull()) bits |= 1 << (index - from);
        }
        if (from === 0) hash.reset(bits);
        else hash.mix(bits);
        for (let index = from; index < to; index += 1) {
          if ((bits & (1 << (index - from))) !== 0) hash.addBytes(empty, emptyView, 0, 0);
          else if (values[index]?.hash() !== true) return false;
        }
      }
      sum.add(hash);
    }
    return values.every((column) => column.ended());
  };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
