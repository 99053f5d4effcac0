import { cannot, isHashedBytes, isRawText, plainText, type Canonicaliser } from './cell.ts';
import { hexOf } from '../key-text.ts';
import type { Cast } from '../../model/values.ts';

/** Up to this many bytes are compared as hex, longer ones by their SHA-256, marked so that the two cannot be mistaken. */
export const longestHex = 64;

/** Bytes as they are; under `text as bytes` also text and numbers, as the UTF-8 of their text (invalid text keeps its own bytes). */
export function canonicalBytes(cast: Cast | undefined, sha256Hex: (bytes: Uint8Array) => string): Canonicaliser {
  const encoder = new TextEncoder();
  return (value) => {
    let bytes: Uint8Array;
    if (isHashedBytes(value)) return `s${value.sha256}`;
    if (value instanceof Uint8Array) bytes = value;
    else if (isRawText(value) && value.utf16 === true) return cannot('INVALID_UTF8');
    else if (cast !== 'text as bytes') return cannot(typeof value === 'string' || isRawText(value) ? 'TEXT_IN_BLOB' : 'NOT_BYTES');
    else bytes = isRawText(value) ? value.rawText : encoder.encode(typeof value === 'number' ? reprOf(value) : (plainText(value) ?? ''));
    return bytes.length <= longestHex ? hexOf(bytes) : `s${sha256Hex(bytes)}`;
  };
}

/** A REAL as C's printf %r family writes it: fixed between 1e-4 and 1e16, else with an exponent of two digits or more; inf for infinity. */
function reprOf(value: number): string {
  if (value === Infinity) return 'inf';
  if (value === -Infinity) return '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-4 && size < 1e16)) return Number.isInteger(value) ? `${value}.0` : String(value);
  return value.toExponential().replace(/e([+-])(\d)$/, (_all, sign: string, digit: string) => `e${sign}0${digit}`);
}

export function canonicalBytesSql(column: string): string {
  return `CASE WHEN octet_length(${column}) <= ${longestHex} THEN encode(${column}, 'hex') ELSE 's' || encode(sha256(${column}), 'hex') END`;
}
