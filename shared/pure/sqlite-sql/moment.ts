import { dbl, plain, utc } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { Translator } from './translator.ts';
import { isNumber, isTemporal } from './typed.ts';
import type { Typed } from './typed.ts';

/** A point in time as SQL (timestamp without zone, in UTC), or NULL for what SQLite cannot read. */
export interface Moment {
  readonly sql: string;
  /** Known at translation: the text `YYYY-MM-DD HH:MM:SS`, with milliseconds if there are any. */
  readonly constant?: string;
  readonly hasSubseconds?: boolean;
}

const now = "(now() AT TIME ZONE 'utc')";

/** Reads the time value and the modifiers of a date function (lang_datefunc.html, sections 2 and 3). */
export function readMoment(args: readonly Typed[], translator: Translator): Moment {
  const [first, ...modifiers] = args;
  if (first === undefined || isSubsecond(first)) {
    translator.unstable('now()');
    const rest = first === undefined ? [] : modifiers;
    return applyAll({ sql: now, ...(first === undefined ? {} : { hasSubseconds: true }) }, rest, translator);
  }
  const isEpoch = modifiers[0]?.literal?.toLowerCase() === 'unixepoch';
  const isJulian = modifiers[0]?.literal?.toLowerCase() === 'julianday';
  const base = readBase(first, isEpoch, translator);
  return applyAll(base, isEpoch || isJulian ? modifiers.slice(1) : modifiers, translator);
}

const isSubsecond = (value: Typed): boolean => value.literal === 'subsec' || value.literal === 'subsecond';

function readBase(value: Typed, isEpoch: boolean, translator: Translator): Moment {
  if (value.kind === 'null') return { sql: 'NULL::timestamp' };
  if (isTemporal(value.pg) && !value.pg.startsWith('time ')) {
    const isEpochColumn = value.storedAs === 'epoch-s';
    if (value.storedAs === undefined || value.storedAs === 'julian-day' || (isEpochColumn && isEpoch)) {
      return { sql: value.pg === 'date' ? `${value.sql}::timestamp` : utc(value) };
    }
  }
  if (value.moment !== undefined && !isEpoch) return { sql: `date_trunc('${value.moment.unit}', ${value.moment.sql})` };
  if (value.asInteger !== undefined && isEpoch) return { sql: fromEpoch(value.asInteger) };
  const it = plain(value);
  if (isNumber(it.kind)) return { sql: isEpoch ? fromEpoch(it.pg === 'numeric' ? dbl(it) : it.sql) : fromJulian(dbl(it), translator) };
  if (it.kind !== 'text') throw new Untranslatable('a date function of bytes or of mixed values');
  if (it.literal !== undefined) return readLiteral(it.literal, isEpoch, translator);
  if (isEpoch) throw new Untranslatable("a date function with 'unixepoch' of a text");
  translator.note('date functions of texts read ISO dates; other texts give NULL, also the bare numbers SQLite takes for Julian days');
  translator.unstable('a cast of text to interval');
  return { sql: fromText(it.sql) };
}

const fromEpoch = (sql: string): string => `(TIMESTAMP '1970-01-01 00:00:00' + ${sql} * interval '1 second')`;
/** Days before the year 1, which SQLite writes with a minus and PostgreSQL with BC, give NULL; those after 9999 do in both. */
function fromJulian(sql: string, translator: Translator): string {
  translator.note('numbers are read as Julian days; those before the year 1 give NULL');
  const moment = `TIMESTAMP '2000-01-01 12:00:00' + round((${sql} - 2451545) * 86400000) * interval '1 millisecond'`;
  return `(CASE WHEN ${sql} >= 1721425.5 AND ${sql} < 5373484.5 THEN ${moment} END)`;
}

/** ISO texts with SQLite's tolerance: day 31 of any month runs over into the next, a zone suffix is subtracted. */
function fromText(sql: string): string {
  const pattern = String.raw`^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([ T]+([01]\d|2[0-4]):[0-5]\d(:[0-5]\d(\.\d+)?)?)?\s*(Z|z|[+-]\d\d:\d\d)?\s*$`;
  const part = (from: number, size: number): string => `substr(${sql}, ${from}, ${size})::integer`;
  const date = `make_date(${part(1, 4)}, ${part(6, 2)}, 1) + (${part(9, 2)} - 1)`;
  const time = String.raw`coalesce(substring(${sql} from '\d\d:\d\d(?::\d\d(?:\.\d+)?)?')::interval, interval '0')`;
  const zone = String.raw`coalesce(substring(substr(${sql}, 11) from '[+-]\d\d:\d\d\s*$')::interval, interval '0')`;
  // A date with a zone but no time has its zone where the time would be found.
  const clock = String.raw`CASE WHEN ${sql} ~ '^.{10}[ T]+\d\d:' THEN ${time} ELSE interval '0' END`;
  return `(CASE WHEN ${sql} ~ ${quoteText(pattern)} THEN (${date})::timestamp + ${clock} - ${zone} END)`;
}

function readLiteral(literal: string, isEpoch: boolean, translator: Translator): Moment {
  if (literal.trim().toLowerCase() === 'now') {
    translator.unstable('now()');
    return { sql: now };
  }
  if (/^[+-]?\d+(\.\d+)?$/.test(literal.trim())) return { sql: isEpoch ? fromEpoch(literal.trim()) : fromJulian(literal.trim(), translator) };
  const match = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:(?:^|[ T]+)(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?)?\s*(Z|z|[+-]\d\d:\d\d)?$/.exec(literal.trimEnd());
  if (match === null || (match[1] === undefined && match[4] === undefined)) return { sql: 'NULL::timestamp' };
  const [, year = '2000', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const sign = zone.startsWith('-') ? -1 : 1;
  const shift = zone.length === 6 ? sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) : 0;
  const isValid = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && Number(hour) <= 24 && Number(minute) <= 59 && Number(second) <= 59;
  if (!isValid) return { sql: 'NULL::timestamp' };
  if (year === '0000') throw new Untranslatable('a date in the year 0');
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  date.setUTCHours(Number(hour), Number(minute) - shift, Number(second), Math.round(Number(`0${fraction}`) * 1000));
  const constant = date.toISOString().replace('T', ' ').replace('Z', '').replace(/\.000$/, '');
  return { sql: `TIMESTAMP '${constant}'`, constant };
}

function applyAll(base: Moment, modifiers: readonly Typed[], translator: Translator): Moment {
  let sql = base.sql;
  let { hasSubseconds = false } = base;
  for (const modifier of modifiers) {
    if (modifier.kind === 'null') return { sql: 'NULL::timestamp' };
    if (isSubsecond(modifier)) hasSubseconds = true;
    else sql = apply(sql, modifier, translator);
  }
  const isConstant = sql === base.sql && base.constant !== undefined;
  return { sql, hasSubseconds, ...(isConstant ? { constant: base.constant ?? '' } : {}) };
}

function apply(sql: string, modifier: Typed, translator: Translator): string {
  const word = modifier.literal?.trim().toLowerCase();
  if (word === undefined || modifier.kind !== 'text') {
    // '-' || n || ' days'
    if (!/\|\| ' (day|hour|minute|second)s?'\)$/.test(modifier.sql)) throw new Untranslatable('a date function with a computed modifier');
    translator.unstable('a cast of text to interval');
    return `(${sql} + ${modifier.sql}::interval)`;
  }
  const start = /^start of (day|month|year)$/.exec(word);
  if (start !== null) return `date_trunc('${start[1] ?? ''}', ${sql})`;
  const weekday = /^weekday ([0-6])$/.exec(word);
  if (weekday !== null) {
    return `(${sql} + ((${weekday[1] ?? ''} - extract(dow from ${sql})::integer + 7) % 7) * interval '1 day')`;
  }
  const amount = /^([+-]?\d+(?:\.\d+)?) (second|minute|hour|day|month|year)s?$/.exec(word.replace(/\s+/g, ' '));
  if (amount !== null) return shift(sql, amount[1] ?? '0', amount[2] ?? 'day');
  const clock = /^([+-])(\d\d:\d\d(:\d\d(\.\d+)?)?)$/.exec(word);
  if (clock !== null) return `(${sql} ${clock[1] ?? '+'} interval '${clock[2] ?? ''}')`;
  if (word === 'localtime' || word === 'utc') {
    translator.note(`'${word}' means the time zone of the PostgreSQL session, where SQLite took that of the computer`);
    translator.unstable("the session's time zone");
    return word === 'utc' ? `(${sql}::timestamptz AT TIME ZONE 'utc')` : `(${sql} AT TIME ZONE 'utc')::timestamp`;
  }
  throw new Untranslatable(`a date function with the modifier '${modifier.literal ?? ''}'`);
}

function shift(sql: string, amount: string, unit: string): string {
  const number = amount.replace(/^\+/, '');
  if (unit !== 'month' && unit !== 'year') return `(${sql} + interval '${number} ${unit}')`;
  if (number.includes('.')) throw new Untranslatable(`a date function with '${amount} ${unit}s'`);
  // SQLite lets day 31 run over into the next month; PostgreSQL would stop at the last day.
  const month = `date_trunc('month', ${sql})`;
  return `(${month} + interval '${number} ${unit}' + (${sql} - ${month}))`;
}
