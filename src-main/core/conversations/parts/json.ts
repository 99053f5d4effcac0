/** JSON whose numbers are never rounded: what a double would change stays its digits, and is written as it was read. */

export type JsonRecord = Readonly<Record<string, unknown>>;
type Reviver = (key: string, value: unknown, context?: { readonly source?: string }) => unknown;

/** The third argument of a reviver and `JSON.rawJSON` are newer than the types at hand (ECMAScript proposal "JSON.parse source text access"). */
const parseWith: (text: string, reviver: Reviver) => unknown = JSON.parse;
const rawJson: unknown = Reflect.get(JSON, 'rawJSON');
const isRawJson: unknown = Reflect.get(JSON, 'isRawJSON');

/** Only such texts can hold a number that `JSON.parse` changes: a long one, one with an exponent, a last zero; or a minus zero. All others take the quicker way. */
const hasPeculiarNumber = /(?:^|[[:,\s])-?(?:\d{16,}|\d+\.\d{15,}|\d+\.\d*0|\d+(?:\.\d+)?[eE][+-]?\d+)(?=[\s,\]}]|$)|-0(?=[\s,\]}]|$)/;

function isRaw(value: unknown): boolean {
  return typeof isRawJson === 'function' && isRawJson(value) === true;
}

/** The value of a JSON text; undefined where it is none. */
export function parseJson(text: string): unknown {
  try {
    if (typeof rawJson !== 'function' || !hasPeculiarNumber.test(text)) return JSON.parse(text);
    return parseWith(text, (_, value, context) => {
      const source = context?.source;
      if (typeof value !== 'number' || source === undefined || String(value) === source) return value;
      const kept: unknown = rawJson(source);
      return kept;
    });
  } catch {
    return undefined;
  }
}

/** The value as JSON text; nested deeper than can be written, its outer form only. */
export function jsonText(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null';
  } catch {
    return Array.isArray(value) ? '[…]' : '{…}';
  }
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !isRaw(value);
}

export function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A value that says something: not null, not empty. */
export function isSaying(value: unknown): boolean {
  if (value === null || value === undefined || value === '' || value === false) return false;
  if (Array.isArray(value)) return value.length > 0;
  return !isRecord(value) || Object.keys(value).length > 0;
}

/** A number of a JSON value, however it was kept; null where it is none or no safe one. */
export function numberOf(value: unknown): number | null {
  const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : isRaw(value) ? Number(jsonText(value)) : Number.NaN;
  return Number.isFinite(number) ? number : null;
}
