import { castSchema, type Cast, type SourceValue } from '../../../shared/model/values.ts';
import { codecFor, suspectText, type FieldWriter } from '../../../shared/pure/codec/index.ts';
import { hexOf } from '../../../shared/pure/key-text.ts';
import { quoteLiteral } from '../../../shared/pure/quote.ts';
import { isTextType } from '../../../shared/pure/value-policies.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { exactValue } from '../load/exact-value.ts';
import { writeValue, type ExactValue } from '../load/row-encoder.ts';
import { baseOf } from './ways.ts';

/**
 * A value as the target will compare it, by what the loader would send: two values are one key there exactly where their forms are
 * equal. Null where there is no form: NULL, or a value that does not fit and becomes a reject.
 *
 * @param collation - the index's own in SQLite, which the target's index keeps (see plan-keys.ts)
 */
export function targetForm(type: string, cast: Cast | undefined, collation: string): (value: SourceValue) => string | null {
  const codec = codecFor(type, cast);
  const writer = createFormWriter(type, collation);
  return (value) => (value === null || codec.write(value, writer.fields) !== undefined ? null : writer.form());
}

/** The same of a value with the bytes that better-sqlite3 hides: of a text that is not valid, and of one that merely holds U+FFFD. */
function exactForm(type: string, cast: Cast | undefined, collation: string): (value: ExactValue) => string | null {
  const codec = codecFor(type, cast);
  const writer = createFormWriter(type, collation);
  return (value) => (writeValue(codec, value, writer.fields) === undefined ? writer.form() : null);
}

/** Upper-case letters of ASCII to lower case: SQLite's NOCASE (datatype3.html, section 7.1), and `lower` under COLLATE "C". */
function lowered(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte >= 0x41 && byte <= 0x5a ? byte + 0x20 : byte));
}

function withoutSpaces(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0x20) + 1);
}

function createFormWriter(type: string, collation: string): { readonly fields: FieldWriter; form(): string } {
  let written = '';
  const put = (value: unknown): void => { written = String(value); };
  const foldText = /^citext\b/.test(baseOf(type)) ? (text: string) => text.toLowerCase()
    : /^nocase$/i.test(collation) ? (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase())
      : /^rtrim$/i.test(collation) ? (text: string) => text.replace(/ +$/, '') : (text: string) => text;
  const foldBytes = /^nocase$/i.test(collation) ? lowered : /^rtrim$/i.test(collation) ? withoutSpaces : (bytes: Uint8Array) => bytes;
  const isNumeric = baseOf(type) === 'numeric';
  const isBytes = baseOf(type) === 'bytea';
  const isText = isTextType(baseOf(type));
  const takeBytes = (bytes: Uint8Array): void => {
    if (isText) written = foldText(Buffer.from(bytes).toString());
    // The digits behind the point that are shown (bytes 6 and 7) belong to no number: 2 and 2.0 are one.
    else if (isNumeric) written = hexOf(bytes.subarray(0, 6)) + hexOf(bytes.subarray(8));
    else written = hexOf(isBytes ? foldBytes(bytes) : bytes);
  };
  const fields: FieldWriter = {
    nil: () => put('\0nil'),
    bool: put,
    int16: put,
    int32: put,
    int64: put,
    float32: put,
    float64: put,
    text: (value) => {
      // Text and blobs of one column are the same bytes there.
      if (isBytes) written = hexOf(foldBytes(Buffer.from(value)));
      else written = isText ? foldText(value) : value;
    },
    prefixedText: (_, value) => put(value),
    bytes: (value, length) => takeBytes(length === undefined ? value : value.subarray(0, length)),
  };
  return { fields, form: () => written };
}

/**
 * What the SQL on keys needs besides SQLite's own functions: a value as the target will compare it. The bytes of a text are asked for only
 * where it alone does not tell.
 */
export function formCall(expression: string, type: string, cast: string | undefined, collation: string): string {
  const way = `${quoteLiteral(type)}, ${cast === undefined ? 'NULL' : quoteLiteral(cast)}, ${quoteLiteral(collation)}`;
  return `ifnull(target_form(${expression}, ${way}), target_form_of_bytes(CAST(${expression} AS BLOB), typeof(${expression}), ${way}))`;
}

/** Makes the functions of `formCall` known to a connection. Asked twice for one value, as a condition and its result do, it answers from memory. */
export function registerForm(db: SqliteDb): void {
  const forms: { readonly type: unknown; readonly cast: unknown; readonly collation: unknown; readonly form: (value: SourceValue) => string | null; value: unknown; answer: string | null }[] = [];
  const formOf = (type: unknown, cast: unknown, collation: unknown) => {
    const made = { type, cast, collation, form: targetForm(String(type), cast === null ? undefined : castSchema.parse(cast), String(collation)), value: null, answer: null };
    forms.push(made);
    return made;
  };
  db.function('target_form', { deterministic: true, safeIntegers: true }, (value: unknown, type: unknown, cast: unknown, collation: unknown) => {
    const found = forms.find((each) => each.type === type && each.cast === cast && each.collation === collation) ?? formOf(type, cast, collation);
    if (typeof value === 'string') {
      if (found.value === value) return found.answer;
      // Text that is not valid reads as U+FFFD, so that two different ones would look alike: its bytes are asked for.
      found.answer = suspectText(value) ? null : found.form(value);
      found.value = value;
      return found.answer;
    }
    return found.form(asSource(value));
  });
  const encoding = String(db.pragma('encoding', { simple: true }));
  const decoder = new TextDecoder(encoding.toLowerCase(), { ignoreBOM: true });
  db.function('target_form_of_bytes', { deterministic: true }, (bytes: unknown, kind: unknown, type: unknown, cast: unknown, collation: unknown) => {
    if (kind !== 'text' || !(bytes instanceof Uint8Array)) return null;
    const text = decoder.decode(bytes);
    return suspectText(text) ? exactForm(String(type), cast === null ? undefined : castSchema.parse(cast), String(collation))(exactValue(text, bytes, encoding)) : null;
  });
}

function asSource(value: unknown): SourceValue {
  return value === null || typeof value === 'bigint' || typeof value === 'number' || typeof value === 'string' || value instanceof Uint8Array ? value : null;
}
