import { asInteger, asText, plain } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { FunctionTable, ScalarFunction } from './functions.ts';
import { argument } from './functions-value.ts';
import { printf } from './printf.ts';
import type { Translator } from './translator.ts';
import { nothing, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';

const textOf = (args: readonly Typed[], index: number, translator: Translator): string =>
  asText(argument(args, index), translator.note).sql;

const hasNull = (args: readonly Typed[]): boolean => args.some((value) => value.kind === 'null');

/** A function of texts that is NULL when one of them is. */
function ofTexts(print: (...args: string[]) => string, make: (sql: string) => Typed = text): ScalarFunction {
  return (args, translator) =>
    hasNull(args) ? nothing : make(print(...args.map((_, index) => textOf(args, index, translator))));
}

const trim = (name: string): ScalarFunction => ofTexts((value, chars = "' '") => `${name}(${value}, ${chars})`);

/** ASCII letters only, as SQLite without ICU: the "C" collation does the same. */
const letters = (name: string): ScalarFunction => ofTexts((value = '') => `${name}(${value} COLLATE "C")`);

function length(args: readonly Typed[], translator: Translator): Typed {
  const value = argument(args, 0);
  if (value.kind === 'null') return nothing;
  const it = plain(value);
  return typed(`length(${it.kind === 'blob' ? it.sql : asText(it, translator.note).sql})`, 'int', 'integer');
}

/** No text has more characters. */
const longest = 1_073_741_823;

/** substr(x, start, length) counting as SQLite does: from the end for a negative start, backwards for a negative length. */
function substr(args: readonly Typed[], translator: Translator): Typed {
  const given = argument(args, 0);
  if (hasNull(args)) return nothing;
  const isBlob = given.kind === 'blob';
  // Of no bytes the answer is NULL.
  const value = isBlob ? `nullif(${given.sql}, ''::bytea)` : asText(given, translator.note).sql;
  const make = (sql: string): Typed => (isBlob ? typed(sql, 'blob', 'bytea') : text(sql));
  const start = asInteger(argument(args, 1));
  const count = args[2] === undefined ? undefined : asInteger(args[2]);
  const narrow = (sql: string, it: Typed): string => (it.pg === 'integer' || it.pg === 'smallint' ? sql : `${sql}::integer`);
  const literalOf = (it: Typed | undefined): number | undefined => (it?.literal === undefined ? undefined : Math.max(-longest, Math.min(longest, Number(it.literal))));
  const from = literalOf(start);
  const size = literalOf(count);

  if (from !== undefined && from < 0 && count === undefined && !isBlob) return make(`right(${value}, ${-from})`);
  const begin =
    from === undefined
      ? `(CASE WHEN ${start.sql} < 0 THEN length(${value}) + ${narrow(start.sql, start)} + 1 ELSE ${narrow(start.sql, start)} END)`
      : from < 0
        ? `(length(${value}) - ${-from - 1})`
        : String(from);
  if (count === undefined) return make(`substr(${value}, ${begin})`);
  if (size !== undefined && size >= 0) return make(`substr(${value}, ${begin}, ${size})`);
  // Of a negative length the characters before the start are meant.
  if (size !== undefined) return make(`substr(${value}, ${begin} - ${-size}, ${-size})`);
  const length = narrow(count.sql, count);
  const backwards = `substr(${value}, ${begin} + ${length}, - ${length})`;
  return make(`(CASE WHEN ${count.sql} < 0 THEN ${backwards} ELSE substr(${value}, ${begin}, ${length}) END)`);
}

function hex(args: readonly Typed[], translator: Translator): Typed {
  const value = argument(args, 0);
  if (value.kind === 'null') return text("''", { literal: '' });
  if (value.kind !== 'blob') translator.unstable('convert_to()');
  const bytes = value.kind === 'blob' ? value.sql : `convert_to(${asText(value, translator.note).sql}, 'UTF8')`;
  return text(`coalesce(upper(encode(${bytes}, 'hex')), '')`);
}

/** concat() and concat_ws() pass over NULL on both sides. */
const joined = (name: string, from: number): ScalarFunction => (args, translator) => {
  const parts = args.map((value, index) =>
    value.kind === 'null' ? 'NULL' : index < from ? textOf(args, index, translator) : `${asText(value, translator.note).sql}`,
  );
  translator.unstable(`${name}()`);
  return text(`${name}(${parts.join(', ')})`);
};

/** Functions of texts and bytes. */
export const textFunctions: FunctionTable = {
  length,
  octet_length: (args, translator) => {
    const value = argument(args, 0);
    if (value.kind === 'null') return nothing;
    return typed(`octet_length(${value.kind === 'blob' ? value.sql : asText(value, translator.note).sql})`, 'int', 'integer');
  },
  lower: letters('lower'),
  upper: letters('upper'),
  trim: trim('btrim'),
  ltrim: trim('ltrim'),
  rtrim: trim('rtrim'),
  replace: (args, translator) => {
    const [value, from, to] = [argument(args, 0), argument(args, 1), argument(args, 2)];
    if (value.kind === 'null' || from.kind === 'null') return nothing;
    const whole = textOf(args, 0, translator);
    // Where nothing is looked for, what would stand in its place is not even asked.
    if (from.literal === '') return text(whole);
    const replaced = to.kind === 'null' ? 'NULL' : `replace(${whole}, ${textOf(args, 1, translator)}, ${textOf(args, 2, translator)})`;
    return text(from.literal === undefined && to.literal === undefined ? `(CASE WHEN ${textOf(args, 1, translator)} = '' THEN ${whole} ELSE ${replaced} END)` : to.kind === 'null' ? 'NULL::text' : replaced);
  },
  instr: (args, translator) => {
    if (hasNull(args)) return nothing;
    const [haystack, needle] = [plain(argument(args, 0)), plain(argument(args, 1))];
    if (haystack.kind === 'blob' && needle.kind === 'blob') return typed(`position(${needle.sql} IN ${haystack.sql})`, 'int', 'integer');
    return typed(`strpos(${asText(haystack, translator.note).sql}, ${asText(needle, translator.note).sql})`, 'int', 'integer');
  },
  substr,
  substring: substr,
  hex,
  unhex: (args) => {
    if (hasNull(args)) return nothing;
    const { kind, literal: digits } = argument(args, 0);
    if (kind !== 'text' || digits === undefined || !/^([0-9a-f]{2})*$/i.test(digits) || args.length > 1) throw new Untranslatable('unhex() of something that is not a plain literal');
    return typed(`'\\x${digits.toLowerCase()}'::bytea`, 'blob', 'bytea');
  },
  // A NULL among them is a NUL character to SQLite, which PostgreSQL cannot hold.
  char: (args) => {
    const points = args.map(({ kind, literal }) => (kind === 'int' && literal !== undefined ? Number(literal) : 0));
    if (points.some((point) => !(point > 0 && point <= 0x10_FF_FF) || (point >= 0xD8_00 && point < 0xE0_00))) throw new Untranslatable('char() of something that is not the number of a character');
    const characters = String.fromCodePoint(...points);
    return text(quoteText(characters), { literal: characters });
  },
  unicode: (args, translator) => {
    if (hasNull(args)) return nothing;
    return typed(`nullif(ascii(${textOf(args, 0, translator)}), 0)`, 'int', 'integer');
  },
  concat: joined('concat', 0),
  concat_ws: joined('concat_ws', 1),
  printf,
  format: printf,
};
