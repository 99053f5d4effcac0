import { TravessiaError } from '../../../shared/contract/errors.ts';
import { keyTwice, type PlaceInFile } from './distinct.ts';
import { createKeySet } from './key-set.ts';
import { parseExactly } from './parse.ts';
import { hasEntries, isMap, isObject, isOneTable, opened, tableOf, type Part, type PartRow } from './parts.ts';
import { kindAt, placeOf, whole, type Slice } from './scan.ts';
import { firstByte, placeOfByte, streamLines, streamValue, textBetween, type StreamedPart } from './stream.ts';

/** Entries of the outermost object beyond this number can only be rows. */
const maxEntries = 10_000;
/** Values up to this size are taken as in a small document. */
const smallValue = 1024 * 1024;

type Stream = () => Iterable<StreamedPart>;

/** Each part is parsed once before its text is taken apart by positions, which presumes that it is JSON. */
function* checked(stream: Stream, path: string, signal: AbortSignal): Generator<StreamedPart & { readonly slice: Slice }> {
  for (const part of stream()) {
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.' });
    try {
      JSON.parse(part.text);
    } catch (cause) {
      if (cause instanceof RangeError) throw cause;
      throw new TravessiaError('DATABASE_CORRUPT', { message: `${path} is not JSON: in the value at byte ${part.start}.`, hint: 'Comments, trailing commas, single quotes and NaN are not JSON. Export it again with JSON.stringify.', cause });
    }
    yield { ...part, slice: whole(part.text) };
  }
}

/** Of positions in a text that begins at this byte of the file. */
function placesIn(path: string, start: number, text: string): PlaceInFile {
  return (at) => {
    const begin = placeOfByte(path, start);
    const { line, column } = placeOf(text, at);
    return { line: begin.line + line - 1, column: line === 1 ? begin.column + column - 1 : column };
  };
}

function rowsOf(stream: Stream, path: string): Part['rows'] {
  return function* rows(): Generator<PartRow> {
    for (const { key, text, start } of stream()) yield { key, value: whole(text), place: placesIn(path, start, text) };
  };
}

function parsedRowsOf(stream: Stream): NonNullable<Part['parsedRows']> {
  return function* rows() {
    for (const { key, text } of stream()) yield { key, value: parseExactly(text) };
  };
}

function part(name: string, form: Part['form'], stream: Stream, path: string): Part {
  return { name, form, raw: false, rows: rowsOf(stream, path), parsed: undefined, parsedRows: parsedRowsOf(stream) };
}

/** A list as a table of objects, or of whole values. */
function listPart(name: string, stream: Stream, path: string, signal: AbortSignal): Part | null {
  let isTable = true;
  let isFilled = false;
  let count = 0;
  for (const { slice } of checked(stream, path, signal)) {
    count += 1;
    isTable &&= isObject(slice);
    isFilled ||= isTable && hasEntries(slice);
  }
  return count === 0 ? null : part(name, isTable && isFilled ? 'list' : 'values', stream, path);
}

function assertDistinct(stream: Stream, path: string): void {
  using keys = createKeySet();
  for (const { key, at } of stream()) if (key !== null && !keys.add(key)) throw keyTwice(key, path, placeOfByte(path, at));
}

/**
 * The parts of a file too large to be read whole, by the same rules as `partsOf`: the items of a list, the lines of NDJSON, the entries of an
 * object that is one table, or an object's tables, each read item by item whenever its rows are asked for.
 * @throws TravessiaError DATABASE_EMPTY, DATABASE_CORRUPT, INVALID_INPUT, UNSUPPORTED_SOURCE for a large value that is no table
 */
export function streamedParts(path: string, name: string, signal: AbortSignal): Part[] {
  const empty = () => new TravessiaError('DATABASE_EMPTY', { message: `${path} holds no data.`, hint: 'See that the export was made where the data is: localStorage belongs to one address (scheme, host and port).' });
  const { at, byte } = firstByte(path);
  if (isLines(path)) {
    const found = listPart(name, () => streamLines(path), path, signal);
    if (found === null) throw empty();
    return [found];
  }
  if (byte === 91) {
    const found = listPart(name, () => streamValue({ path, at }, true), path, signal);
    if (found === null) throw empty();
    return [found];
  }
  if (byte === -1) throw empty();
  if (byte !== 123) throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${path} is neither a list nor an object in UTF-8.`, hint: 'A source of this size is a list of objects, an object of tables, or NDJSON, in UTF-8.' });
  const parts = objectParts(path, at, name, signal);
  if (parts.length === 0) throw empty();
  return parts;
}

/** By its name, or because its first line is a value of its own and another follows. */
function isLines(path: string): boolean {
  if (/\.(ndjson|jsonl)$/i.test(path)) return true;
  const lines = streamLines(path);
  try {
    const first = lines.next();
    const value: unknown = first.done === true ? null : JSON.parse(first.value.text);
    return typeof value === 'object' && value !== null && lines.next().done !== true;
  } catch {
    return false;
  } finally {
    lines.return(undefined);
  }
}

function objectParts(path: string, at: number, name: string, signal: AbortSignal): Part[] {
  const document: Stream = () => streamValue({ path, at }, true);
  const places: StreamedPart[] = [];
  let count = 0;
  let largest = 0;
  for (const place of streamValue({ path, at }, true, false)) {
    if (signal.aborted) throw new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.' });
    count += 1;
    largest = Math.max(largest, place.end - place.start);
    if (count <= maxEntries) places.push(place);
  }
  if (count === 0) return [];
  assertDistinct(() => streamValue({ path, at }, true, false), path);
  const slices = function* slices(): Generator<Slice> {
    for (const { slice } of checked(document, path, signal)) yield slice;
  };
  if (largest < 64 * smallValue && isOneTable(slices())) return [part(name, 'map', document, path)];
  if (count > maxEntries) throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${path} has ${count} keys that are not rows of one table.`, hint: 'Export its tables to files of their own.' });
  const tables: Part[] = [];
  const rest: { key: string; text: string }[] = [];
  for (const { key, at: entry, start, end } of places) {
    const own = key ?? '';
    const table = end - start > smallValue ? largePart(path, own, start, end, signal) : null;
    if (table !== null) {
      tables.push(table);
      continue;
    }
    const text = textBetween(path, start, end);
    for (const _ of checked(() => [{ key, at: entry, text, start, end }], path, signal));
    const held = opened(whole(text), parseExactly(text));
    const found = tableOf(own, held.value, held.parsed, held.place === undefined ? placesIn(path, start, text) : () => placeOfByte(path, start));
    if (found !== null) tables.push(found);
    else rest.push({ key: own, text });
  }
  const isStorage = places.every(({ start }) => textBetween(path, start, start + 1) === '"');
  const pairs: Part[] = rest.length === 0 ? [] : [{ name: 'key_value', form: 'pairs', raw: isStorage, rows: () => rest.map(({ key, text }) => ({ key, value: whole(text) })), parsed: Object.fromEntries(rest.map(({ key, text }) => [key, parseExactly(text)])) }];
  return [...tables, ...pairs];
}

/** A large value of the outermost object: a list, or an object of objects. Null: a string, or something to be taken whole. */
function largePart(path: string, name: string, start: number, end: number, signal: AbortSignal): Part | null {
  const stream: Stream = () => streamValue({ path, at: start }, false);
  const first = textBetween(path, start, start + 1);
  if (first === '[') {
    const found = listPart(name, stream, path, signal);
    return found?.form === 'list' ? found : null;
  }
  if (first !== '{') return null;
  let isTable = true;
  for (const { slice } of checked(stream, path, signal)) isTable &&= kindAt(slice) === 'object';
  if (!isTable) return null;
  if (end - start > 64 * smallValue || isMap(whole(textBetween(path, start, end)))) {
    assertDistinct(stream, path);
    return part(name, 'map', stream, path);
  }
  return null;
}
