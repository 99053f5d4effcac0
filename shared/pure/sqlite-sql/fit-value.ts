import { asText, plain, truth } from './coerce.ts';
import { isCalendarDay } from './compare-temporal.ts';
import type { StoredAs } from './context.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import { baseType, isNumber, isTemporal } from './typed.ts';
import type { Typed } from './typed.ts';

/**
 * A value as a column of the target takes it: converted by SQLite's affinity where that has one meaning for every row.
 * @param what - for messages: the `default` of a column, or a `value` that a trigger writes
 * @throws Untranslatable where the column could not hold every value, or would hold another
 */
export function fitValue(value: Typed, pgType: string, cast: StoredAs | undefined, what: 'default' | 'value'): string {
  const target = baseType(pgType);
  if (isTemporal(target)) return fitTemporal(value, target, cast, what);
  const refuse = (): never => {
    const shown = value.literal === undefined ? `an expression of type ${value.pg}` : `'${value.literal}'`;
    throw new Untranslatable(`the ${what} ${shown} does not fit a column of type ${pgType}`);
  };
  switch (target) {
    case 'boolean': {
      const word = value.literal?.toLowerCase() ?? '';
      if (value.pg === 'boolean') return truth(value);
      if (['1', 'true', 't', 'yes', 'y', 'on'].includes(word)) return 'TRUE';
      return ['0', 'false', 'f', 'no', 'n', 'off'].includes(word) ? 'FALSE' : refuse();
    }
    case 'bigint':
    case 'integer':
    case 'smallint':
    case 'numeric':
    case 'double precision':
    case 'real':
      return fitNumber(value, target, refuse);
    case 'bytea':
      if (value.kind === 'blob') return value.sql;
      return value.kind === 'text' && value.literal !== undefined ? `convert_to(${value.sql}, 'UTF8')` : refuse();
    case 'uuid':
      return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value.literal ?? '') ? quoteText(value.literal ?? '') : refuse();
    case 'json':
    case 'jsonb':
      return isJson(value.literal) ? `${quoteText(value.literal ?? '')}::${target}` : refuse();
    case 'text':
    case 'character varying':
    case 'character':
    case 'citext':
      // SQLite converts a number to text when the column has TEXT affinity.
      return value.kind === 'blob' ? refuse() : asText(value).sql;
    default:
      return value.literal === undefined ? refuse() : quoteText(value.literal);
  }
}

function isJson(literal: string | undefined): boolean {
  if (literal === undefined) return false;
  try {
    JSON.parse(literal);
    return true;
  } catch {
    return false;
  }
}

function fitNumber(value: Typed, target: 'smallint' | 'integer' | 'bigint' | 'numeric' | 'double precision' | 'real', refuse: () => never): string {
  const isInteger = target === 'bigint' || target === 'integer' || target === 'smallint';
  // A condition is 0, 1 or NULL to SQLite.
  if (value.pg === 'boolean') return value.literal ?? plain(value).sql;
  if (value.asInteger !== undefined) return value.asInteger;
  if (isInteger && value.literal !== undefined && isBeyond(value.literal.trim(), target)) return refuse();
  if (isNumber(value.kind)) {
    if (value.literal !== undefined && isInteger && !Number.isInteger(Number(value.literal))) return refuse();
    if (!isInteger || value.kind === 'int' || value.literal !== undefined) return value.sql;
    // INTEGER affinity makes a whole real an integer; a fraction would stay one.
    return /^(round|trunc|floor|ceil)\(/.test(value.sql) ? `${value.sql}::bigint` : refuse();
  }
  const literal = value.literal?.trim() ?? '';
  const pattern = isInteger ? /^[+-]?\d+$/ : /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  return value.kind === 'text' && pattern.test(literal) ? literal.replace(/^\+/, '') : refuse();
}

const integerBits = { smallint: 16n, integer: 32n, bigint: 64n };

/** True where a number's text stands for none that an integer of this type holds; false where it is no number. */
function isBeyond(literal: string, target: keyof typeof integerBits): boolean {
  const limit = 2n ** (integerBits[target] - 1n);
  const value = /^[+-]?\d+$/.test(literal) ? BigInt(literal.replace(/^\+/, '')) : Number(literal);
  return value < -limit || value >= limit;
}

/** Into a date or time the point in time behind a text goes; epoch numbers are read as the loader reads them. */
function fitTemporal(value: Typed, target: string, cast: StoredAs | undefined, what: 'default' | 'value'): string {
  const isZoned = target === 'timestamp with time zone';
  if (cast !== undefined) {
    const number = value.asInteger ?? (value.pg === 'boolean' ? value.literal : isNumber(value.kind) ? value.sql : undefined);
    if (number === undefined) throw new Untranslatable(`a ${what} that is no number for a column read as an epoch`);
    if (number === epochNow && cast === 'epoch-s') return isZoned ? "date_trunc('second', now())" : "date_trunc('second', now() AT TIME ZONE 'utc')";
    const seconds = { 'epoch-s': number, 'epoch-ms': `(${number} / 1000.0)`, 'epoch-us': `(${number} / 1000000.0)`, 'julian-day': `((${number} - 2440587.5) * 86400.0)` }[cast];
    const zoned = `to_timestamp(${seconds})`;
    return fitZone(zoned, target);
  }
  if (value.moment !== undefined && value.literal === undefined) {
    const isNow = value.moment.sql === "(now() AT TIME ZONE 'utc')";
    if (target === 'date') return isNow && value.moment.unit !== 'day' ? "(now() AT TIME ZONE 'utc')::date" : `(${value.moment.sql})::date`;
    if (isNow && value.moment.unit !== 'day') return isZoned ? 'now()' : value.moment.sql;
    const cut = `date_trunc('${value.moment.unit}', ${value.moment.sql})`;
    return isZoned ? `(${cut} AT TIME ZONE 'utc')` : cut;
  }
  if (target.startsWith('time ') && value.sql.includes("'HH24:MI:SS'")) return "date_trunc('second', now() AT TIME ZONE 'utc')::time";
  const literal = value.kind === 'text' ? value.literal : undefined;
  if (literal !== undefined && isCalendarDay(literal.slice(0, 10)) && /^\d{4}-\d\d-\d\d([ T]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)?)?$/.test(literal) && !target.startsWith('time ')) {
    const hasZone = /(Z|[+-]\d\d:?\d\d)$/.test(literal.slice(10));
    return isZoned && !hasZone ? `${quoteText(`${literal}${literal.length > 10 ? '' : ' 00:00:00'}+00`)}::timestamptz` : quoteText(literal);
  }
  if (literal !== undefined && target.startsWith('time ') && /^\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(literal)) return quoteText(literal);
  throw new Untranslatable(`the ${what} ${literal === undefined ? 'expression' : `'${literal}'`} is no ${target}`);
}

const epochNow = "floor(extract(epoch from (now() AT TIME ZONE 'utc')))::bigint";

function fitZone(zoned: string, target: string): string {
  if (target === 'timestamp with time zone') return zoned;
  return target === 'date' ? `(${zoned} AT TIME ZONE 'utc')::date` : `(${zoned} AT TIME ZONE 'utc')`;
}

