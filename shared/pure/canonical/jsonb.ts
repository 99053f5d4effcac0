/**
 * The text PostgreSQL gives for `'…'::jsonb::text`: keys by length in bytes, then by bytes; numbers as numeric prints them; `", "` and
 * `": "` between parts. Source: PostgreSQL manual 8.14.1 and src/backend/utils/adt/jsonb.c, jsonb_util.c (lengthCompareJsonbString).
 *
 * @returns null where the text is no JSON, or where jsonb would change its meaning: a key twice in one object, `\u0000`, half a
 *   surrogate pair, -0, a number beyond numeric's range
 */
export function jsonbText(text: string): string | null {
  const reader = { text, at: 0 };
  try {
    const value = readValue(reader, 0);
    skipSpace(reader);
    return reader.at === text.length ? value : null;
  } catch (error) {
    if (error instanceof NotJsonb) return null;
    throw error;
  }
}

interface Reader {
  readonly text: string;
  at: number;
}

class NotJsonb extends Error {}

/** PostgreSQL's own stack limit is met later than this; deeper documents are refused rather than risked. */
export const deepestJson = 2000;
const numberToken = /-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
const stringToken = /"((?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
const literals = ['true', 'false', 'null'] as const;

function skipSpace(reader: Reader): void {
  while (' \t\n\r'.includes(reader.text.charAt(reader.at)) && reader.at < reader.text.length) reader.at += 1;
}

function readValue(reader: Reader, depth: number): string {
  if (depth > deepestJson) throw new NotJsonb();
  skipSpace(reader);
  const first = reader.text.charAt(reader.at);
  if (first === '{') return readObject(reader, depth);
  if (first === '[') return readArray(reader, depth);
  if (first === '"') return escapeString(readString(reader));
  for (const literal of literals) {
    if (reader.text.startsWith(literal, reader.at)) {
      reader.at += literal.length;
      return literal;
    }
  }
  return readNumber(reader);
}

function readObject(reader: Reader, depth: number): string {
  const entries = new Map<string, string>();
  for (const _ of items(reader, '}')) {
    skipSpace(reader);
    const key = readString(reader);
    skipSpace(reader);
    if (reader.text.charAt(reader.at) !== ':') throw new NotJsonb();
    reader.at += 1;
    if (entries.has(key)) throw new NotJsonb();
    entries.set(key, readValue(reader, depth + 1));
  }
  const encoder = new TextEncoder();
  const sorted = [...entries].map(([key, value]) => ({ bytes: encoder.encode(key), key, value })).sort((a, b) => compareKeys(a.bytes, b.bytes));
  return `{${sorted.map(({ key, value }) => `${escapeString(key)}: ${value}`).join(', ')}}`;
}

function readArray(reader: Reader, depth: number): string {
  const values: string[] = [];
  for (const _ of items(reader, ']')) values.push(readValue(reader, depth + 1));
  return `[${values.join(', ')}]`;
}

/** Walks from the opening bracket to the closing one, yielding before each item. */
function* items(reader: Reader, close: string): Generator<void> {
  reader.at += 1;
  skipSpace(reader);
  if (reader.text.charAt(reader.at) === close) {
    reader.at += 1;
    return;
  }
  for (;;) {
    yield;
    skipSpace(reader);
    const next = reader.text.charAt(reader.at);
    reader.at += 1;
    if (next === close) return;
    if (next !== ',') throw new NotJsonb();
  }
}

function readString(reader: Reader): string {
  stringToken.lastIndex = reader.at;
  const match = stringToken.exec(reader.text);
  if (match === null) throw new NotJsonb();
  reader.at = stringToken.lastIndex;
  const value: unknown = JSON.parse(match[0]);
  if (typeof value !== 'string' || value.includes('\0') || !value.isWellFormed()) throw new NotJsonb();
  return value;
}

function readNumber(reader: Reader): string {
  numberToken.lastIndex = reader.at;
  const match = numberToken.exec(reader.text);
  if (match === null) throw new NotJsonb();
  reader.at = numberToken.lastIndex;
  return numericText(match[0]);
}

/** What `numeric_in` followed by `numeric_out` gives: no exponent, the scale that was written, no sign on zero. */
function numericText(token: string): string {
  const [mantissa = '', power = '0'] = token.toLowerCase().split('e');
  const negative = mantissa.startsWith('-');
  const [whole = '', fraction = ''] = mantissa.replace('-', '').split('.');
  const exponent = Number(power);
  if (Math.abs(exponent) > 131_072) throw new NotJsonb();
  const scale = Math.max(0, fraction.length - exponent);
  const digits = (whole + fraction).replace(/^0+/, '');
  const point = digits.length - fraction.length + exponent;
  if (point > 131_072 || scale > 16_383) throw new NotJsonb();
  const before = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  const after = (point >= 0 ? digits.slice(point) : '0'.repeat(-point) + digits).slice(0, scale).padEnd(scale, '0');
  // numeric knows no -0.
  if (negative && digits === '') throw new NotJsonb();
  const text = `${digits === '' ? '0' : before}${scale > 0 ? `.${digits === '' ? '0'.repeat(scale) : after}` : ''}`;
  return negative ? `-${text}` : text;
}

function compareKeys(a: Uint8Array, b: Uint8Array): number {
  if (a.length !== b.length) return a.length - b.length;
  for (let at = 0; at < a.length; at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

const escapes: Readonly<Record<string, string>> = { '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t', '"': '\\"', '\\': '\\\\' };

/** As `escape_json` writes it (src/backend/utils/adt/json.c). */
function escapeString(text: string): string {
  return `"${text.replace(/[\u0000-\u001f"\\]/g, (character) => escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
}
