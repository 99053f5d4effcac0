import { asText } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { FunctionTable } from './functions.ts';
import { argument } from './functions-value.ts';
import type { Translator } from './translator.ts';
import { bool, int, nothing, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';

/** A JSON path as the keys of PostgreSQL's #> operator. Only plain steps: $.a."b c"[0]. */
export function pathKeys(path: string): string[] {
  const keys: string[] = [];
  let rest = path;
  if (!rest.startsWith('$')) throw new Untranslatable(`the JSON path '${path}'`);
  rest = rest.slice(1);
  while (rest !== '') {
    const step = /^\.(?:"([^"]+)"|([^."[\]]+))|^\[(\d+)\]|^\[#-(\d+)\]/.exec(rest);
    if (step === null) throw new Untranslatable(`the JSON path '${path}'`);
    // A negative index counts from the end in PostgreSQL as [#-n] does in SQLite.
    keys.push(step[1] ?? step[2] ?? step[3] ?? `-${step[4] ?? '1'}`);
    rest = rest.slice(step[0].length);
  }
  return keys;
}

const keysSql = (keys: readonly string[]): string =>
  quoteText(`{${keys.map((key) => (/^[A-Za-z0-9_-]+$/.test(key) && key.toUpperCase() !== 'NULL' ? key : `"${key.replaceAll(/["\\]/g, String.raw`\$&`)}"`)).join(',')}}`);

/** The operand as jsonb: malformed JSON fails on both sides. */
function asJsonb(value: Typed, translator: Translator): string {
  if (value.pg === 'jsonb') return value.sql;
  if (value.pg === 'json') return `${value.sql}::jsonb`;
  if (value.kind === 'blob') throw new Untranslatable('JSON in bytes (JSONB of SQLite)');
  return `${asText(value, translator.note).sql}::jsonb`;
}

const objectNote = 'a JSON object or array taken out as text is written with other spacing and key order than in SQLite';

/** json_extract with one path, and ->>: the SQL value of a scalar, the text of an object. */
function extract(value: Typed, keys: readonly string[], translator: Translator): Typed {
  if (value.kind === 'null') return nothing;
  const whole = asJsonb(value, translator);
  const found = keys.length === 0 ? whole : `(${whole} #> ${keysSql(keys)})`;
  const json = `nullif(${found}, 'null'::jsonb)`;
  translator.note(objectNote);
  translator.note('a value taken out of JSON is a text in PostgreSQL; SQLite makes it a number where the JSON has a number');
  // true and false are 1 and 0 to SQLite.
  const sql = `(CASE ${found} WHEN 'true'::jsonb THEN '1' WHEN 'false'::jsonb THEN '0' ELSE ${found} #>> '{}' END)`;
  return typed(sql, 'mixed', 'text', { json });
}

/** The right side of -> and ->>: a path, a key, or an index. */
function arrowKeys(right: Typed): string[] {
  if (right.literal === undefined) throw new Untranslatable('-> or ->> with a key that is not a literal');
  if (right.kind === 'int') return [right.literal];
  return right.literal.startsWith('$') ? pathKeys(right.literal) : [right.literal];
}

/** The operators -> and ->>. */
export function jsonArrow(operator: '->' | '->>', left: Typed, right: Typed, translator: Translator): Typed {
  if (left.kind === 'null' || right.kind === 'null') return nothing;
  const keys = arrowKeys(right);
  if (operator === '->>') return extract(left, keys, translator);
  translator.note(objectNote);
  return text(`(${asJsonb(left, translator)} #> ${keysSql(keys)})::text`);
}

function pathArgument(args: readonly Typed[], index: number): string[] {
  const path = args[index];
  if (path === undefined) return [];
  if (path.literal === undefined || path.kind !== 'text') throw new Untranslatable('a JSON path that is not a literal');
  return pathKeys(path.literal);
}

function part(args: readonly Typed[], translator: Translator): string {
  const whole = asJsonb(argument(args, 0), translator);
  const keys = pathArgument(args, 1);
  return keys.length === 0 ? whole : `(${whole} #> ${keysSql(keys)})`;
}

const spacing = (name: string) => (): never => {
  throw new Untranslatable(`${name}() writes JSON as text, with other spacing than PostgreSQL`);
};

/** A constant as SQLite writes it into JSON, without a space; what depends on a row, or is JSON itself, is another matter. */
function elementOf(value: Typed, name: string): string {
  if (value.kind === 'null') return 'null';
  if (value.literal !== undefined && value.pg !== 'boolean') {
    if (value.kind === 'int' && /^-?\d+$/.test(value.literal)) return value.literal;
    if (value.kind === 'text' && !/^[[{]/.test(value.literal)) return JSON.stringify(value.literal);
  }
  return spacing(name)();
}

function objectOf(args: readonly Typed[]): string {
  if (args.length % 2 === 1) return spacing('json_object')();
  const members = Array.from({ length: args.length / 2 }, (_, index) => {
    const [key, value] = [argument(args, index * 2), argument(args, index * 2 + 1)];
    return key.kind === 'text' ? `${elementOf(key, 'json_object')}:${elementOf(value, 'json_object')}` : spacing('json_object')();
  });
  return `{${members.join(',')}}`;
}

const constant = (json: string): Typed => text(quoteText(json), { literal: json });

/** Functions of JSON held in texts. */
export const jsonFunctions: FunctionTable = {
  json_extract: (args, translator) => {
    if (args.length !== 2) throw new Untranslatable('json_extract() with several paths');
    return extract(argument(args, 0), pathArgument(args, 1), translator);
  },
  json_valid: (args, translator) => {
    const value = argument(args, 0);
    if (args.length > 1) throw new Untranslatable('json_valid() with flags');
    if (value.kind === 'null') return nothing;
    if (value.pg === 'json' || value.pg === 'jsonb') return bool(`(${value.sql} IS NOT NULL OR NULL)`, { isNeverFalse: true });
    if ((translator.context.serverVersion ?? 0) < 16) throw new Untranslatable('json_valid() of a text needs PostgreSQL 16 (IS JSON)');
    return bool(`(${asText(value, translator.note).sql} IS JSON)`);
  },
  json_array_length: (args, translator) => {
    if (argument(args, 0).kind === 'null') return nothing;
    const value = part(args, translator);
    return int(`(CASE jsonb_typeof(${value}) WHEN 'array' THEN jsonb_array_length(${value}) ELSE CASE WHEN ${value} IS NOT NULL THEN 0 END END)::bigint`);
  },
  json_type: (args, translator) => {
    if (argument(args, 0).kind === 'null') return nothing;
    const value = part(args, translator);
    const number = `CASE WHEN ${value}::text ~ '[.eE]' THEN 'real' ELSE 'integer' END`;
    const named = `WHEN 'number' THEN ${number} WHEN 'string' THEN 'text' WHEN 'boolean' THEN ${value}::text`;
    return text(`(CASE jsonb_typeof(${value}) ${named} ELSE jsonb_typeof(${value}) END)`);
  },
  json: spacing('json'),
  json_array: (args) => constant(`[${args.map((value) => elementOf(value, 'json_array')).join(',')}]`),
  json_object: (args) => constant(objectOf(args)),
  json_set: spacing('json_set'),
  json_insert: spacing('json_insert'),
  json_replace: spacing('json_replace'),
  json_remove: spacing('json_remove'),
  json_patch: spacing('json_patch'),
  json_quote: spacing('json_quote'),
};
