import { asText } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { FunctionTable } from './functions.ts';
import { argument } from './functions-value.ts';
import type { Translator } from './translator.ts';
import { bool, int, nothing, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';

/** A step into JSON: the key of an object, or the place in an array (from its end where it is negative). */
type Step = string | number;

/** The steps of a JSON path. Only plain ones: $.a."b c"[0][#-1]. */
function pathSteps(path: string): Step[] {
  const steps: Step[] = [];
  let rest = path;
  if (!rest.startsWith('$')) throw new Untranslatable(`the JSON path '${path}'`);
  rest = rest.slice(1);
  while (rest !== '') {
    const step = /^\.(?:"([^"\\]+)"|([^."[\]\\]+))|^\[(\d{1,9})\]|^\[#-([1-9]\d{0,8})\]/.exec(rest);
    if (step === null) throw new Untranslatable(`the JSON path '${path}'`);
    const [, quoted, bare, place, fromEnd] = step;
    steps.push(quoted ?? bare ?? (place === undefined ? -Number(fromEnd) : Number(place)));
    rest = rest.slice(step[0].length);
  }
  return steps;
}

/** A piece of JSON as json or jsonb: the first keeps the source's text, numbers and all. */
interface Json {
  readonly sql: string;
  readonly pg: 'json' | 'jsonb';
}

/** The operand as JSON: malformed JSON fails on both sides. */
function asJson(value: Typed, translator: Translator): Json {
  if (value.pg === 'jsonb' || value.pg === 'json') return { sql: value.sql, pg: value.pg };
  if (value.kind === 'blob') throw new Untranslatable('JSON in bytes (JSONB of SQLite)');
  return { sql: `${asText(value, translator.note).sql}::json`, pg: 'json' };
}

/** The piece behind the steps: a key finds nothing in an array, and a place nothing in an object. */
function behind(whole: Json, steps: readonly Step[], translator: Translator): Json {
  if (steps.length === 0) return whole;
  translator.note('of a key that stands twice in a JSON object SQLite takes the first, PostgreSQL the last');
  return { ...whole, sql: `(${[whole.sql, ...steps.map((step) => (typeof step === 'number' ? String(step) : quoteText(step)))].join(' -> ')})` };
}

const objectNote = 'a JSON object or array taken out as text is written with other spacing and key order than in SQLite';

/** json_extract with one path, and ->>: the SQL value of a scalar, the text of an object. */
function extract(value: Typed, steps: readonly Step[], translator: Translator): Typed {
  if (value.kind === 'null') return nothing;
  const { sql: found, pg } = behind(asJson(value, translator), steps, translator);
  translator.note(objectNote);
  translator.note('a value taken out of JSON is a text in PostgreSQL; SQLite makes it a number where the JSON has a number');
  // true and false are 1 and 0 to SQLite.
  const sql = `(CASE ${pg}_typeof(${found}) WHEN 'boolean' THEN ((${found} #>> '{}')::boolean)::integer::text ELSE ${found} #>> '{}' END)`;
  return typed(sql, 'mixed', 'text', { json: `nullif(${found}${pg === 'jsonb' ? '' : '::jsonb'}, 'null'::jsonb)` });
}

/** The right side of -> and ->>: a path, a key, or a place. */
function arrowSteps(right: Typed): Step[] {
  const { literal } = right;
  if (literal === undefined) throw new Untranslatable('-> or ->> with a key that is not a literal');
  if (right.kind === 'int') {
    if (!/^-?\d{1,9}$/.test(literal)) throw new Untranslatable(`the JSON path '${literal}'`);
    return [Number(literal)];
  }
  if (literal.startsWith('$')) return pathSteps(literal);
  if (/^\[.+\]$/.test(literal)) return pathSteps(`$${literal}`);
  if (literal === '' || /["\\]/.test(literal)) throw new Untranslatable(`the JSON path '${literal}'`);
  return [literal];
}

/** The operators -> and ->>. */
export function jsonArrow(operator: '->' | '->>', left: Typed, right: Typed, translator: Translator): Typed {
  if (left.kind === 'null' || right.kind === 'null') return nothing;
  const steps = arrowSteps(right);
  if (operator === '->>') return extract(left, steps, translator);
  translator.note(objectNote);
  return text(`${behind(asJson(left, translator), steps, translator).sql}::text`);
}

function pathArgument(args: readonly Typed[], index: number): Step[] {
  const path = args[index];
  if (path === undefined) return [];
  if (path.literal === undefined || path.kind !== 'text') throw new Untranslatable('a JSON path that is not a literal');
  return pathSteps(path.literal);
}

const part = (args: readonly Typed[], translator: Translator): Json => behind(asJson(argument(args, 0), translator), pathArgument(args, 1), translator);

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
    const { sql, pg } = part(args, translator);
    return int(`(CASE WHEN ${pg}_typeof(${sql}) = 'array' THEN ${pg}_array_length(${sql}) WHEN ${sql} IS NOT NULL THEN 0 END)::bigint`);
  },
  json_type: (args, translator) => {
    if (argument(args, 0).kind === 'null') return nothing;
    const { sql, pg } = part(args, translator);
    const number = `CASE WHEN ${sql}::text ~ '[.eE]' THEN 'real' ELSE 'integer' END`;
    const named = `WHEN 'number' THEN ${number} WHEN 'string' THEN 'text' WHEN 'boolean' THEN ${sql} #>> '{}'`;
    return text(`(CASE ${pg}_typeof(${sql}) ${named} ELSE ${pg}_typeof(${sql}) END)`);
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
