import { TravessiaError } from '../../../shared/contract/errors.ts';
import { placeOf } from './scan.ts';

/** A number whose double would not give back its digits; `source` is what the file says. */
export class ExactNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** JSON.parse's reviver with its third argument (ECMAScript "JSON.parse source text access"), which TypeScript does not know yet. */
type Reviver = (this: unknown, key: string, value: unknown, context?: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, context) => {
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  return String(value) === source ? value : new ExactNumber(source);
};

/** Parses by the engine's own parser; a number that a double would change stays an `ExactNumber`. @throws SyntaxError, RangeError */
export function parseExactly(text: string): unknown {
  return JSON.parse(text, keepDigits);
}

export type Parsed =
  | { readonly kind: 'document'; readonly text: string; readonly value: unknown }
  | { readonly kind: 'lines'; readonly lines: readonly Line[] };

interface Line {
  readonly text: string;
  readonly value: unknown;
  /** In the file, from 1. */
  readonly number: number;
}

/**
 * Parses a document, or NDJSON: one value per line, blank lines left out.
 * @throws TravessiaError DATABASE_CORRUPT saying where the text stops being JSON
 */
export function parseJson(text: string, path: string): Parsed {
  const asLines = /\.(ndjson|jsonl)$/i.test(path);
  if (!asLines) {
    try {
      return { kind: 'document', text, value: parseExactly(text) };
    } catch (error) {
      if (!looksLikeLines(text)) throw notJson(error, text, 0, path);
    }
  }
  const lines: Line[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number += 1;
    if (line.trim() === '') continue;
    try {
      lines.push({ text: line, value: parseExactly(line), number });
    } catch (error) {
      throw notJson(error, line, number, path);
    }
  }
  return { kind: 'lines', lines };
}

/** True where the first line is a complete value and more follow: then the lines are what is to be read, or to be found wrong. */
function looksLikeLines(text: string): boolean {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2) return false;
  try {
    const first: unknown = JSON.parse(lines[0] ?? '');
    return typeof first === 'object' && first !== null;
  } catch {
    return false;
  }
}

function notJson(error: unknown, text: string, line: number, path: string): TravessiaError {
  const detail = error instanceof Error ? error.message : String(error);
  if (error instanceof RangeError) {
    return new TravessiaError('UNSUPPORTED_SOURCE', { message: `${path} is nested too deeply to be read.`, hint: 'Flatten the document, or export its parts.', cause: error });
  }
  const position = /at position (\d+)/.exec(detail)?.[1];
  const isCut = /end of JSON|Unterminated/i.test(detail) || (position !== undefined && Number(position) >= text.trimEnd().length);
  const place = position === undefined ? placeOf(text, text.length) : placeOf(text, Number(position));
  const where = `line ${line === 0 ? place.line : line}, column ${place.column}`;
  return new TravessiaError('DATABASE_CORRUPT', {
    message: isCut ? `${path} is cut off: it ends at ${where}, inside a value.` : `${path} is not JSON: ${where}.`,
    hint: isCut ? 'Export it again and copy it whole; what a console prints may be shortened.' : 'Comments, trailing commas, single quotes and NaN are not JSON. Export it again with JSON.stringify.',
    cause: error,
  });
}
