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
}

/** Columns whose NULLs share one bitmap: 30 bits stay a small integer in JavaScript. */
export const bitmapBlock = 30;

const initialBytes = 1 << 16;

/** One hasher with a buffer of its own, reused for every value: not to be shared between threads. */
export function createRowHash(): RowHash {
  return new Lookup3();
}

class Lookup3 implements RowHash {
  hi = 0;
  lo = 0;
  replaced = false;
  #bytes = new Uint8Array(initialBytes);
  #words = new Int32Array(this.#bytes.buffer);

  reset(seed: number): void {
    this.hi = 0;
    this.lo = seed | 0;
  }

  mix(bits: number): void {
    this.lo ^= bits;
  }

  add(text: string): void {
    const needed = text.length * 3 + 12;
    if (needed > this.#bytes.length) this.#grow(needed);
    this.#hash(this.#encode(text, this.#bytes));
  }

  #grow(bytes: number): void {
    this.#bytes = new Uint8Array(2 ** Math.ceil(Math.log2(bytes)));
    this.#words = new Int32Array(this.#bytes.buffer);
  }

  #hash(length: number): void {
    const words = this.#words;
    const bytes = this.#bytes;
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
    let at = 0;
    while (left >= 12) {
      a = (a + (words[at] ?? 0)) | 0;
      b = (b + (words[at + 1] ?? 0)) | 0;
      c = (c + (words[at + 2] ?? 0)) | 0;
      a = (a - c) ^ ((c << 4) | (c >>> 28)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 6) | (a >>> 26)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 8) | (b >>> 24)); b = (b + a) | 0;
      a = (a - c) ^ ((c << 16) | (c >>> 16)); c = (c + b) | 0;
      b = (b - a) ^ ((a << 19) | (a >>> 13)); a = (a + c) | 0;
      c = (c - b) ^ ((b << 4) | (b >>> 28)); b = (b + a) | 0;
      at += 3;
      left -= 12;
    }
    // The rest, as if padded with zeros; the lowest byte of c is reserved for the length (hashfn.c).
    bytes.fill(0, length, at * 4 + 12);
    a = (a + (words[at] ?? 0)) | 0;
    b = (b + (words[at + 1] ?? 0)) | 0;
    c = (c + ((words[at + 2] ?? 0) << 8)) | 0;
    c = (c ^ b) - ((b << 14) | (b >>> 18));
    a = (a ^ c) - ((c << 11) | (c >>> 21));
    b = (b ^ a) - ((a << 25) | (a >>> 7));
    c = (c ^ b) - ((b << 16) | (b >>> 16));
    a = (a ^ c) - ((c << 4) | (c >>> 28));
    b = (b ^ a) - ((a << 14) | (a >>> 18));
    c = (c ^ b) - ((b << 24) | (b >>> 8));
    this.hi = b | 0;
    this.lo = c | 0;
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

/** The 64 bits as PostgreSQL's bigint shows them. */
export function hashText(hash: Pick<RowHash, 'hi' | 'lo'>): string {
  return ((BigInt(hash.hi) << 32n) | BigInt(hash.lo >>> 0)).toString();
}

/** One column in the hash: its quoted name and its canonical text, NULL exactly where the column is. */
export interface HashedColumn {
  readonly column: string;
  readonly text: string;
}

/** SQL for the same hash over columns in order. `COLLATE "C"` makes it a hash of the bytes, whatever the column's collation. */
export function rowHashSql(columns: readonly HashedColumn[]): string {
  let inner = '0::int8';
  for (let from = 0; from < columns.length; from += bitmapBlock) {
    const block = columns.slice(from, from + bitmapBlock);
    const bits = block.map(({ column }, index) => `CASE WHEN ${column} IS NULL THEN ${1 << index} ELSE 0 END`).join(' + ');
    inner = from === 0 ? `(${bits})::int8` : `(${inner} # (${bits})::int8)`;
    for (const { text } of block) inner = `hashtextextended(coalesce(${text}, '') COLLATE "C", ${inner})`;
  }
  return inner;
}
