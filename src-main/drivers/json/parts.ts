import { TravessiaError } from '../../../shared/contract/errors.ts';
import { distinctEntries, type PlaceInFile } from './distinct.ts';
import { parseExactly, type Parsed } from './parse.ts';
import { entriesOf, itemsOf, kindAt, placeOf, stringOf, whole, type Slice } from './scan.ts';

/** One row of a table to be: where its value stands in the source, and under which key (null in a list). */
export interface PartRow {
  readonly key: string | null;
  readonly value: Slice;
  /** Where the value's text is only a piece of the file, one of its lines for example. */
  readonly place?: PlaceInFile;
}

/**
 * A part of the document that becomes one table. `list`: objects in a list; `map`: objects by their id; `values`: a list of anything else;
 * `pairs`: the keys that hold no table.
 */
export interface Part {
  readonly name: string;
  readonly form: 'list' | 'map' | 'values' | 'pairs';
  /** Of `pairs`: the values are strings and stay the strings they are. */
  readonly raw: boolean;
  /** From the first to the last, as often as asked. */
  rows(): Iterable<PartRow>;
  /** The same, by the engine's parser: a list, or an object by key; of a part that is streamed, row by row. */
  readonly parsed: unknown;
  readonly parsedRows?: () => Iterator<{ readonly key: string | null; readonly value: unknown }>;
}

export function isObject(value: Slice): boolean {
  return kindAt(value) === 'object';
}

export function hasEntries(value: Slice): boolean {
  return !entriesOf(value).next().done;
}

/** Objects with at least one property among them. */
function isTableList(values: Iterable<Slice>): boolean {
  let isFilled = false;
  for (const value of values) {
    if (!isObject(value)) return false;
    isFilled ||= hasEntries(value);
  }
  return isFilled;
}

export function isMap(value: Slice): boolean {
  if (!isObject(value) || !hasEntries(value)) return false;
  for (const entry of entriesOf(value)) if (!isObject(entry.value)) return false;
  return true;
}

const maxCommon = 100_000;

/**
 * `{ id: {…}, id: {…} }` is one table; `{ table: { id: {…} }, settings: {…} }` are several. Rows of one table are alike: more than half of them
 * have some property in common that does not hold an object each time, as equal ids in two tables would.
 */
export function isOneTable(values: Iterable<Slice>): boolean {
  let filled = 0;
  let isEachMap = true;
  const common = new Map<string, { count: number; isValue: boolean }>();
  for (const value of values) {
    if (!isObject(value)) return false;
    if (!hasEntries(value)) continue;
    filled += 1;
    isEachMap &&= isMap(value);
    for (const { key, value: held } of entriesOf(value)) {
      const seen = common.get(key) ?? { count: 0, isValue: false };
      // Keys of tables of tables are as many as their rows; what few of a thousand rows have in common is no property.
      if (common.size < maxCommon || common.has(key)) common.set(key, { count: seen.count + 1, isValue: seen.isValue || !isObject(held) });
    }
  }
  if (filled === 0) return true;
  return !isEachMap && [...common.values()].some(({ count, isValue }) => isValue && count * 2 > filled);
}

function placed(place: PlaceInFile | undefined): Pick<PartRow, 'place'> {
  return place === undefined ? {} : { place };
}

function listRows(values: () => Iterable<Slice>, place?: PlaceInFile): Part['rows'] {
  return function* rows() {
    for (const value of values()) yield { key: null, value, ...placed(place) };
  };
}

function mapRows(value: Slice, where: string, place?: PlaceInFile): Part['rows'] {
  return function* rows() {
    for (const entry of distinctEntries(value, where, place)) yield { key: entry.key, value: entry.value, ...placed(place) };
  };
}

/** A list or an object as a table; `place` as of its rows. */
export function tableOf(name: string, value: Slice, parsed: unknown, place?: PlaceInFile): Part | null {
  if (kindAt(value) === 'list') return isTableList(itemsOf(value)) ? { name, form: 'list', raw: false, rows: listRows(() => itemsOf(value), place), parsed } : null;
  return isMap(value) ? { name, form: 'map', raw: false, rows: mapRows(value, name, place), parsed } : null;
}

interface Opened {
  readonly value: Slice;
  readonly parsed: unknown;
  readonly place?: PlaceInFile;
}

/**
 * What a browser holds under a key is a string; where it is JSON of a list or an object, that is what the program keeps there. Inside it every
 * place is the string's beginning: its escapes shift what follows, and it has no line break.
 */
export function opened(value: Slice, parsed: unknown): Opened {
  if (kindAt(value) !== 'string') return { value, parsed };
  const text = stringOf(value);
  if (!/^\s*[[{]/.test(text)) return { value, parsed };
  try {
    return { parsed: parseExactly(text), value: whole(text), place: () => placeOf(value.text, value.start) };
  } catch {
    return { value, parsed };
  }
}

function property(parsed: unknown, key: string): unknown {
  return typeof parsed === 'object' && parsed !== null ? Object.getOwnPropertyDescriptor(parsed, key)?.value : undefined;
}

function partsOfObject(document: Slice, name: string, parsed: unknown): Part[] {
  const entries = [...distinctEntries(document, name)];
  if (isOneTable(entries.map((entry) => entry.value))) return [{ name, form: 'map', raw: false, rows: mapRows(document, name), parsed }];
  const isStorage = entries.every((entry) => kindAt(entry.value) === 'string');
  const tables: Part[] = [];
  const rest: PartRow[] = [];
  const restParsed = new Map<string, unknown>();
  for (const entry of entries) {
    const held = opened(entry.value, property(parsed, entry.key));
    const table = tableOf(entry.key, held.value, held.parsed, held.place);
    if (table !== null) {
      tables.push(table);
      continue;
    }
    rest.push({ key: entry.key, value: entry.value });
    restParsed.set(entry.key, property(parsed, entry.key));
  }
  return rest.length === 0 ? tables : [...tables, { name: 'key_value', form: 'pairs', raw: isStorage, rows: () => rest, parsed: Object.fromEntries(restParsed) }];
}

/**
 * Takes a document apart into the tables it holds; every value of it lies in exactly one.
 * @param name - for what has no key of its own: the file's name without its ending
 * @throws TravessiaError DATABASE_EMPTY, UNSUPPORTED_SOURCE for a single value, INVALID_INPUT for a key that stands twice
 */
export function partsOf(source: Parsed, name: string, path: string): Part[] {
  const empty = () => new TravessiaError('DATABASE_EMPTY', { message: `${path} holds no data.`, hint: 'See that the export was made where the data is: localStorage belongs to one address (scheme, host and port).' });
  if (source.kind === 'lines') {
    const rows = source.lines.map(({ text, number }): PartRow => ({ key: null, value: whole(text), place: (at) => ({ line: number, column: at + 1 }) }));
    if (rows.length === 0) throw empty();
    return [{ name, form: isTableList(rows.map(({ value }) => value)) ? 'list' : 'values', raw: false, rows: () => rows, parsed: source.lines.map((line) => line.value) }];
  }
  const document = whole(source.text);
  const kind = kindAt(document);
  if (kind === 'list') {
    if (itemsOf(document).next().done) throw empty();
    return [tableOf(name, document, source.value) ?? { name, form: 'values', raw: false, rows: listRows(() => itemsOf(document)), parsed: source.value }];
  }
  if (kind === 'object') {
    if (!hasEntries(document)) throw empty();
    return partsOfObject(document, name, source.value);
  }
  throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${path} holds a single value.`, hint: 'A source is a list of objects, an object of tables, a localStorage export, or NDJSON.' });
}
