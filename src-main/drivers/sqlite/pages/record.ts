import { PagesUnfit } from './page-file.ts';

/** Storage classes of a record's values, as this reader tells them apart. */
export const storage = { null: 0, integer: 1, real: 2, text: 3, blob: 4 } as const;

/**
 * The row that is being read: where each value of its record stands in `bytes`. One object for all rows of a table, overwritten by the
 * next row. Record format: https://sqlite.org/fileformat2.html, section 2.1.
 */
export class RecordCursor {
  bytes: Buffer;
  view: DataView;
  rowid = 0;
  /** Values in the record; an older row may have fewer than the table has columns. */
  count = 0;
  /** Per value: one of `storage`. */
  readonly kinds: Uint8Array;
  /** Per value: first byte and number of bytes; an integer of no bytes is its serial type less 8 (0 or 1), kept in `starts`. */
  readonly starts: Int32Array;
  readonly lengths: Int32Array;

  constructor(bytes: Buffer, columns: number) {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.kinds = new Uint8Array(columns);
    this.starts = new Int32Array(columns);
    this.lengths = new Int32Array(columns);
  }

  /** Takes another buffer to read from. */
  turnTo(bytes: Buffer, view: DataView): void {
    this.bytes = bytes;
    this.view = view;
  }

  /** Reads the header of the record that stands in `bytes` from `at` to `end`. */
  parse(at: number, end: number): void {
    const { bytes, kinds, starts, lengths } = this;
    let position = at;
    let header = bytes[position++] ?? 0;
    if (header >= 0x80) {
      let next = header;
      header &= 0x7f;
      while (next >= 0x80) {
        next = bytes[position++] ?? 0;
        header = (header << 7) | (next & 0x7f);
      }
    }
    const bodyStart = at + header;
    if (header < 1 || bodyStart > end) throw new PagesUnfit('malformed');
    let body = bodyStart;
    let index = 0;
    while (position < bodyStart) {
      let serial = bytes[position++] ?? 0;
      if (serial >= 0x80) {
        let next = serial;
        serial &= 0x7f;
        while (next >= 0x80) {
          next = bytes[position++] ?? 0;
          serial = serial * 128 + (next & 0x7f);
        }
      }
      if (index >= kinds.length || body > end) throw new PagesUnfit('malformed');
      starts[index] = body;
      if (serial >= 12) {
        const length = (serial - 12 - (serial & 1)) / 2;
        kinds[index] = (serial & 1) === 1 ? storage.text : storage.blob;
        lengths[index] = length;
        body += length;
      } else if (serial === 0) {
        kinds[index] = storage.null;
        lengths[index] = 0;
      } else if (serial === 7) {
        kinds[index] = storage.real;
        lengths[index] = 8;
        body += 8;
      } else {
        if (serial > 9) throw new PagesUnfit('malformed');
        const length = serial < 5 ? serial : serial === 5 ? 6 : serial === 6 ? 8 : 0;
        kinds[index] = storage.integer;
        lengths[index] = length;
        if (length === 0) starts[index] = serial - 8;
        body += length;
      }
      index += 1;
    }
    if (position !== bodyStart || body > end) throw new PagesUnfit('malformed');
    this.count = index;
  }

  /** An integer as a number; NaN where it passes 2^53 (see `bigint`). */
  integer(index: number): number {
    const at = this.starts[index] ?? 0;
    switch (this.lengths[index]) {
      case 0: return at;
      case 1: return this.view.getInt8(at);
      case 2: return this.view.getInt16(at);
      case 3: return this.view.getInt8(at) * 65_536 + this.view.getUint16(at + 1);
      case 4: return this.view.getInt32(at);
      case 6: return this.view.getInt16(at) * 4_294_967_296 + this.view.getUint32(at + 2);
      default: {
        const value = this.view.getInt32(at) * 4_294_967_296 + this.view.getUint32(at + 4);
        return Number.isSafeInteger(value) ? value : Number.NaN;
      }
    }
  }

  bigint(index: number): bigint {
    const value = this.integer(index);
    return Number.isNaN(value) ? this.view.getBigInt64(this.starts[index] ?? 0) : BigInt(value);
  }

  real(index: number): number {
    return this.view.getFloat64(this.starts[index] ?? 0);
  }

  /** The bytes of a text or blob, valid until the next row. */
  slice(index: number): Buffer {
    const at = this.starts[index] ?? 0;
    return this.bytes.subarray(at, at + (this.lengths[index] ?? 0));
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
