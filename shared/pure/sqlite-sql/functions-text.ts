import { asInteger, asText, plain } from './coerce.ts';
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

/** substr(x, start, length) counting as SQLite does: from the end for a negative start, backwards for a negative length. */
function substr(args: readonly Typed[], translator: Translator): Typed {
  const given = argument(args, 0);
  if (hasNull(args)) return nothing;
  const isBlob = given.kind === 'blob';
  const value = isBlob ? given.sql : asText(given, translator.note).sql;
  const make = (sql: string): Typed => (isBlob ? typed(sql, 'blob', 'bytea') : text(sql));
  const start = asInteger(argument(args, 1));
  const count = args[2] === undefined ? undefined : asInteger(args[2]);
  const narrow = (sql: string, it: Typed): string => (it.pg === 'integer' || it.pg === 'smallint' ? sql : `${sql}::integer`);
  const from = start.literal === undefined ? undefined : Number(start.literal);
  const size = count?.literal === undefined ? undefined : Number(count.literal);

  if (isBlob && !(from !== undefined && from > 0 && (count === undefined || (size !== undefined && size >= 0)))) {
    throw new Untranslatable('substr() of bytes with a start or length that is not a positive number');
  }
  if (from !== undefined && from < 0 && count === undefined) return make(`right(${value}, ${-from})`);
  const begin =
    from === undefined
      ? `(CASE WHEN ${start.sql} < 0 THEN length(${value}) + ${narrow(start.sql, start)} + 1 ELSE ${narrow(start.sql, start)} END)`
      : from < 0
        ? `(length(${value}) - ${-from - 1})`
        : String(from);
  if (count === undefined) return make(`substr(${value}, ${begin})`);
  if (size !== undefined && size >= 0) return make(`substr(${value}, ${begin}, ${size})`);
  if (from === undefined || from <= 0) {
    // The corner of a negative length behind a start of zero or counted from the end is not worth its formula.
    if (size !== undefined) throw new Untranslatable('substr() with a negative length and a start that is not a positive number');
    translator.note('substr() with a computed start and length: a negative length is read as zero');
    return make(`substr(${value}, ${begin}, greatest(${narrow(count.sql, count)}, 0))`);
  }
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
  replace: ofTexts((value, from = '', to = '') => `replace(${value}, ${from}, ${to})`),
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
    const digits = argument(args, 0).literal ?? '';
    if (!/^([0-9a-f]{2})*$/i.test(digits) || args.length > 1) throw new Untranslatable('unhex() of something that is not a plain literal');
    return typed(`'\\x${digits.toLowerCase()}'::bytea`, 'blob', 'bytea');
  },
  // char(NULL) is a NUL character, which PostgreSQL cannot hold: it gives NULL.
  char: (args) => text(`(${args.map((value) => `chr(${asInteger(value).sql}::integer)`).join(' || ')})`),
  unicode: (args, translator) => {
    if (hasNull(args)) return nothing;
    return typed(`nullif(ascii(${textOf(args, 0, translator)}), 0)`, 'int', 'integer');
  },
  concat: joined('concat', 0),
  concat_ws: joined('concat_ws', 1),
  printf,
  format: printf,
};
