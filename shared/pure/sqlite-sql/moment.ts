import { dbl, numberLiteral, plain, utc, wholeNumber } from './coerce.ts';
import { quoteText } from './context.ts';
import { Untranslatable } from './errors.ts';
import type { Translator } from './translator.ts';
import { int, isNumber, isTemporal } from './typed.ts';
import type { Typed } from './typed.ts';

/** A point in time as SQL (timestamp without zone, in UTC), or NULL for what SQLite cannot read. */
export interface Moment {
  readonly sql: string;
  /** Known at translation: the text `YYYY-MM-DD HH:MM:SS`, with milliseconds if there are any. */
  readonly constant?: string;
  readonly hasSubseconds?: boolean;
  /** May be finer than the milliseconds in which SQLite calculates. */
  readonly isFine?: boolean;
  /** Of a literal: the moment with months or years (an interval) added to the month written: 31 February and a month are 31 March. */
  readonly later?: (interval: string) => string;
}

const now = "(now() AT TIME ZONE 'utc')";
const none: Moment = { sql: 'NULL::timestamp' };
/** Where SQLite's calendar ends: nothing from here on is a date. */
const end = "TIMESTAMP '10000-01-01'";
/** A text's white space (isspace of C). */
const space = String.raw`[ \t-\r]`;

/** Reads the time value and the modifiers of a date function (lang_datefunc.html, sections 2 and 3). */
export function readMoment(args: readonly Typed[], translator: Translator): Moment {
  const [first, ...modifiers] = args;
  if (first === undefined || isSubsecond(first)) {
    translator.unstable('now()');
    const rest = first === undefined ? [] : modifiers;
    return applyAll({ sql: now, ...(first === undefined ? {} : { hasSubseconds: true }) }, rest, translator);
  }
  const word = modifiers[0]?.literal?.toLowerCase();
  const reading = word === 'unixepoch' || word === 'julianday' ? word : undefined;
  return applyAll(readBase(first, reading, translator), reading === undefined ? modifiers : modifiers.slice(1), translator);
}

const isSubsecond = (value: Typed): boolean => value.literal === 'subsec' || value.literal === 'subsecond';

/** In milliseconds, as SQLite reads a fraction: rounded, but never up to the next second. */
export function inMilliseconds({ sql, isFine }: Moment): string {
  return isFine === true ? `least(${sql}::timestamp(3), date_trunc('second', ${sql}) + interval '0.999 second')` : sql;
}

/** What a first modifier says of the value: `unixepoch` and `julianday` are of numbers, and of anything else there is no moment. */
type Reading = 'unixepoch' | 'julianday' | undefined;

function readBase(value: Typed, reading: Reading, translator: Translator): Moment {
  if (value.kind === 'null') return none;
  const isEpoch = reading === 'unixepoch';
  if (isTemporal(value.pg) && !value.pg.startsWith('time ')) {
    const { storedAs } = value;
    if (storedAs === undefined && reading !== undefined) return none;
    if (storedAs === undefined) {
      const isFine = value.pg !== 'date' && (value.textFormat === undefined || value.textFormat.includes('.US'));
      return { sql: value.pg === 'date' ? `${value.sql}::timestamp` : utc(value), ...(isFine ? { isFine } : {}) };
    }
    if (storedAs === 'julian-day' && !isEpoch) return { sql: `${utc(value)}::timestamp(3)` };
    if (storedAs === 'epoch-s' && isEpoch) return { sql: utc(value) };
  }
  if (value.moment !== undefined && reading === undefined) return { sql: `date_trunc('${value.moment.unit}', ${value.moment.sql})` };
  if (value.asInteger !== undefined && isEpoch) return { sql: fromEpoch(int(value.asInteger)) };
  const it = plain(value);
  if (isNumber(it.kind)) return { sql: isEpoch ? fromEpoch(it) : fromJulian(dbl(it), translator) };
  if (it.kind !== 'text') throw new Untranslatable('a date function of bytes or of mixed values');
  if (it.literal !== undefined) return readLiteral(it.literal, reading, translator);
  if (reading === 'unixepoch') throw new Untranslatable("a date function with 'unixepoch' of a text");
  if (reading === 'julianday') throw new Untranslatable(`a date function with the modifier '${reading}'`);
  translator.note("date functions of texts read dates and numbers; the text 'now' among them gives NULL");
  translator.unstable('a cast of text to interval');
  return { sql: fromText(it.sql, translator) };
}

/** Seconds behind the year 9999 are no date; reals count in milliseconds. */
function fromEpoch(value: Typed): string {
  const begin = "TIMESTAMP '1970-01-01 00:00:00'";
  const limit = '253402300800';
  if (value.kind === 'int') {
    const isInside = value.literal !== undefined && Number(value.literal) < Number(limit);
    return `(${begin} + ${isInside ? value.sql : `nullif(least(${value.sql}, ${limit}), ${limit})`} * interval '1 second')`;
  }
  return `(${begin} + nullif(least(floor(${dbl(value)} * 1000 + 0.5), ${limit}000), ${limit}000) * interval '1 millisecond')`;
}

/** Days before the year 1, which SQLite writes with a minus and PostgreSQL with BC, give NULL; those after 9999 do in both. */
function fromJulian(sql: string, translator: Translator): string {
  translator.note('numbers are read as Julian days; those before the year 1 give NULL');
  const moment = `TIMESTAMP '2000-01-01 12:00:00' + round((${sql} - 2451545) * 86400000) * interval '1 millisecond'`;
  return `(CASE WHEN ${sql} >= 1721425.5 AND ${sql} < 5373484.5 THEN ${moment} END)`;
}

/**
 * Dates with a time or without, times alone (of 2000-01-01), and numbers, with SQLite's tolerance: day 31 of any month runs over into the
 * next, a zone up to 14:59 is subtracted, a fraction counts in milliseconds and never makes the next second (date.c, parseDateOrTime).
 */
function fromText(sql: string, translator: Translator): string {
  const clockPattern = String.raw`(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?|24:00(:00(\.0+)?)?)${space}*(Z|z|[+-](0\d|1[0-4]):[0-5]\d)?${space}*$`;
  const datePattern = String.raw`^(?!0000)\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])([T \t-\r]*|[T \t-\r]*${clockPattern})$`;
  const part = (from: number, size: number): string => `substr(${sql}, ${from}, ${size})::integer`;
  const date = `(make_date(${part(1, 4)}, ${part(6, 2)}, 1) + (${part(9, 2)} - 1))::timestamp`;
  const time = String.raw`coalesce(regexp_replace(substring(${sql} from '\d\d:\d\d(?::\d\d(?:\.\d+)?)?'), '(\.999)\d+', '\1')::interval(3), interval '0')`;
  const zone = String.raw`coalesce(substring(${sql} from '[+-]\d\d:\d\d${space}*$')::interval, interval '0')`;
  const number = fromJulian(`${sql}::double precision`, translator);
  const ways = [[datePattern, `${date} + ${time} - ${zone}`], [`^${clockPattern}`, `TIMESTAMP '2000-01-01' + ${time} - ${zone}`], [wholeNumber, number]] as const;
  return `(CASE ${ways.map(([pattern, moment]) => `WHEN ${sql} ~ ${quoteText(pattern)} THEN ${moment}`).join(' ')} END)`;
}

function readLiteral(literal: string, reading: Reading, translator: Translator): Moment {
  const bare = literal.trim();
  if (bare.toLowerCase() === 'now' && reading === undefined) {
    translator.unstable('now()');
    return { sql: now };
  }
  if (new RegExp(wholeNumber).test(literal)) {
    const number = numberLiteral(bare.replace(/^\+/, ''));
    return { sql: reading === 'unixepoch' ? fromEpoch(number) : fromJulian(number.sql, translator) };
  }
  const match = /^(?:(\d{4})-(\d\d)-(\d\d))?(?:[T\s]*(\d\d):(\d\d)(?::(\d\d)(\.\d+)?)?\s*(Z|z|[+-](?:0\d|1[0-4]):[0-5]\d)?\s*|[T\s]*)$/.exec(literal);
  const isTimeAlone = match?.[1] === undefined;
  if (match === null || reading !== undefined || (isTimeAlone && (match[4] === undefined || !/^\d/.test(literal)))) return none;
  const [, year = '2000', month = '01', day = '01', hour = '00', minute = '00', second = '00', fraction = '', zone = 'Z'] = match;
  const sign = zone.startsWith('-') ? -1 : 1;
  const shift = zone.length === 6 ? sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4))) : 0;
  const isClock = Number(hour) <= 23 || (Number(hour) === 24 && Number(minute) + Number(second) + Number(`0${fraction}`) === 0);
  const isValid = isClock && Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= 31 && Number(minute) <= 59 && Number(second) <= 59;
  if (!isValid) return none;
  if (year === '0000') throw new Untranslatable('a date in the year 0');
  const at = (dayOfMonth: number): string => {
    const date = new Date(0);
    date.setUTCFullYear(Number(year), Number(month) - 1, dayOfMonth);
    date.setUTCHours(Number(hour), Number(minute) - shift, Number(second), Math.min(999, Math.round(Number(`0${fraction}`) * 1000)));
    return date.toISOString().replace('T', ' ').replace('Z', '').replace(/\.000$/, '');
  };
  if (/^\D/.test(at(Number(day)))) return none;
  // A zone makes a day of the calendar of it first.
  if (match[8] !== undefined) return { sql: `TIMESTAMP '${at(Number(day))}'`, constant: at(Number(day)) };
  const later = (interval: string): string => `(TIMESTAMP '${at(1)}' + ${interval} + interval '${Number(day) - 1} days')`;
  return { sql: `TIMESTAMP '${at(Number(day))}'`, constant: at(Number(day)), later };
}

function applyAll(base: Moment, modifiers: readonly Typed[], translator: Translator): Moment {
  let { hasSubseconds = false } = base;
  if (modifiers.some((modifier) => modifier.kind === 'null')) return none;
  const steps = modifiers.filter((modifier) => !isSubsecond(modifier));
  if (steps.length < modifiers.length) hasSubseconds = true;
  if (steps.length === 0) return { ...base, hasSubseconds };
  const sql = steps.reduce((sum, modifier, index) => {
    const next = apply(sum, modifier, index === 0 ? base.later : undefined, translator);
    // Days and hours are counted on behind the end; months, and all else that asks the calendar, are not.
    const following = steps[index + 1];
    const isAsked = !isCounted(modifier) || (following !== undefined && !isCounted(following));
    return base.sql !== now && (following === undefined ? steps.some(isForward) : isForward(modifier) && isAsked) ? `nullif(least(${next}, ${end}), ${end})` : next;
  }, inMilliseconds(base));
  return { sql, hasSubseconds };
}

/** May lead out of the calendar. */
const isForward = ({ literal }: Typed): boolean => literal === undefined || !/^\s*(-|start of)/i.test(literal);

/** Added to the day's number, whatever month it is in. */
const isCounted = ({ literal }: Typed): boolean => literal === undefined || /(second|minute|hour|day)s?\s*$|:\d\d/i.test(literal.replace(/^\s*start of.*/i, ''));

const amountPattern = /^([+-]?\d+(?:\.\d+)?) (second|minute|hour|day|month|year)s?$/;

function apply(sql: string, modifier: Typed, later: Moment['later'], translator: Translator): string {
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
  const amount = amountPattern.exec(word.replace(/\s+/g, ' '));
  if (amount !== null) return shift(sql, amount[1] ?? '0', amount[2] ?? 'day', later);
  const clock = /^([+-])(([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,3})?)?)$/.exec(word);
  if (clock !== null) return `(${sql} ${clock[1] ?? '+'} interval '${clock[2] ?? ''}')`;
  if (word === 'localtime' || word === 'utc') {
    translator.note(`'${word}' means the time zone of the PostgreSQL session, where SQLite took that of the computer`);
    translator.unstable("the session's time zone");
    return word === 'utc' ? `(${sql}::timestamptz AT TIME ZONE 'utc')` : `(${sql} AT TIME ZONE 'utc')::timestamp`;
  }
  throw new Untranslatable(`a date function with the modifier '${modifier.literal ?? ''}'`);
}

const milliseconds: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function shift(sql: string, amount: string, unit: string, later: Moment['later']): string {
  const number = amount.replace(/^\+/, '');
  const factor = milliseconds[unit];
  if (factor !== undefined) return number.includes('.') ? `(${sql} + interval '${Math.round(Number(number) * factor)} milliseconds')` : `(${sql} + interval '${number} ${unit}')`;
  if (number.includes('.')) throw new Untranslatable(`a date function with '${amount} ${unit}s'`);
  const interval = `interval '${number} ${unit}'`;
  return later?.(interval) ?? monthsLater(sql, interval);
}

/** SQLite lets day 31 run over into the next month; PostgreSQL would stop at the last day. */
function monthsLater(sql: string, interval: string): string {
  const month = `date_trunc('month', ${sql})`;
  return `(${month} + ${interval} + (${sql} - ${month}))`;
}
