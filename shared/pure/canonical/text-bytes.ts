import type { Cast } from '../../model/values.ts';
import { cannot, isRawText, plainText, type Canonical, type Canonicaliser } from './cell.ts';

/** Sequences of well-formed UTF-8 other than NUL and the backslash, over one character per byte (Unicode standard, table 3-7). */
const wellFormed = /[\x01-\x5b\x5d-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}/y;

/** Characters of Windows-1252 that Latin-1 has not, by their byte (PostgreSQL's WIN1252, the same as unicode.org's CP1252.TXT). */
const windowsOnly: ReadonlyMap<number, string> = new Map([...'\u20ac\u0000\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u0000\u017d\u0000\u0000\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u0000\u017e\u0178'].map((character, index) => [0x80 + index, character]));

function binary(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 4096) text += String.fromCharCode(...bytes.subarray(at, at + 4096));
  return text;
}

function escaped(bytes: Uint8Array): string {
  const units = binary(bytes);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < units.length; ) {
    wellFormed.lastIndex = at;
    const part = wellFormed.exec(units)?.[0] ?? '';
    if (part !== '') text += utf8.decode(bytes.subarray(at, at + part.length));
    else text += units[at] === '\\' ? '\\\\' : `\\${(bytes[at] ?? 0).toString(8).padStart(3, '0')}`;
    at += Math.max(1, part.length);
  }
  return text;
}

function oneByte(bytes: Uint8Array, windows: boolean): Canonical {
  const units = binary(bytes);
  if (units.includes('\0')) return cannot('NUL_IN_TEXT');
  if (!windows) return units;
  const text = units.replace(/[\x80-\x9f]/g, (unit) => windowsOnly.get(unit.charCodeAt(0)) ?? unit);
  return text.includes('\0') ? cannot('INVALID_UTF8') : text;
}

/** What the casts that go by a text's bytes make of a cell; undefined for the other casts. */
export function canonicalByBytes(cast: Cast | undefined): Canonicaliser | undefined {
  if (cast !== 'bytes escaped' && cast !== 'latin-1 decoded' && cast !== 'windows-1252 decoded') return undefined;
  const encoder = new TextEncoder();
  return (value) => {
    if (isRawText(value) && value.utf16 === true) return cannot('INVALID_UTF8');
    const text = isRawText(value) ? undefined : plainText(value);
    if (text === undefined && !isRawText(value)) return cannot('BLOB_IN_TEXT');
    const bytes = isRawText(value) ? value.rawText : encoder.encode(text);
    return cast === 'bytes escaped' ? escaped(bytes) : oneByte(bytes, cast === 'windows-1252 decoded');
  };
}
