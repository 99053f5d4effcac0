import { isUtf8 } from 'node:buffer';
import type { SqliteColumn } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { codePoints } from '../../../shared/pure/codec/utf8.ts';
import { inspectText, isSpace, isUntrimmed, textFlags } from './inspect-text.ts';
import { createRungCounts, unreadBlob, type RungCounts } from './rung-counts.ts';
import { createDetectors, type Detectors } from './detectors.ts';
import { ShortTexts } from './short-texts.ts';

/** Distinct values are counted up to this many; above it the number is left open. */
const maxDistinct = 64;
const maxDistinctChars = 64;

/** Names a row for people: `id=5`. Only called for the few rows shown as examples. */
export type RowNamer = (row: readonly SourceValue[]) => string;

/** The highest bit and the lowest of each byte of a word. */
const [highest, lowest] = [0x80808080, 0x01010101];

/** Neither NUL nor anything above 0x7f; four bytes at a time. A byte of 0 less 1 has the highest bit, which it had not before. */
function isPlainAscii(bytes: Uint8Array, view: DataView, from: number, to: number): boolean {
  let at = from;
  for (; at + 4 <= to; at += 4) {
    const word = view.getInt32(at);
    if (((word | (word - lowest)) & highest) !== 0) return false;
  }
  for (; at < to; at += 1) {
    const unit = bytes[at];
    if (unit === undefined || unit === 0 || unit > 0x7f) return false;
  }
  return true;
}

/** Everything one pass learns about one column. Counters are numbers: SQLite cannot hold 2^53 rows in a file. */
export class ColumnScan {
  readonly column: SqliteColumn;
  readonly rungs: RungCounts;
  readonly detectors: Detectors;
  nulls = 0;
  integers = 0;
  reals = 0;
  texts = 0;
  blobs = 0;
  nulTexts = 0;
  invalidTexts = 0;
  infinities = 0;
  beyond32 = 0;
  beyond53 = 0;
  untrimmed = 0;
  maxChars = 0;
  maxBytes = 0;
  minBlob = Number.POSITIVE_INFINITY;
  maxBlob = 0;
  bytes = 0;
  minReal = Number.POSITIVE_INFINITY;
  maxReal = Number.NEGATIVE_INFINITY;
  /** Rows of the chunk at hand whose text holds U+FFFD: only their raw bytes tell whether they are invalid. */
  readonly suspects: number[] = [];
  #minSafe = Number.POSITIVE_INFINITY;
  #maxSafe = Number.NEGATIVE_INFINITY;
  #minMagnitude = Number.POSITIVE_INFINITY;
  #minLarge: bigint | undefined;
  #maxLarge: bigint | undefined;
  #distinct: Set<SourceValue> | undefined = new Set();
  readonly #short = new ShortTexts();

  constructor(column: SqliteColumn, isKey: boolean, row: RowNamer) {
    this.column = column;
    this.rungs = createRungCounts(column.declared, row);
    this.detectors = createDetectors(column, isKey);
  }

  /** Takes one value; `at` is the row's place in the chunk. Returns its bytes: 8 for a number, 0 for NULL. */
  add(value: SourceValue, row: readonly SourceValue[], at: number): number {
    if (value === null) {
      this.nulls += 1;
      return 0;
    }
    if (typeof value === 'string') return this.#addText(value, row, at);
    if (typeof value === 'object') return this.#addBlob(value, row);
    if (this.#distinct !== undefined) this.#addDistinct(value);
    this.bytes += 8;
    if (typeof value === 'bigint') this.#addInteger(value);
    else this.#addReal(value);
    this.rungs.add(value, row);
    return 8;
  }

  /** A whole number that is exact as a number. */
  addWhole(value: number, row: readonly SourceValue[]): number {
    this.bytes += 8;
    this.integers += 1;
    this.#addSafe(value);
    if (this.#distinct !== undefined || !this.rungs.holdsAnyInteger) {
      const exact = BigInt(value);
      if (this.#distinct !== undefined) this.#addDistinct(exact);
      this.rungs.add(exact, row);
    }
    return 8;
  }

  /** A text as its UTF-8 bytes, `view` being over the same memory; of most no string is made. Nothing of it is left in `suspects`. */
  addEncoded(bytes: Buffer, view: DataView, from: number, length: number, row: readonly SourceValue[]): number {
    const to = from + length;
    if (!isPlainAscii(bytes, view, from, to)) return this.#addForeign(bytes.subarray(from, to), row);
    this.texts += 1;
    this.bytes += length;
    if (length > this.maxBytes) this.maxBytes = length;
    if (length > this.maxChars) this.maxChars = length;
    if (length > 0 && (isSpace(bytes[from] ?? 0) || isSpace(bytes[to - 1] ?? 0))) this.untrimmed += 1;
    if (this.#distinct === undefined && this.rungs.holdsAnyText && !this.detectors.isLooking) return length;
    const value = this.#distinct === undefined ? bytes.toString('latin1', from, to) : this.#shortText(bytes, from, to);
    this.rungs.addPlainText(value, row);
    this.detectors.text(value);
    return length;
  }

  /** Of a column that has few different texts as far as was read. */
  #shortText(bytes: Buffer, from: number, to: number): string {
    const value = this.#short.textOf(bytes, from, to);
    // One that was kept has been counted.
    if (this.#short.isNew) this.#addDistinct(value);
    return value;
  }

  /** Not only ASCII, or with NUL. */
  #addForeign(bytes: Buffer, row: readonly SourceValue[]): number {
    const value = bytes.toString('utf8');
    const added = this.#addText(value, row, 0);
    if (this.suspects.length === 0) return added;
    this.suspects.length = 0;
    if (isUtf8(bytes)) this.confirmText(value, row);
    else this.addInvalid(row, bytes, true);
    return added;
  }

  /** A blob of so many bytes of which no more than its beginning was read: it counts as one that is neither text nor a UUID. */
  addLarge(bytes: number, row: readonly SourceValue[], begin: SourceValue): number {
    return this.#addBlob(begin instanceof Uint8Array ? begin : unreadBlob, row, bytes);
  }

  /** A text of `suspects` whose raw bytes turned out valid. */
  confirmText(value: string, row: readonly SourceValue[]): void {
    this.rungs.add(value, row);
    this.detectors.text(value);
  }

  /** A text of `suspects` whose raw bytes are not valid in the database's encoding. */
  addInvalid(row: readonly SourceValue[], bytes: Uint8Array, utf8: boolean): void {
    this.invalidTexts += 1;
    this.rungs.addInvalid(row, bytes, utf8);
  }

  /** Smallest and greatest INTEGER. */
  range(): { min: bigint; max: bigint } | undefined {
    if (this.integers === 0) return undefined;
    const all = [this.#minLarge, this.#maxLarge, ...(Number.isFinite(this.#minSafe) ? [BigInt(this.#minSafe), BigInt(this.#maxSafe)] : [])].filter((each) => each !== undefined);
    return { min: all.reduce((a, b) => (a < b ? a : b)), max: all.reduce((a, b) => (a > b ? a : b)) };
  }

  /** Smallest magnitude of the INTEGERs other than 0. */
  minMagnitude(): bigint | undefined {
    if (Number.isFinite(this.#minMagnitude)) return BigInt(this.#minMagnitude);
    const range = this.#minLarge === undefined || this.#maxLarge === undefined ? undefined : { min: this.#minLarge, max: this.#maxLarge };
    if (range === undefined) return undefined;
    if (range.min > 0n) return range.min;
    return range.max < 0n ? -range.max : BigInt(Number.MAX_SAFE_INTEGER);
  }

  distinct(): number | undefined {
    return this.#distinct?.size;
  }

  get nonNull(): number {
    return this.integers + this.reals + this.texts + this.blobs;
  }

  #addText(value: string, row: readonly SourceValue[], at: number): number {
    const seen = inspectText(value);
    const bytes = Math.floor(seen / 4);
    this.texts += 1;
    this.bytes += bytes;
    if (bytes > this.maxBytes) this.maxBytes = bytes;
    if (value.length > this.maxChars) this.maxChars = Math.max(this.maxChars, codePoints(value));
    if (isUntrimmed(value)) this.untrimmed += 1;
    if (this.#distinct !== undefined) this.#addDistinct(value);
    if (seen % 4 === 0) {
      this.rungs.addPlainText(value, row);
      this.detectors.text(value);
      return bytes;
    }
    if ((seen & textFlags.nul) !== 0) this.nulTexts += 1;
    if ((seen & textFlags.suspect) !== 0) {
      this.suspects.push(at);
      return bytes;
    }
    this.rungs.add(value, row);
    this.detectors.text(value);
    return bytes;
  }

  #addBlob(value: Uint8Array, row: readonly SourceValue[], bytes = value.byteLength): number {
    this.blobs += 1;
    this.bytes += bytes;
    if (bytes > this.maxBytes) this.maxBytes = bytes;
    if (bytes > this.maxBlob) this.maxBlob = bytes;
    if (bytes < this.minBlob) this.minBlob = bytes;
    this.#distinct = undefined;
    this.rungs.add(value, row);
    return bytes;
  }

  #addInteger(value: bigint): void {
    this.integers += 1;
    const number = Number(value);
    if (Number.isSafeInteger(number)) {
      this.#addSafe(number);
      return;
    }
    this.beyond32 += 1;
    this.beyond53 += 1;
    if (this.#minLarge === undefined || value < this.#minLarge) this.#minLarge = value;
    if (this.#maxLarge === undefined || value > this.#maxLarge) this.#maxLarge = value;
  }

  #addSafe(number: number): void {
    if (number < this.#minSafe) this.#minSafe = number;
    if (number > this.#maxSafe) this.#maxSafe = number;
    const magnitude = Math.abs(number);
    if (magnitude !== 0 && magnitude < this.#minMagnitude) this.#minMagnitude = magnitude;
    if (number > 2_147_483_647 || number < -2_147_483_648) this.beyond32 += 1;
  }

  #addReal(value: number): void {
    this.reals += 1;
    if (!Number.isFinite(value)) this.infinities += 1;
    if (value < this.minReal) this.minReal = value;
    if (value > this.maxReal) this.maxReal = value;
    this.detectors.real(value);
  }

  #addDistinct(value: SourceValue): void {
    const set = this.#distinct;
    if (set === undefined) return;
    set.add(value);
    if (set.size > maxDistinct || (typeof value === 'string' && value.length > maxDistinctChars)) this.#distinct = undefined;
  }
}
