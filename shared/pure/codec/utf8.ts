/**
 * Number of characters (code points) of well-formed UTF-8 without NUL, or why the bytes are not that.
 * Table 3-7 of the Unicode standard: no overlong forms, no surrogates (CESU-8), nothing above U+10FFFF; PostgreSQL's rule as well.
 */
export function utf8Characters(bytes: Uint8Array): number | 'INVALID_UTF8' | 'NUL_IN_TEXT' {
  let characters = 0;
  let hasNul = false;
  for (let at = 0; at < bytes.length; characters += 1) {
    const lead = bytes[at] ?? 0;
    if (lead < 0x80) {
      if (lead === 0) hasNul = true;
      at += 1;
      continue;
    }
    const size = sequenceSize(bytes, at, lead);
    if (size === 0) return 'INVALID_UTF8';
    at += size;
  }
  return hasNul ? 'NUL_IN_TEXT' : characters;
}

/** Bytes of the well-formed sequence that begins with this lead byte above 0x7F; 0 where there is none. */
function sequenceSize(bytes: Uint8Array, at: number, lead: number): number {
  const size = lead >= 0xc2 && lead <= 0xdf ? 2 : lead >= 0xe0 && lead <= 0xef ? 3 : lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
  if (size === 0 || at + size > bytes.length) return 0;
  const second = bytes[at + 1] ?? 0;
  const low = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const high = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let rest = 2; rest < size; rest += 1) {
    if (((bytes[at + rest] ?? 0) & 0xc0) !== 0x80) return 0;
  }
  return size;
}

/** Size and code point of the well-formed sequence at `at`; size 0 where there is none. */
export function validSequence(bytes: Uint8Array, at: number): readonly [size: number, code: number] {
  const lead = bytes[at] ?? 0;
  if (lead < 0x80) return [1, lead];
  const size = sequenceSize(bytes, at, lead);
  return size === 0 ? [0, 0] : [size, decodeUtf8(bytes.subarray(at, at + size)).codePointAt(0) ?? 0];
}

/** Well-formed UTF-8 as a string (shared code knows no TextDecoder, which would also swallow a byte order mark). */
export function decodeUtf8(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const lead = bytes[at] ?? 0;
    const size = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    let code = size === 1 ? lead : lead & (0x7f >> size);
    for (let rest = 1; rest < size; rest += 1) code = (code << 6) | ((bytes[at + rest] ?? 0) & 0x3f);
    text += String.fromCodePoint(code);
    at += size;
  }
  return text;
}

/** Characters (code points) of a string; a surrogate pair is one. */
export function codePoints(text: string): number {
  let count = text.length;
  for (let at = 0; at < text.length - 1; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0xd800 && unit < 0xdc00) {
      const next = text.charCodeAt(at + 1);
      if (next >= 0xdc00 && next < 0xe000) {
        count -= 1;
        at += 1;
      }
    }
  }
  return count;
}

/**
 * True where a text read by better-sqlite3 may stand for invalid bytes, which it turns into U+FFFD without a word: the raw bytes
 * (CAST AS BLOB) must then decide between INVALID_UTF8 and a genuine U+FFFD.
 */
export function suspectText(value: string): boolean {
  return value.includes('\uFFFD');
}
