import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { bool, collationFields, int, isNumber, isTemporal, nothing, real, text, typed } from './typed.ts';
import type { Typed } from './typed.ts';

/** SQLite's conversions between storage classes, written in PostgreSQL. */

/** POSIX pattern of what SQLite takes for a number at the start of a text, after white space. */
const numberPrefix = String.raw`^[ \t\n\f\r]*([+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)`;
const integerPrefix = String.raw`^[ \t\n\f\r]*([+-]?[0-9]+)`;
/** The whole text is a number. */
export const wholeNumber = String.raw`^[ \t\n\f\r]*[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?[ \t\n\f\r]*$`;

const perSecond = { 'epoch-s': 1, 'epoch-ms': 1000, 'epoch-us': 1_000_000 } as const;

/**
 * The value as SQLite holds it, in the PostgreSQL type of its class: bigint, double precision, numeric, text or bytea.
 * A timestamp column, for instance, becomes the text or the number it was in the source.
 */
export function plain(value: Typed): Typed {
  const keep = { affinity: value.affinity, ...collationFields(value) };
  if (value.rewritten !== undefined) throw new Untranslatable(`a text that stands in another form in the target (${value.rewritten}) can only be shown or tested for NULL`);
  if (value.kind === 'opaque') throw new Untranslatable(`a value of type ${value.pg} can only be shown or tested for NULL`);
  if (value.pg === 'boolean') {
    if (value.kind !== 'int' || value.affinity === 'TEXT') throw new Untranslatable('a boolean column whose source held texts is used as a text');
    if (value.literal !== undefined) return int(value.literal, keep);
    return typed(`${value.sql}::integer`, 'int', 'integer', keep);
  }
  if (isTemporal(value.pg)) return plainTemporal(value, keep);
  if (value.pg === 'jsonb') throw new Untranslatable('the text of a jsonb value is not the text SQLite held');
  if (value.pg === 'json' || value.pg === 'uuid' || value.pg === 'citext' || value.pg === 'character' || value.pg === 'name') {
    return typed(`${value.sql}::text`, value.kind === 'mixed' ? 'mixed' : 'text', 'text', keep);
  }
  return value;
}

function plainTemporal(value: Typed, keep: Partial<Typed>): Typed {
  const { sql, storedAs, textFormat } = value;
  if (storedAs !== undefined) {
    const seconds = `extract(epoch from ${sql})`;
    if (storedAs === 'julian-day') return real(`(${seconds}::double precision / 86400.0 + 2440587.5)`, keep);
    const factor = perSecond[storedAs];
    const number = factor === 1 ? seconds : `(${seconds} * ${factor})`;
    if (value.kind === 'real') return real(`${number}::double precision`, keep);
    if (value.kind === 'num') return typed(`trim_scale(${number})`, 'num', 'numeric', { ...keep, ...(value.wholeIsInteger === undefined ? {} : { wholeIsInteger: value.wholeIsInteger }) });
    return int(`${number}::bigint`, keep);
  }
  if (textFormat === undefined) {
    throw new Untranslatable(`the text of a column that became ${value.pg} is needed, and its texts had no single format`);
  }
  return text(`to_char(${utc(value)}, ${quoteText(textFormat)})`, keep);
}

/** A temporal value as a timestamp without zone, in UTC. */
export function utc(value: Typed): string {
  return value.pg === 'timestamp with time zone' ? `(${value.sql} AT TIME ZONE 'utc')` : value.sql;
}

/** A real as SQLite writes it: Inf, and 1.0e+20 where PostgreSQL has 1e+20. */
function writtenReal(sql: string): string {
  return `regexp_replace(replace(${sql}, 'Infinity', 'Inf'), '^(-?[0-9])e', '\\1.0e')`;
}

/**
 * A float whose whole numbers are integers in SQLite, which writes all their digits: PostgreSQL has exponents from 1e15 on, and from 1e6 in a
 * `real`. Up to 64 bits, as sqlite3VdbeIntegerAffinity converts.
 */
function writtenWhole(sql: string): string {
  return `(CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 9223372036854775808 THEN trunc(${sql})::bigint::text ELSE ${writtenReal(`${sql}::text`)} END)`;
}

/** A number of NUMERIC affinity as SQLite writes it: integers up to 64 bits, reals, and decimals of more digits than a real has, which it keeps as texts. */
function writtenNumeric(sql: string): string {
  const real = `${sql}::double precision::text`;
  return `(CASE WHEN ${sql} = trunc(${sql}) AND abs(${sql}) < 9223372036854775808 THEN trunc(${sql})::text WHEN abs(${sql}) BETWEEN 1e-300 AND 1e308 AND ${real}::numeric = ${sql} THEN ${writtenReal(real)} ELSE replace(trim_scale(${sql})::text, 'Infinity', 'Inf') END)`;
}

/** Said wherever a real may be shown as text: SQLite and PostgreSQL choose other digits behind the fifteenth. */
export const lastDigits = 'a real number turned into text can differ in its last digits';

/** Texts in the target that were numbers in some rows: a column of numbers and texts, or one without a type. */
export function mayHoldReals(value: Typed): boolean {
  return value.kind === 'mixed' || (value.kind === 'text' && value.isColumn === true && value.affinity === 'BLOB');
}

/** The text SQLite gives for the value. */
export function asText(value: Typed, note: (text: string) => void = () => {}): Typed {
  const it = plain(value);
  const { sql } = it;
  switch (it.kind) {
    case 'text':
    case 'mixed':
      if (mayHoldReals(it)) note(lastDigits);
      return it;
    case 'null':
      return text('NULL::text');
    case 'int':
      return text(it.literal === undefined ? `${sql}::text` : quoteText(it.literal));
    case 'num':
      if (it.wholeIsInteger !== true) {
        throw new Untranslatable('a number that is an integer in some rows and a real in others is used as a text: SQLite writes 2 or 2.0');
      }
      if (it.pg === 'numeric') {
        note(lastDigits);
        return text(writtenNumeric(sql));
      }
      return text(it.pg === 'double precision' || it.pg === 'real' ? writtenWhole(sql) : `${sql}::text`);
    case 'real':
      if (it.literal !== undefined && /^-?\d{1,12}(\.\d{1,9})?$/.test(it.literal)) return textOfReal(Number(it.literal));
      note(lastDigits);
      return text(
        `(CASE WHEN ${dbl(it)} = trunc(${dbl(it)}) AND abs(${dbl(it)}) < 1e17 THEN trunc(${dbl(it)})::bigint::text || '.0' ELSE ${writtenReal(`${dbl(it)}::text`)} END)`,
      );
    default:
      throw new Untranslatable('bytes are used as a text');
  }
}

const textOfReal = (value: number): Typed => text(quoteText(Number.isInteger(value) ? `${value}.0` : String(value)));

/** The number SQLite reads in the value for arithmetic: texts by their numeric beginning, 0 if there is none. */
export function asNumber(value: Typed): Typed {
  if (value.asInteger !== undefined) return int(value.asInteger);
  const it = plain(value);
  if (isNumber(it.kind)) return it;
  if (it.kind === 'null') return nothing;
  if (it.kind !== 'text' && it.json === undefined) throw new Untranslatable(it.kind === 'blob' ? 'bytes are used as a number' : 'texts and numbers mixed in one expression are used as numbers');
  if (it.literal !== undefined) return literalNumber(it.literal);
  const parsed = `coalesce(substring(${it.sql} from ${quoteText(numberPrefix)})::numeric, 0)`;
  return typed(`(CASE WHEN ${it.sql} IS NOT NULL THEN ${parsed} END)`, 'num', 'numeric');
}

function literalNumber(literal: string): Typed {
  const match = /^[ \t\n\f\r]*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/.exec(literal)?.[1] ?? '0';
  return numberLiteral(match.replace(/^\+/, ''));
}

/** A numeric literal; integers beyond 64 bits are reals, as in SQLite. */
export function numberLiteral(digits: string): Typed {
  const wrap = (sql: string): string => (sql.startsWith('-') ? `(${sql})` : sql);
  if (/^-?\d+$/.test(digits)) {
    const value = BigInt(digits);
    if (value >= -(2n ** 63n) && value < 2n ** 63n) {
      const isSmall = value >= -(2n ** 31n) && value < 2n ** 31n;
      // Without its sign the least one is no bigint to PostgreSQL either.
      return typed(`${wrap(value.toString())}${value === -(2n ** 63n) ? '::bigint' : ''}`, 'int', isSmall ? 'integer' : 'bigint', { literal: value.toString() });
    }
    return typed(`${wrap(digits)}::double precision`, 'real', 'double precision');
  }
  return typed(wrap(digits), 'real', 'numeric', { literal: digits });
}

/** SQL of a number as double precision (a bare 0.5 is numeric to PostgreSQL, real to SQLite). */
export function dbl(value: Typed): string {
  return value.pg === 'double precision' ? value.sql : `${value.sql}::double precision`;
}

/** SQL of an integer wide enough not to overflow where SQLite does not. */
export function wide(value: Typed): string {
  return value.pg === 'bigint' || value.kind !== 'int' ? value.sql : `${value.sql}::bigint`;
}

/** CAST(x AS INTEGER) and wherever SQLite wants a whole number: towards zero, texts by their beginning, 64 bits at most. */
export function asInteger(value: Typed): Typed {
  if (value.asInteger !== undefined) return int(value.asInteger);
  const it = plain(value);
  if (it.kind === 'int') return it;
  if (it.kind === 'null') return int('NULL::bigint');
  // Beyond 64 bits SQLite takes the nearest bigint; PostgreSQL fails, which nobody overlooks.
  if (it.kind === 'real' || it.kind === 'num') return int(`trunc(${it.sql})::bigint`);
  if (it.kind !== 'text' && it.json === undefined) throw new Untranslatable('a cast of bytes or of mixed values to INTEGER');
  const parsed = `greatest(least(coalesce(substring(${it.sql} from ${quoteText(integerPrefix)})::numeric, 0), 9223372036854775807), -9223372036854775808)::bigint`;
  return int(`(CASE WHEN ${it.sql} IS NOT NULL THEN ${parsed} END)`);
}

/** The value as a condition: NULL, zero and texts that begin with no number are not true. */
export function truth(value: Typed): string {
  if (value.pg === 'boolean') return value.sql;
  if (value.kind === 'null') return 'NULL::boolean';
  const number = asNumber(value);
  if (number.literal !== undefined) return Number(number.literal) === 0 ? 'FALSE' : 'TRUE';
  return `(${number.sql} <> 0)`;
}

/** A boolean made by an operator shown as SQLite shows it: 0 or 1. Boolean columns stay what the plan made them. */
export function asShown(value: Typed): Typed {
  return value.pg === 'boolean' && value.isColumn !== true ? plain(value) : value;
}

/**
 * Brings branches of CASE, arguments of coalesce, or columns of a UNION to one type.
 * @returns the same expressions, converted, in order.
 */
export function unify(values: readonly Typed[], note: (text: string) => void): Typed[] {
  const known = values.filter((value) => value.kind !== 'null');
  const first = known[0];
  if (first === undefined) return [...values];
  const isSame = known.every(
    (value) => value.pg === first.pg && value.kind === first.kind && value.storedAs === first.storedAs && value.textFormat === first.textFormat,
  );
  if (isSame) return [...values];
  if (known.some((value) => value.pg === 'boolean' && value.isColumn === true) && known.every((value) => isFlag(value))) {
    return values.map((value) => (value.kind === 'null' || value.pg === 'boolean' ? value : bool(value.literal === '1' ? 'TRUE' : 'FALSE')));
  }
  const all = values.map((value) => (value.kind === 'null' ? value : plain(value)));
  const kinds = new Set(all.filter((value) => value.kind !== 'null').map((value) => value.kind));
  if (kinds.size === 1) return kinds.has('int') ? all.map((value) => (value.kind === 'null' ? value : int(wide(value), literalOf(value)))) : all;
  if ([...kinds].every(isNumber)) {
    const target = all.some((value) => value.pg === 'double precision') || !kinds.has('num') ? 'double precision' : 'numeric';
    const isExact = all.every((value) => value.kind !== 'real' && (value.kind !== 'num' || value.wholeIsInteger === true));
    return all.map((value) =>
      value.kind === 'null' ? value : typed(value.pg === target ? value.sql : `${value.sql}::${target}`, 'num', target, isExact ? { wholeIsInteger: true } : {}),
    );
  }
  if (kinds.has('blob')) throw new Untranslatable('bytes and other values in one expression');
  note('an expression gives numbers in some rows and texts in others; PostgreSQL shows all of them as text');
  return all.map((value) => (value.kind === 'null' ? value : { ...asText(value, note), kind: 'mixed' as const }));
}

const isFlag = (value: Typed): boolean => value.pg === 'boolean' || (value.kind === 'int' && (value.literal === '0' || value.literal === '1'));
const literalOf = (value: Typed): Partial<Typed> => (value.literal === undefined ? {} : { literal: value.literal });

/** The type a list of unified expressions has together; literals lose their value. */
export function commonType(values: readonly Typed[]): Typed {
  const known = values.find((value) => value.kind !== 'null');
  if (known === undefined) return nothing;
  const { kind, pg, storedAs, textFormat } = known;
  return typed('', kind, pg, {
    ...(storedAs === undefined ? {} : { storedAs }),
    ...(textFormat === undefined ? {} : { textFormat }),
    ...(known.wholeIsInteger === true && values.every((value) => value.kind !== 'num' || value.wholeIsInteger === true) ? { wholeIsInteger: true } : {}),
    ...(known.pg === 'boolean' && values.some((value) => value.isColumn === true) ? { isColumn: true } : {}),
  });
}
