import { isUtf8 } from 'node:buffer';
import type { SourceCell } from '../../../shared/pure/canonical/cell.ts';
import { bitmapBlock, createRowHash, type RowHash } from '../../../shared/pure/canonical/row-hash.ts';
import { PagesUnfit, storage, type PageColumn, type RecordCursor } from '../../drivers/sqlite/pages/index.ts';
import type { ComparedColumn } from './shape.ts';

/** Writes one non-NULL value of the row under the cursor into the hash; false where it has no canonical form. */
type Digest = (index: number) => boolean;

const hexDigits = Buffer.from('0123456789abcdef', 'latin1');
const [minus, zero] = [0x2d, 0x30];

/**
 * Hashes the row under a cursor as `createRowDigest` hashes its cells: text from the page's own bytes, whole numbers and doubles by their
 * digits, all other kinds of value as a cell.
 */
export interface PageDigest {
  readonly hash: RowHash;
  /** False where a cell has no form in the target, so that the row cannot be there. */
  digest(): boolean;
}

export function createPageDigest(columns: readonly ComparedColumn[], places: readonly PageColumn[], cursor: RecordCursor): PageDigest {
  const hash = createRowHash();
  const scratch = Buffer.alloc(32);
  const scratchView = new DataView(scratch.buffer, scratch.byteOffset, scratch.length);
  const { kinds } = cursor;
  const count = columns.length;

  /** Decimal digits of a safe integer. */
  const addInteger = (value: number): boolean => {
    let at = 32;
    let left = Math.abs(value);
    do {
      const rest = Math.floor(left / 1_000_000_000);
      let part = left - rest * 1_000_000_000;
      for (let digits = 0; digits < 9 && (rest > 0 || part > 0 || at === 32); digits += 1) {
        const tenth = Math.floor(part / 10);
        scratch[at -= 1] = zero + part - tenth * 10;
        part = tenth;
      }
      left = rest;
    } while (left > 0);
    if (value < 0) scratch[at -= 1] = minus;
    return hash.addBytes(scratch, scratchView, at, 32 - at);
  };
  const addDouble = (value: number): boolean => {
    scratchView.setFloat64(0, value);
    for (let byte = 0; byte < 8; byte += 1) {
      const bits = scratch[byte] ?? 0;
      scratch[16 + byte * 2] = hexDigits[bits >> 4] ?? 0;
      scratch[17 + byte * 2] = hexDigits[bits & 15] ?? 0;
    }
    return hash.addBytes(scratch, scratchView, 16, 16);
  };

  const digests = columns.map((column, position): Digest => {
    const real = places[position]?.real === true;
    const cellOf = (index: number): Exclude<SourceCell, null> => {
      switch (kinds[index]) {
        case storage.integer: return real ? Number(cursor.bigint(index)) : cursor.bigint(index);
        case storage.real: return cursor.real(index);
        case storage.blob: return cursor.slice(index);
        default: {
          const bytes = cursor.slice(index);
          return isUtf8(bytes) ? bytes.toString('utf8') : { rawText: bytes };
        }
      }
    };
    const asCell: Digest = (index) => {
      const canonical = column.canonicalOf(cellOf(index));
      if (typeof canonical !== 'string') return false;
      hash.add(canonical);
      return true;
    };
    const { longestPlain, range } = column;
    if (longestPlain > 0) {
      return (index) => {
        const length = cursor.lengths[index] ?? 0;
        if (kinds[index] !== storage.text || length > longestPlain) return asCell(index);
        const { bytes } = cursor;
        const from = cursor.starts[index] ?? 0;
        if (hash.addBytes(bytes, cursor.view, from, length)) return true;
        const text = bytes.subarray(from, from + length);
        return !text.includes(0) && isUtf8(text);
      };
    }
    if (range > 0) {
      return (index) => {
        const value = kinds[index] === storage.integer && !real ? cursor.integer(index) : Number.NaN;
        return value >= -range && value < range ? addInteger(value) : asCell(index);
      };
    }
    if (column.base === 'double precision') {
      return (index) => {
        if (kinds[index] === storage.real) return addDouble(cursor.real(index));
        return real && kinds[index] === storage.integer ? addDouble(Number(cursor.bigint(index))) : asCell(index);
      };
    }
    return asCell;
  });
  const rowids = places.map((place, position) => (place.rowid ? rowidDigest(columns[position], addInteger, hash, cursor) : null));
  const indexes = places.map((place) => place.index);

  return {
    hash,
    digest() {
      for (let from = 0; from < count || from === 0; from += bitmapBlock) {
        const to = Math.min(count, from + bitmapBlock);
        let bits = 0;
        for (let at = from; at < to; at += 1) {
          if (kinds[indexes[at] ?? 0] === storage.null && rowids[at] === null) bits |= 1 << (at - from);
        }
        if (from === 0) hash.reset(bits);
        else hash.mix(bits);
        for (let at = from; at < to; at += 1) {
          const index = indexes[at] ?? 0;
          const rowid = rowids[at];
          if (rowid !== null && rowid !== undefined) {
            if (!rowid()) return false;
          } else if (kinds[index] === storage.null) hash.addBytes(scratch, scratchView, 0, 0);
          else if (digests[at]?.(index) !== true) return false;
        }
      }
      return true;
    },
  };
}

function rowidDigest(column: ComparedColumn | undefined, addInteger: (value: number) => boolean, hash: RowHash, cursor: RecordCursor): () => boolean {
  if (column === undefined) throw new PagesUnfit('malformed');
  const { range } = column;
  return () => {
    if (cursor.rowid >= -range && cursor.rowid < range) return addInteger(cursor.rowid);
    const canonical = column.canonicalOf(BigInt(cursor.rowid));
    if (typeof canonical !== 'string') return false;
    hash.add(canonical);
    return true;
  };
}
