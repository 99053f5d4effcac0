import { PagesUnfit } from './page-file.ts';
import { storage, type RecordCursor } from './record.ts';

export type Collation = 'BINARY' | 'NOCASE' | 'RTRIM';

/** How an index compares one of its columns. */
export interface OrderedField {
  readonly collation: Collation;
  readonly descending: boolean;
}

const space = 0x20;

/**
 * Compares two values as SQLite sorts them: NULL, numbers, texts, blobs (https://sqlite.org/datatype3.html, section 4). Below 0 where `a` comes first.
 *
 * @throws PagesUnfit at a NaN, which SQLite never stores
 */
export function compareValues(a: RecordCursor, b: RecordCursor, index: number, collation: Collation): number {
  const [kind, other] = [a.kinds[index] ?? 0, b.kinds[index] ?? 0];
  const numeric = kind === storage.integer || kind === storage.real;
  if (numeric && (other === storage.integer || other === storage.real)) {
    const [x, y] = [numberOf(a, index), numberOf(b, index)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  // The kinds are numbered in the order of the classes.
  if (kind !== other) return kind - other;
  if (kind === storage.null) return 0;
  return kind === storage.text ? compareTexts(a, b, index, collation) : compareBytes(a, b, index, a.lengths[index] ?? 0, b.lengths[index] ?? 0);
}

/** What passes 2^53 as a bigint, which JavaScript compares with numbers exactly. */
function numberOf(cursor: RecordCursor, index: number): number | bigint {
  const value = cursor.kinds[index] === storage.real ? cursor.real(index) : cursor.integer(index);
  if (!Number.isNaN(value)) return value;
  if (cursor.kinds[index] === storage.real) throw new PagesUnfit('malformed');
  return cursor.bigint(index);
}

function compareTexts(a: RecordCursor, b: RecordCursor, index: number, collation: Collation): number {
  const [length, other] = [a.lengths[index] ?? 0, b.lengths[index] ?? 0];
  switch (collation) {
    case 'BINARY': return compareBytes(a, b, index, length, other);
    case 'RTRIM': return compareBytes(a, b, index, withoutSpaces(a, index), withoutSpaces(b, index));
    case 'NOCASE': {
      const [from, at] = [a.starts[index] ?? 0, b.starts[index] ?? 0];
      for (let place = 0; place < Math.min(length, other); place += 1) {
        const [x, y] = [lower(a.bytes[from + place] ?? 0), lower(b.bytes[at + place] ?? 0)];
        if (x !== y) return x - y;
        // Behind a NUL only lengths are compared (sqlite3StrNICmp ends there).
        if (x === 0) break;
      }
      return length - other;
    }
    default: return collation satisfies never;
  }
}

/** As memcmp does, a beginning before the whole. */
function compareBytes(a: RecordCursor, b: RecordCursor, index: number, length: number, other: number): number {
  const [left, right] = [a.bytes, b.bytes];
  const [from, at] = [a.starts[index] ?? 0, b.starts[index] ?? 0];
  const shorter = length < other ? length : other;
  for (let place = 0; place < shorter; place += 1) {
    const difference = (left[from + place] ?? 0) - (right[at + place] ?? 0);
    if (difference !== 0) return difference;
  }
  return length - other;
}

function withoutSpaces(cursor: RecordCursor, index: number): number {
  const from = cursor.starts[index] ?? 0;
  let length = cursor.lengths[index] ?? 0;
  while (length > 0 && cursor.bytes[from + length - 1] === space) length -= 1;
  return length;
}

/** Letters A to Z alone, as SQLite folds. */
function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte;
}
