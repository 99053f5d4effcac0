import { closeSync, openSync, readSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Place } from './scan.ts';

/**
 * Reads a JSON file of any size by its parts: the items of a list, the entries of an object, the lines of NDJSON, one at a time. Works on
 * UTF-8 bytes, where everything structural is ASCII. Memory holds a block and the part at hand.
 */

/** Bytes of one part: `value` from start to end in the file, and in an object its key, whose quote stands at `at`. */
export interface StreamedPart {
  readonly key: string | null;
  readonly at: number;
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

/** A list or an object inside the file; `at` is the offset of its bracket. */
export interface StreamedValue {
  readonly path: string;
  readonly at: number;
}

const block = 4 * 1024 * 1024;
/** One part is parsed as a whole. */
export const largestPart = 128 * 1024 * 1024;

const isSpace = (byte: number): boolean => byte === 32 || byte === 10 || byte === 13 || byte === 9;

/** A window over the file that moves forward; what lies before `keep` is let go. */
class Window {
  readonly #file: number;
  readonly #path: string;
  #bytes: Buffer = Buffer.alloc(0);
  #from: number;

  constructor(path: string, from: number) {
    this.#file = openSync(path, 'r');
    this.#path = path;
    this.#from = from;
  }

  close(): void {
    closeSync(this.#file);
  }

  /** The byte at an offset of the file, -1 behind its end. Offsets never go back behind the last `release`. */
  byte(at: number): number {
    while (at - this.#from >= this.#bytes.length) if (!this.#more()) return -1;
    return this.#bytes[at - this.#from] ?? -1;
  }

  /** Offset of the next such byte from `at` on, -1 where there is none. */
  find(wanted: number, at: number): number {
    for (let from = at; ;) {
      const found = from - this.#from >= this.#bytes.length ? -1 : this.#bytes.indexOf(wanted, from - this.#from);
      if (found !== -1) return found + this.#from;
      from = this.#from + this.#bytes.length;
      if (!this.#more()) return -1;
    }
  }

  text(start: number, end: number): string {
    this.byte(end - 1);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(this.#bytes.subarray(start - this.#from, end - this.#from));
    } catch (cause) {
      throw new TravessiaError('DATABASE_CORRUPT', { message: `${this.#path} is not valid UTF-8 text.`, hint: 'Save it as UTF-8, which JSON requires (RFC 8259, 8.1).', cause });
    }
  }

  /** Lets go of all before an offset. */
  release(before: number): void {
    const drop = before - this.#from;
    if (drop < block) return;
    this.#bytes = this.#bytes.subarray(drop);
    this.#from = before;
  }

  #more(): boolean {
    if (this.#bytes.length > largestPart + 2 * block) {
      throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${this.#path} holds a value of more than ${largestPart / 1024 / 1024} MB, at byte ${this.#from}.`, hint: 'A list or an object is read item by item; one item must fit this size.' });
    }
    const next = Buffer.allocUnsafe(block);
    const read = readSync(this.#file, next, 0, block, this.#from + this.#bytes.length);
    if (read === 0) return false;
    this.#bytes = this.#bytes.length === 0 ? next.subarray(0, read) : Buffer.concat([this.#bytes, next.subarray(0, read)]);
    return true;
  }
}

function wrong(path: string, at: number, isCut: boolean): TravessiaError {
  return new TravessiaError('DATABASE_CORRUPT', {
    message: isCut ? `${path} is cut off: it ends at byte ${at}, inside a value.` : `${path} is not JSON: byte ${at}.`,
    hint: isCut ? 'Export it again and copy it whole.' : 'Comments, trailing commas, single quotes and NaN are not JSON. Export it again with JSON.stringify.',
  });
}

function skipSpace(window: Window, at: number): number {
  let place = at;
  while (isSpace(window.byte(place))) place += 1;
  return place;
}

function stringEnd(window: Window, at: number, path: string): number {
  for (let quote = window.find(34, at + 1); ; quote = window.find(34, quote + 1)) {
    if (quote === -1) throw wrong(path, at, true);
    let escapes = 0;
    while (window.byte(quote - 1 - escapes) === 92) escapes += 1;
    if (escapes % 2 === 0) return quote + 1;
  }
}

/** Behind the value at `at`; where it is not kept, what was passed is let go, so that its size does not matter. */
function valueEnd(window: Window, at: number, path: string, isKept: boolean): number {
  const first = window.byte(at);
  if (first === 34) return stringEnd(window, at, path);
  let place = at;
  if (first !== 123 && first !== 91) {
    for (let byte = first; byte !== -1 && byte !== 44 && byte !== 93 && byte !== 125 && !isSpace(byte); byte = window.byte(place)) place += 1;
    if (place === at) throw wrong(path, at, first === -1);
    return place;
  }
  for (let depth = 0; ;) {
    const byte = window.byte(place);
    if (byte === -1) throw wrong(path, place, true);
    if (byte === 34) {
      place = stringEnd(window, place, path);
      if (!isKept) window.release(place);
      continue;
    }
    if (byte === 123 || byte === 91) depth += 1;
    else if (byte === 125 || byte === 93) depth -= 1;
    place += 1;
    if (depth === 0) return place;
    if (!isKept) window.release(place);
  }
}

/** Line and column (UTF-16 units, as of a file read whole) of an offset. It reads all before it, so it is for errors. */
export function placeOfByte(path: string, offset: number): Place {
  const window = new Window(path, 0);
  try {
    const mark = window.byte(0) === 0xef && window.byte(1) === 0xbb && window.byte(2) === 0xbf ? 3 : 0;
    let line = 1;
    let column = 1;
    for (let place = mark; place < offset; place += 1) {
      const byte = window.byte(place);
      if (byte === -1) break;
      if (byte === 10) [line, column] = [line + 1, 1];
      // Continuation bytes belong to the character before; beyond the basic plane a character takes two units.
      else if ((byte & 0xc0) !== 0x80) column += byte >= 0xf0 ? 2 : 1;
      window.release(place);
    }
    return { line, column };
  } finally {
    window.close();
  }
}

/** The text between two offsets. */
export function textBetween(path: string, start: number, end: number): string {
  const window = new Window(path, start);
  try {
    return window.text(start, end);
  } finally {
    window.close();
  }
}

/** Offset of the first byte that is no white space, behind a byte order mark, and the byte. */
export function firstByte(path: string): { readonly at: number; readonly byte: number } {
  const window = new Window(path, 0);
  try {
    const mark = window.byte(0) === 0xef && window.byte(1) === 0xbb && window.byte(2) === 0xbf ? 3 : 0;
    const at = skipSpace(window, mark);
    return { at, byte: window.byte(at) };
  } finally {
    window.close();
  }
}

/**
 * The items of a list or the entries of an object, in their order. `whole` says that nothing may follow it in the file; without `texts` only
 * where each stands is told.
 */
export function* streamValue({ path, at }: StreamedValue, whole: boolean, texts = true): Generator<StreamedPart> {
  const window = new Window(path, at);
  try {
    const isObject = window.byte(at) === 123;
    const close = isObject ? 125 : 93;
    let place = skipSpace(window, at + 1);
    if (window.byte(place) === close) place += 1;
    else for (;;) {
      let key: string | null = null;
      const at = place;
      if (isObject) {
        if (window.byte(place) !== 34) throw wrong(path, place, window.byte(place) === -1);
        const keyEnd = stringEnd(window, place, path);
        const parsed: unknown = JSON.parse(window.text(place, keyEnd));
        key = String(parsed);
        place = skipSpace(window, keyEnd);
        if (window.byte(place) !== 58) throw wrong(path, place, window.byte(place) === -1);
        place = skipSpace(window, place + 1);
      }
      const end = valueEnd(window, place, path, texts);
      yield { key, at, text: texts ? window.text(place, end) : '', start: place, end };
      window.release(end);
      place = skipSpace(window, end);
      const next = window.byte(place);
      place += 1;
      if (next === close) break;
      if (next !== 44) throw wrong(path, place - 1, next === -1);
      place = skipSpace(window, place);
    }
    if (whole && window.byte(skipSpace(window, place)) !== -1) throw wrong(path, place, false);
  } finally {
    window.close();
  }
}

/** The lines of NDJSON that are not blank. */
export function* streamLines(path: string): Generator<StreamedPart> {
  const window = new Window(path, 0);
  try {
    const mark = window.byte(0) === 0xef && window.byte(1) === 0xbb && window.byte(2) === 0xbf ? 3 : 0;
    for (let start = mark; window.byte(start) !== -1;) {
      const found = window.find(10, start);
      let end = found === -1 ? start : found;
      if (found === -1) while (window.byte(end) !== -1) end += 1;
      const text = window.text(start, end);
      if (text.trim() !== '') yield { key: null, at: start, text, start, end };
      start = end + 1;
      window.release(Math.min(start, end));
    }
  } finally {
    window.close();
  }
}
