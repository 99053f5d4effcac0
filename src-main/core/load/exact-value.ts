import { isUtf8 } from 'node:buffer';
import type { SourceValue, TypedValue } from '../../../shared/model/values.ts';
import { suspectText } from '../../../shared/pure/codec/index.ts';
import type { ExactValue } from './row-encoder.ts';

/**
 * A value from two readings of its column: with safe integers, and its raw bytes (`CAST(c AS BLOB)`).
 * `encoding` is the database's (`UTF-8`, `UTF-16le`, `UTF-16be`).
 */
export function exactValue(value: SourceValue, raw: SourceValue, encoding: string): ExactValue {
  const utf8 = encoding === 'UTF-8';
  if (typeof value !== 'string' || !suspectText(value) || !(raw instanceof Uint8Array)) return { value, utf8 };
  const valid = utf8 ? isUtf8(raw) : isUtf16(raw, encoding === 'UTF-16be');
  return valid ? { value, utf8 } : { value, invalid: raw, utf8 };
}

/** True where every surrogate has its other half and no byte is left over. */
function isUtf16(raw: Uint8Array, bigEndian: boolean): boolean {
  if (raw.length % 2 !== 0) return false;
  const copy = Buffer.from(raw);
  return (bigEndian ? copy.swap16() : copy).toString('utf16le').isWellFormed();
}

/** The value in the form that rejects keep: nothing lost (see typedValueSchema). */
export function typedValue({ value, invalid }: ExactValue, raw: SourceValue): TypedValue {
  if (value === null) return null;
  if (typeof value === 'bigint') return ['integer', value.toString()];
  if (typeof value === 'number') return ['real', Object.is(value, -0) ? '-0' : String(value)];
  if (typeof value !== 'string') return ['blob', hex(value)];
  if (invalid !== undefined) return ['text-hex', hex(invalid)];
  // PostgreSQL's json could not show a NUL as text.
  if (value.includes('\0')) return ['text-hex', raw instanceof Uint8Array ? hex(raw) : Buffer.from(value).toString('hex')];
  return ['text', value];
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** The way back from `typedValue`. */
export function exactOf(value: TypedValue, encoding: string): ExactValue {
  const utf8 = encoding === 'UTF-8';
  if (value === null) return { value, utf8 };
  const [kind, text] = value;
  switch (kind) {
    case 'integer': return { value: BigInt(text), utf8 };
    case 'real': return { value: Number(text), utf8 };
    case 'blob': return { value: Buffer.from(text, 'hex'), utf8 };
    case 'text': return { value: text, utf8 };
    case 'text-hex': {
      const raw = Buffer.from(text, 'hex');
      const read = utf8 ? raw.toString('utf8') : (encoding === 'UTF-16be' ? Buffer.from(raw).swap16() : raw).toString('utf16le');
      return exactValue(read, raw, encoding);
    }
    default: return kind satisfies never;
  }
}
