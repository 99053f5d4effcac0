/**
 * PostgreSQL's own chained hash in JavaScript: `hashtextextended(cn, … hashtextextended(c1, bitmap))`, the same 64 bits on both sides.
 * Source: PostgreSQL, src/common/hashfn.c, hash_bytes_extended (Bob Jenkins' lookup3, http://burtleburtle.net/bob/c/lookup3.c),
 * read in little-endian order as every server on x86-64 and ARM64 does.
 */
export interface RowHash {
  /** Upper and lower 32 bits, signed, of the hash so far. */
  hi: number;
  lo: number;
  /** True once a text held U+FFFD since this was last set to false: such a text may stand for invalid bytes. */
  replaced: boolean;
  /** Starts over with a seed; `seed` has at most 30 bits. */
  reset(seed: number): void;
  /** Mixes up to 30 bits into the seed of what follows: the NULL bitmap of the next block of columns. */
  mix(bits: number): void;
  /** Chains one text, hashed as its UTF-8 bytes. */
  add(text: string): void;
  /** Chains bytes as they are; `view` is over the same memory as `bytes`. True where all of them are ASCII other than NUL. */
  addBytes(bytes: Uint8Array, view: DataView, from: number, length: number): boolean;
}

/** Columns whose NULLs share one bitmap: 30 bits stay a small integer in JavaScript. */
export const bitmapBlock = 30;

const initialBytes = 1 << 16;

/** One hasher with a buffer of its own, reused for every value: not to be shared between threads. */
export function createRowHash(): RowHash {
  return new Lookup3();
}

/** For 0 to 4 bytes of a word that are there: the others filled, so that they are not taken for NUL. */
const absent = new Int32Array([-1, -256, -65_536, -16_777_216, 0]);

class Lookup3 implements RowHash {
  hi = 0;
  lo = 0;
  replaced = false;
  #bytes = new Uint8Array(initialBytes);
  #view = new DataView(this.#bytes.buffer);

  reset(seed: number): void {
    this.hi = 0;
    this.lo = seed | 0;
  }

  mix(bits: number): void {
    this.lo ^= bits;
  }

  add(text: string): void {
    const needed = text.length * 3;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.addBytes(this.#bytes, this.#view, 0, this.#encode(text, this.#bytes));
  }

  #grow(bytes: number): void {
    this.#bytes = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
    this.#view = new DataView(this.#bytes.buffer);
  }

  addBytes(bytes: Uint8Array, view: DataView, from: number, length: number): boolean {
    let a = (0x9e3779b9 + length + 3923095) | 0;
    let b = a;
    let c = a;
    if (this.hi !== 0 || this.lo !== 0) {
      a = (a + this.hi) | 0;
      b = (b + this.lo) | 0;
      a = (a - c) ^ ((c << 4) | (c >>> 28)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 6) | (a >>> 26)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 8) | (b >>> 24)); b = (b + a) | 0;
      a = (a - c) ^ ((c << 16) | (c >>> 16)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 19) | (a >>> 13)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 4) | (b >>> 28)); b = (b + a) | 0;
    }
    let left = length;
    let at = from;
    let x: number;
    let y: number;
    let z: number;
    // Bit 7 of a byte in `seen`: some byte there is above 127; in `zero`: some byte there is NUL.
    let seen = 0;
    let zero = 0;
    while (left >= 12) {
      x = view.getInt32(at, true);
      y = view.getInt32(at + 4, true);
      z = view.getInt32(at + 8, true);
      seen |= x | y | z;
      zero |= ((x - 0x01010101) & ~x) | ((y - 0x01010101) & ~y) | ((z - 0x01010101) & ~z);
      a = (a + x) | 0;
      b = (b + y) | 0;
      c = (c + z) | 0;
      a = (a - c) ^ ((c << 4) | (c >>> 28)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 6) | (a >>> 26)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 8) | (b >>> 24)); b = (b + a) | 0;
      a = (a - c) ^ ((c << 16) | (c >>> 16)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 19) | (a >>> 13)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 4) | (b >>> 28)); b = (b + a) | 0;
      at += 12;
      left -= 12;
    }
    // The rest, as if padded with zeros; the lowest byte of c is reserved for the length (hashfn.c).
    x = left >= 4 ? view.getInt32(at, true) : partOf(bytes, at, left);
    y = left >= 8 ? view.getInt32(at + 4, true) : left > 4 ? partOf(bytes, at + 4, left - 4) : 0;
    z = left > 8 ? partOf(bytes, at + 8, left - 8) : 0;
    seen |= x | y | z;
    const [ax, ay, az] = [absent[left < 4 ? left : 4] ?? 0, absent[left < 4 ? 0 : left < 8 ? left - 4 : 4] ?? 0, absent[left < 8 ? 0 : left - 8] ?? 0];
    zero |= (((x | ax) - 0x01010101) & ~(x | ax)) | (((y | ay) - 0x01010101) & ~(y | ay)) | (((z | az) - 0x01010101) & ~(z | az));
    a = (a + x) | 0;
    b = (b + y) | 0;
    c = (c + (z << 8)) | 0;
    c = (c ^ b) - ((b << 14) | (b >>> 18));
    a = (a ^ c) - ((c << 11) | (c >>> 21));
    b = (b ^ a) - ((a << 25) | (a >>> 7));
    c = (c ^ b) - ((b << 16) | (b >>> 16));
    a = (a ^ c) - ((c << 4) | (c >>> 28));
    b = (b ^ a) - ((a << 14) | (a >>> 18));
    c = (c ^ b) - ((b << 24) | (b >>> 8));
    this.hi = b | 0;
    this.lo = c | 0;
    return ((seen | zero) & 0x80808080) === 0;
  }

  /** Writes well-formed UTF-16 as UTF-8 and returns the length; half a surrogate pair becomes U+FFFD, as everywhere. */
  #encode(text: string, bytes: Uint8Array): number {
    const length = text.length;
    let out = 0;
    for (let at = 0; at < length; at += 1) {
      let code = text.charCodeAt(at);
      if (code < 0x80) {
        bytes[out++] = code;
        continue;
      }
      if (code < 0x800) {
        bytes[out++] = 0xc0 | (code >> 6);
        bytes[out++] = 0x80 | (code & 63);
        continue;
      }
      if (code >= 0xd800 && code < 0xe000) {
        const next = code < 0xdc00 ? text.charCodeAt(at + 1) : 0;
        if (next >= 0xdc00 && next < 0xe000) {
          at += 1;
          code = 0x10000 + ((code & 0x3ff) << 10) + (next & 0x3ff);
          bytes[out++] = 0xf0 | (code >> 18);
          bytes[out++] = 0x80 | ((code >> 12) & 63);
          bytes[out++] = 0x80 | ((code >> 6) & 63);
          bytes[out++] = 0x80 | (code & 63);
          continue;
        }
        code = 0xfffd;
      }
      if (code === 0xfffd) this.replaced = true;
      bytes[out++] = 0xe0 | (code >> 12);
      bytes[out++] = 0x80 | ((code >> 6) & 63);
      bytes[out++] = 0x80 | (code & 63);
    }
    return out;
  }
}

/** Up to three bytes as the lower bytes of a word. */
function partOf(bytes: Uint8Array, at: number, length: number): number {
  const first = length > 0 ? (bytes[at] ?? 0) : 0;
  const second = length > 1 ? (bytes[at + 1] ?? 0) << 8 : 0;
  return length > 2 ? first | second | ((bytes[at + 2] ?? 0) << 16) : first | second;
}

/** The 64 bits as PostgreSQL's bigint shows them. */
export function hashText(hash: Pick<RowHash, 'hi' | 'lo'>): string {
  return ((BigInt(hash.hi) << 32n) | BigInt(hash.lo >>> 0)).toString();
}

/** One column in the hash: its quoted name and its canonical text, NULL exactly where the column is. */
export interface HashedColumn {
  readonly column: string;
  readonly text: string;
}

/**
 * SQL for the same hash over columns in order. `COLLATE "C"` makes it a hash of the bytes, whatever the column's collation. IS NOT DISTINCT FROM
 * NULL, which costs the same, is not true of a composite of NULLs alone as IS NULL is (manual 9.2).
 */
export function rowHashSql(columns: readonly HashedColumn[]): string {
  let inner = '0::int8';
  for (let from = 0; from < columns.length; from += bitmapBlock) {
    const block = columns.slice(from, from + bitmapBlock);
    const bits = block.map(({ column }, index) => `CASE WHEN ${column} IS NOT DISTINCT FROM NULL THEN ${1 << index} ELSE 0 END`).join(' + ');
    inner = from === 0 ? `(${bits})::int8` : `(${inner} # (${bits})::int8)`;
    for (const { text } of block) inner = `hashtextextended(coalesce(${text}, '') COLLATE "C", ${inner})`;
  }
  return inner;
}
