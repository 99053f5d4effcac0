import type { Cast, RejectCode } from '../../model/values.ts';
import type { ValueCodec } from './codec.ts';
import { codePoints, utf8Characters } from './utf8.ts';

/**
 * A REAL as text: the shortest digits that read back as the same double (ECMA-262, Number::toString); without a fraction it keeps
 * `.0` as SQLite prints it, so that 5.0 and 5 stay apart; `Infinity`, `-Infinity`, `-0.0`.
 */
export function realText(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  const text = String(value);
  return Number.isInteger(value) && Math.abs(value) < 1e21 ? `${text}.0` : text;
}

/**
 * A REAL's text where it is kept as bytes: the shortest digits, an exponent of at least two digits below 1e-4 and from 1e16 on, as C's
 * and Python's repr write it. Bytes are compared exactly, so one spelling had to be chosen, and this one most readers share.
 */
export function realBytesText(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  const [mantissa = '', power = '0'] = value.toExponential().split('e');
  const exponent = Number(power);
  if (value === 0 || (exponent >= -4 && exponent < 16)) return realText(value);
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Reversible: `\` → `\\`, NUL → `\u0000` (six characters). */
export function escapeNul(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\0', '\\u0000');
}

export interface TextRule {
  readonly cast?: Cast | undefined;
  /** Characters (code points) of varchar(n) and char(n). */
  readonly limit?: number | undefined;
  /** char(n) pads with spaces and ignores them at the end, so a value that ends in one would come back without it. */
  readonly padded?: boolean;
}

/** text, citext, varchar(n), char(n): text without NUL, numbers as their text, blobs only by `blob as utf-8`. */
export function textCodec({ cast, limit, padded = false }: TextRule): ValueCodec {
  const fits = (text: string): RejectCode | undefined => {
    if (limit !== undefined && text.length > limit && codePoints(text) > limit) return 'TOO_LONG';
    return padded && text.endsWith(' ') ? 'TOO_PRECISE' : undefined;
  };
  const plain = limit === undefined && !padded && cast !== 'nul escaped';
  const blobs = cast === 'blob as utf-8';
  return {
    tellsIntegersFromReals: true,
    invalidText: 'reject',
    write: (value, out) => {
      if (typeof value === 'string' && plain) {
        if (value.includes('\0')) return 'NUL_IN_TEXT';
        out.text(value);
        return undefined;
      }
      if (typeof value === 'object') {
        if (!blobs) return 'BLOB_IN_TEXT';
        const characters = utf8Characters(value);
        if (typeof characters === 'string') return characters;
        if (limit !== undefined && characters > limit) return 'TOO_LONG';
        if (padded && value.at(-1) === 0x20) return 'TOO_PRECISE';
        out.bytes(value);
        return undefined;
      }
      let text = typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : realText(value);
      if (cast === 'nul escaped') text = escapeNul(text);
      else if (text.includes('\0')) return 'NUL_IN_TEXT';
      const code = fits(text);
      if (code === undefined) out.text(text);
      return code;
    },
  };
}

/**
 * bytea: blobs as they are. With `text as bytes` also text (its UTF-8 bytes, NUL included) and numbers (their text's bytes); the
 * reader hands texts that are not valid UTF-8 over as raw bytes.
 */
export function bytesCodec(cast: Cast | undefined): ValueCodec {
  return {
    tellsIntegersFromReals: true,
    invalidText: cast === 'text as bytes' ? 'bytes' : 'as read',
    write: (value, out) => {
      if (typeof value === 'object') out.bytes(value);
      else if (cast !== 'text as bytes') return typeof value === 'string' ? 'TEXT_IN_BLOB' : 'NOT_BYTES';
      else out.text(typeof value === 'string' ? value : typeof value === 'bigint' ? value.toString() : realBytesText(value));
      return undefined;
    },
  };
}
