import type { RejectCode, SourceValue } from '../../model/values.ts';
import type { FieldWriter, ValueCodec } from './codec.ts';
import { realText } from './text.ts';
import { validSequence } from './utf8.ts';

/**
 * Ways for texts whose bytes are not valid UTF-8, each of which can be undone value by value (../undo-cast.ts): read as one-byte
 * characters (every text of the column, since a text does not say how it was written), or escaped byte by byte.
 */

/** Windows-1252 of 0x80 to 0x9F; 0: no character (81, 8D, 8F, 90, 9D), as in PostgreSQL's WIN1252. Source: unicode.org, CP1252.TXT. */
const upper1252 = [
  0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
  0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178,
] as const;

/** The text's UTF-8 bytes, one after another. */
function* utf8Bytes(text: string): Generator<number> {
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x80) yield code;
    else if (code < 0x800) yield* [0xc0 | (code >> 6), 0x80 | (code & 63)];
    else if (code < 0x10000) yield* [0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
    else yield* [0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63)];
  }
}

function writeDecoded(bytes: Iterable<number>, windows: boolean, out: FieldWriter): RejectCode | undefined {
  const characters: string[] = [];
  for (const byte of bytes) {
    if (byte === 0) return 'NUL_IN_TEXT';
    const code = windows && byte >= 0x80 && byte < 0xa0 ? (upper1252[byte - 0x80] ?? 0) : byte;
    if (code === 0) return 'INVALID_UTF8';
    characters.push(String.fromCharCode(code));
  }
  out.text(characters.join(''));
  return undefined;
}

function plainText(value: Exclude<SourceValue, null | Uint8Array>): string {
  return typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : realText(value);
}

/** text of a column whose bytes are Latin-1 or Windows-1252, whatever the database says its encoding is. */
export function decodedCodec(windows: boolean): ValueCodec {
  return {
    tellsIntegersFromReals: true,
    invalidText: 'decoded',
    write: (value, out) => (typeof value === 'object' ? 'BLOB_IN_TEXT' : writeDecoded(utf8Bytes(plainText(value)), windows, out)),
    writeInvalid: (bytes, out) => writeDecoded(bytes, windows, out),
  };
}

const octal = (byte: number): string => `\\${byte.toString(8).padStart(3, '0')}`;

/** Reversible, in the words of PostgreSQL's bytea escape format (manual 8.4.2): `\` → `\\`, NUL and each byte that is no part of valid UTF-8 → `\ooo`. */
export function bytesEscapedCodec(): ValueCodec {
  return {
    tellsIntegersFromReals: true,
    invalidText: 'decoded',
    write: (value, out) => {
      if (typeof value === 'object') return 'BLOB_IN_TEXT';
      out.text(plainText(value).replaceAll('\\', '\\\\').replaceAll('\0', '\\000'));
      return undefined;
    },
    writeInvalid: (bytes, out) => {
      const parts: string[] = [];
      for (let at = 0; at < bytes.length; ) {
        const [size, code] = validSequence(bytes, at);
        parts.push(size === 0 || code === 0 ? octal(bytes[at] ?? 0) : code === 0x5c ? '\\\\' : String.fromCodePoint(code));
        at += Math.max(size, 1);
      }
      out.text(parts.join(''));
      return undefined;
    },
  };
}
