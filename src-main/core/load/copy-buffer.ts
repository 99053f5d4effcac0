import type { FieldWriter } from '../../../shared/pure/codec/index.ts';
import { giveBack } from '../../workers/collector.ts';

/** 128 KB: measured best for COPY through a socket (design: migration.md, "Load"). */
export const copyBufferBytes = 128 * 1024;
/** Texts up to this length are copied by a loop: a call into C++ costs more. */
const shortText = 24;
/** Bytes up to this number likewise. */
const shortCopy = 40;
/** From this length the bytes are counted first, rather than reserving three for every character. */
const longText = 8192;

const signature = Buffer.from('PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0', 'latin1');

/** A stretch of COPY data ready to be sent. */
export interface FullBuffer {
  readonly bytes: Buffer;
  /** Gives the memory back; call it when the socket is done with it. */
  release(): void;
}

/**
 * Rows in PostgreSQL's COPY BINARY format, written into a few reused buffers; a value too large for one gets a buffer of its own.
 * A row can be taken back until the next one begins, so a misfit in its last column costs nothing.
 */
export class CopyBuffer implements FieldWriter {
  /** Set by `text` where the value may stand for invalid bytes (holds U+FFFD); cleared by `beginRow`. */
  suspect = false;
  #buffer: Buffer;
  #view: DataView;
  #at = 0;
  #rowStart = 0;
  readonly #free: Buffer[] = [];
  #full: FullBuffer[] = [];

  constructor() {
    this.#buffer = Buffer.allocUnsafeSlow(copyBufferBytes);
    this.#view = new DataView(this.#buffer.buffer);
  }

  /** Starts a COPY: its header. */
  header(): void {
    this.#reserve(signature.length);
    this.#buffer.set(signature, this.#at);
    this.#at += signature.length;
    this.#rowStart = this.#at;
  }

  /** Ends a COPY: its trailer. */
  trailer(): void {
    this.#rowStart = this.#at;
    this.#reserve(2);
    this.#view.setInt16(this.#at, -1);
    this.#at += 2;
    this.#rowStart = this.#at;
  }

  beginRow(fields: number): void {
    this.#rowStart = this.#at;
    this.suspect = false;
    this.#reserve(2);
    this.#view.setInt16(this.#at, fields);
    this.#at += 2;
  }

  /** Bytes of the row since `beginRow`. */
  get rowBytes(): number {
    return this.#at - this.#rowStart;
  }

  /** Forgets everything since `beginRow`. */
  undoRow(): void {
    this.#at = this.#rowStart;
  }

  /** Takes the buffers that are full; with `all` also what stands in the last one. */
  take(all = false): FullBuffer[] {
    if (all && this.#at > 0) {
      this.#rowStart = this.#at;
      this.#turn(0);
    }
    const full = this.#full;
    if (full.length > 0) this.#full = [];
    return full;
  }

  nil(): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, -1);
    this.#at += 4;
  }

  bool(value: boolean): void {
    this.#reserve(5);
    this.#view.setInt32(this.#at, 1);
    this.#view.setUint8(this.#at + 4, value ? 1 : 0);
    this.#at += 5;
  }

  int16(value: number): void {
    this.#reserve(6);
    this.#view.setInt32(this.#at, 2);
    this.#view.setInt16(this.#at + 4, value);
    this.#at += 6;
  }

  int32(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setInt32(this.#at + 4, value);
    this.#at += 8;
  }

  int64(value: bigint | number): void {
    this.#reserve(12);
    this.#view.setInt32(this.#at, 8);
    if (typeof value === 'number') {
      const high = Math.floor(value / 4_294_967_296);
      this.#view.setInt32(this.#at + 4, high);
      this.#view.setUint32(this.#at + 8, value - high * 4_294_967_296);
    } else {
      this.#view.setBigInt64(this.#at + 4, value);
    }
    this.#at += 12;
  }

  float32(value: number): void {
    this.#reserve(8);
    this.#view.setInt32(this.#at, 4);
    this.#view.setFloat32(this.#at + 4, value);
    this.#at += 8;
  }

  float64(value: number): void {
    this.#reserve(12);
    this.#view.setInt32(this.#at, 8);
    this.#view.setFloat64(this.#at + 4, value);
    this.#at += 12;
  }

  text(value: string): void {
    const length = value.length;
    this.#reserve(4 + (length > longText ? Buffer.byteLength(value) : length * 3));
    const start = this.#at + 4;
    const written = this.#utf8(value, start);
    this.#view.setInt32(this.#at, written);
    this.#at = start + written;
  }

  prefixedText(prefix: number, value: string): void {
    this.#reserve(5 + (value.length > longText ? Buffer.byteLength(value) : value.length * 3));
    const start = this.#at + 5;
    const written = this.#utf8(value, start);
    this.#view.setInt32(this.#at, written + 1);
    this.#view.setUint8(this.#at + 4, prefix);
    this.#at = start + written;
  }

  bytes(value: Uint8Array, length = value.length): void {
    this.#reserve(4 + length);
    this.#view.setInt32(this.#at, length);
    this.#buffer.set(length === value.length ? value : value.subarray(0, length), this.#at + 4);
    this.#at += 4 + length;
  }

  /** A field of `length` bytes that stand in `source` from `from` on. */
  copied(source: Buffer, from: number, length: number): void {
    this.#reserve(4 + length);
    const start = this.#at + 4;
    this.#view.setInt32(this.#at, length);
    if (length <= shortCopy) {
      const buffer = this.#buffer;
      for (let at = 0; at < length; at += 1) buffer[start + at] = source[from + at] ?? 0;
    } else {
      source.copy(this.#buffer, start, from, from + length);
    }
    this.#at = start + length;
  }

  /** The head of a field whose bytes follow by `piece`. */
  length(bytes: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#at, bytes);
    this.#at += 4;
  }

  /** Bytes of a field too large to be held: handed over as they are, after everything before them. The row cannot be taken back any more. */
  piece(bytes: Buffer): void {
    this.#rowStart = this.#at;
    this.#turn(0);
    // Its memory goes back at once: the collector would let several large pieces pile up.
    this.#full.push({ bytes, release: () => giveBack(bytes) });
  }

  #utf8(value: string, start: number): number {
    const length = value.length;
    const buffer = this.#buffer;
    if (length <= shortText) {
      let at = 0;
      for (; at < length; at += 1) {
        const code = value.charCodeAt(at);
        if (code >= 0x80) break;
        buffer[start + at] = code;
      }
      if (at === length) return length;
    }
    const written = buffer.write(value, start, 'utf8');
    // Only text beyond ASCII can hold U+FFFD, which stands for invalid bytes or for itself.
    if (written !== length && value.includes('\uFFFD')) this.suspect = true;
    return written;
  }

  #reserve(bytes: number): void {
    if (this.#at + bytes > this.#buffer.length) this.#turn(bytes);
  }

  /** Hands over the finished rows and goes on with the unfinished one in another buffer that has `more` bytes of room. */
  #turn(more: number): void {
    const full = this.#buffer;
    const unfinished = this.#at - this.#rowStart;
    const needed = unfinished + more;
    const next = needed > copyBufferBytes ? Buffer.allocUnsafeSlow(Math.ceil(needed * 1.25)) : (this.#free.pop() ?? Buffer.allocUnsafeSlow(copyBufferBytes));
    full.copy(next, 0, this.#rowStart, this.#at);
    const release = (): void => {
      if (full.length === copyBufferBytes) this.#free.push(full);
    };
    if (this.#rowStart > 0) this.#full.push({ bytes: full.subarray(0, this.#rowStart), release });
    else release();
    this.#buffer = next;
    this.#view = new DataView(next.buffer);
    this.#at = unfinished;
    this.#rowStart = 0;
  }
}
