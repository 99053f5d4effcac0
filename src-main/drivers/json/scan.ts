/**
 * Positions inside JSON text that is known to be valid. Values are found as slices of the source, so that a number keeps its digits and a
 * nested object its bytes. Nothing here recurses: depth costs no stack.
 */

/** A value as the source wrote it: `text.slice(start, end)`. */
export interface Slice {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

export interface Entry {
  readonly key: string;
  /** Position of the key. */
  readonly at: number;
  readonly value: Slice;
}

function skipSpace(text: string, at: number): number {
  let position = at;
  for (;;) {
    const code = text.charCodeAt(position);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return position;
    position += 1;
  }
}

/** Behind the string that opens at `at`. */
function stringEnd(text: string, at: number): number {
  for (let quote = text.indexOf('"', at + 1); ; quote = text.indexOf('"', quote + 1)) {
    let escapes = 0;
    while (text.charCodeAt(quote - 1 - escapes) === 92) escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
  }
}

const structural = /["[\]{}]/g;

/** Behind the value that begins at `at`. */
function valueEnd(text: string, at: number): number {
  const first = text.charCodeAt(at);
  if (first === 34) return stringEnd(text, at);
  if (first !== 123 && first !== 91) {
    let end = at + 1;
    while (end < text.length && /[\w.+-]/.test(text.charAt(end))) end += 1;
    return end;
  }
  let depth = 0;
  structural.lastIndex = at;
  for (let match = structural.exec(text); match !== null; match = structural.exec(text)) {
    const character = match[0];
    if (character === '"') structural.lastIndex = stringEnd(text, match.index);
    else if (character === '{' || character === '[') depth += 1;
    else {
      depth -= 1;
      if (depth === 0) return match.index + 1;
    }
  }
  return text.length;
}

/** The whole text as a slice, without the white space around it. */
export function whole(text: string): Slice {
  const start = skipSpace(text, 0);
  return { text, start, end: valueEnd(text, start) };
}

/** The values of a list, in their order. */
export function* itemsOf({ text, start }: Slice): Generator<Slice> {
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== 93) {
    const end = valueEnd(text, at);
    yield { text, start: at, end };
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 44) at = skipSpace(text, at + 1);
  }
}

/** The entries of an object, in their order, a key that stands twice included. */
export function* entriesOf({ text, start }: Slice): Generator<Entry> {
  let at = skipSpace(text, start + 1);
  while (text.charCodeAt(at) !== 125) {
    const keyEnd = stringEnd(text, at);
    const from = skipSpace(text, skipSpace(text, keyEnd) + 1);
    const end = valueEnd(text, from);
    yield { key: stringOf({ text, start: at, end: keyEnd }), at, value: { text, start: from, end } };
    at = skipSpace(text, end);
    if (text.charCodeAt(at) === 44) at = skipSpace(text, at + 1);
  }
}

export type ScalarKind = 'null' | 'boolean' | 'number' | 'string' | 'object' | 'list';

export function kindAt({ text, start }: Slice): ScalarKind {
  switch (text.charCodeAt(start)) {
    case 110: return 'null';
    case 116:
    case 102: return 'boolean';
    case 34: return 'string';
    case 123: return 'object';
    case 91: return 'list';
    default: return 'number';
  }
}

export function sourceOf({ text, start, end }: Slice): string {
  return text.slice(start, end);
}

/** The characters of a string value, its escapes resolved. */
export function stringOf(slice: Slice): string {
  const quoted = sourceOf(slice);
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  const value: unknown = JSON.parse(quoted);
  return typeof value === 'string' ? value : '';
}

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export function placeOf(text: string, at: number): Place {
  const before = text.slice(0, at);
  return { line: before.split('\n').length, column: at - before.lastIndexOf('\n') };
}
