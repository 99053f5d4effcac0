import { cannot, isRawText, plainText, type Canonical, type Canonicaliser } from './cell.ts';
import type { Cast } from '../../model/values.ts';

const decoder = (): { decode(bytes: Uint8Array): string } => new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** `char(n)` pads with spaces and forgets them, so a value ending in one would come back changed. */
export function canonicalPadded(cast: Cast | undefined, limits: readonly number[]): Canonicaliser {
  const textOf = canonicalText(cast, [limits[0] ?? 1]);
  return (value) => {
    const text = textOf(value);
    return typeof text === 'string' && text.endsWith(' ') ? cannot('TOO_PRECISE') : text;
  };
}

/** Text exactly as it is; what PostgreSQL's text cannot hold (NUL, bytes) only under a cast that says how. */
export function canonicalText(cast: Cast | undefined, limits: readonly number[] = []): Canonicaliser {
  const utf8 = decoder();
  const limit = limits[0];
  const textOf = (value: Parameters<Canonicaliser>[0]): Canonical => {
    if (isRawText(value)) return cannot('INVALID_UTF8');
    const text = plainText(value);
    if (text === undefined) return cast === 'blob as utf-8' && value instanceof Uint8Array ? decoded(value) : cannot('BLOB_IN_TEXT');
    if (cast === 'nul escaped') return typeof value === 'string' ? text.replaceAll('\\', '\\\\').replaceAll('\0', '\\u0000') : text;
    return text.includes('\0') ? cannot('NUL_IN_TEXT') : text;
  };
  const decoded = (bytes: Uint8Array): Canonical => {
    try {
      const text = utf8.decode(bytes);
      return text.includes('\0') ? cannot('NUL_IN_TEXT') : text;
    } catch {
      return cannot('INVALID_UTF8');
    }
  };
  if (limit === undefined) return textOf;
  return (value) => {
    const text = textOf(value);
    return typeof text === 'string' && text.length > limit && characters(text) > limit ? cannot('TOO_LONG') : text;
  };
}

function characters(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code < 0xdc00 || code > 0xdfff) count += 1;
  }
  return count;
}

const truths = new Set(['1', 't', 'true', 'yes', 'y', 'on']);
const falsehoods = new Set(['0', 'f', 'false', 'no', 'n', 'off']);

/** 0 and 1 as numbers, and the spellings of true and false as text. */
export const canonicalBoolean: Canonicaliser = (value) => {
  if (isRawText(value)) return cannot('INVALID_UTF8');
  const word = typeof value === 'string' ? value.toLowerCase() : typeof value === 'object' ? '' : String(Number(value));
  return truths.has(word) ? 'true' : falsehoods.has(word) ? 'false' : cannot('NOT_A_BOOLEAN');
};

/** 32 hex digits in the usual spellings (hyphens, braces, urn), or the 16 bytes themselves. */
export const canonicalUuid: Canonicaliser = (value) => {
  if (isRawText(value)) return cannot('INVALID_UTF8');
  let hex: string;
  if (value instanceof Uint8Array) {
    if (value.length !== 16) return cannot('NOT_A_UUID');
    hex = Array.from(value, (byte) => byte.toString(16).padStart(2, '0')).join('');
  } else {
    // 45: the urn form in full; braces around a urn are nobody's spelling.
    if (typeof value !== 'string' || value.length > 45) return cannot('NOT_A_UUID');
    const bare = value.toLowerCase().replace(/^\{(.*)\}$/, '$1').replace(/^urn:uuid:/, '');
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$|^[0-9a-f]{32}$/.test(bare)) return cannot('NOT_A_UUID');
    hex = bare.replaceAll('-', '');
  }
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
};
