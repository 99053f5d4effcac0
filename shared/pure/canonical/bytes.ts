import { cannot, isRawText, plainText, type Canonicaliser } from './cell.ts';
import { hexOf } from '../key-text.ts';
import type { Cast } from '../../model/values.ts';

/** Up to this many bytes are compared as hex, longer ones by their SHA-256, marked so that the two cannot be mistaken. */
export const longestHex = 64;

/** Bytes as they are; under `text as bytes` also text and numbers, as the UTF-8 of their text (invalid text keeps its own bytes). */
export function canonicalBytes(cast: Cast | undefined, sha256Hex: (bytes: Uint8Array) => string): Canonicaliser {
  const encoder = new TextEncoder();
  return (value) => {
    let bytes: Uint8Array;
    if (value instanceof Uint8Array) bytes = value;
    else if (cast !== 'text as bytes') return cannot(typeof value === 'string' || isRawText(value) ? 'TEXT_IN_BLOB' : 'NOT_BYTES');
    else bytes = isRawText(value) ? value.rawText : encoder.encode(plainText(value) ?? '');
    return bytes.length <= longestHex ? hexOf(bytes) : `s${sha256Hex(bytes)}`;
  };
}

export function canonicalBytesSql(column: string): string {
  return `CASE WHEN octet_length(${column}) <= ${longestHex} THEN encode(${column}, 'hex') ELSE 's' || encode(sha256(${column}), 'hex') END`;
}
