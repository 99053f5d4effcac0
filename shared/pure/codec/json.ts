import type { Cast, SourceValue } from '../../model/values.ts';
import type { ValueCodec } from './codec.ts';
import { jsonbKeeps, nesting } from './json-scan.ts';
import { realText } from './text.ts';
import { decodeUtf8, utf8Characters } from './utf8.ts';

/** PostgreSQL's parser recurses and stops at `max_stack_depth`; at this depth its default of 2 MB is far away. */
const maxNesting = 2000;

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
  } catch {
    return false;
  }
  return text.length < maxNesting * 2 || nesting(text) <= maxNesting;
}

function textOf(value: Exclude<SourceValue, null>, cast: Cast | undefined): string | 'BLOB_IN_TEXT' | 'INVALID_UTF8' | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'number') return Number.isFinite(value) ? realText(value) : undefined;
  if (cast !== 'blob as utf-8') return 'BLOB_IN_TEXT';
  return utf8Characters(value) === 'INVALID_UTF8' ? 'INVALID_UTF8' : decodeUtf8(value);
}

/**
 * json keeps the text as it is, so it only has to be valid (RFC 8259). jsonb keeps the meaning: what it would refuse (NUL, lone
 * surrogates, numbers beyond numeric) or change (duplicate keys, -0) does not fit. INTEGER and REAL cross as JSON numbers.
 */
export function jsonCodec(binary: boolean, cast: Cast | undefined): ValueCodec {
  return {
    tellsIntegersFromReals: true,
    invalidText: 'reject',
    write: (value, out) => {
      const text = textOf(value, cast);
      if (text === 'BLOB_IN_TEXT' || text === 'INVALID_UTF8') {
        if (typeof value === 'object') return text;
        return 'NOT_JSON';
      }
      if (text === undefined || !isJson(text) || (binary && !jsonbKeeps(text))) return 'NOT_JSON';
      if (binary) out.prefixedText(1, text);
      else out.text(text);
      return undefined;
    },
  };
}
