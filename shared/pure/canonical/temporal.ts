import { cannot, isRawText, type Canonical, type Canonicaliser, type SourceCell, type Unrepresentable } from './cell.ts';
import { decimalOfReal, parseDecimal, scaledInteger, type Decimal } from './decimal.ts';
import { hexOfInt32, hexOfInt64 } from './hex.ts';
import { plainNumber } from './numbers.ts';
import type { Cast, RejectCode } from '../../model/values.ts';

const dayMs = 86_400_000;
/** PostgreSQL counts from 2000-01-01 (src/include/datatype/timestamp.h), in days or microseconds. */
const epoch2000Ms = 946_684_800_000;
const firstMs = -62_135_596_800_000; // 0001-01-01
const lastMs = 253_402_300_800_000; // 10000-01-01
const stamp = /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::\d\d)?)?)?$/;
const clock = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/;

/** A moment as milliseconds since 1970 and the microseconds below them: both exact in a double. */
interface Moment {
  readonly ms: number;
  readonly us: number;
}

/**
 * Text in ISO form, or a number under an epoch or Julian-day cast, as the microseconds `timestamp_send` shows. Naive means UTC.
 * @param zoned - true for timestamptz; a plain timestamp would lose the zone of a text that names one, so such a text has no form there
 */
export function canonicalTimestamp(cast: Cast | undefined, limits: readonly number[], zoned: boolean): Canonicaliser {
  const step = 10 ** (6 - (limits[0] ?? 6));
  return (value) => {
    const moment = momentOf(value, cast, 'NOT_A_TIMESTAMP', zoned);
    if ('code' in moment) return moment;
    if (step > 1 && ((((moment.ms % 1000) + 1000) % 1000) * 1000 + moment.us) % step !== 0) return cannot('TOO_PRECISE');
    return hexOfInt64Micro(moment);
  };
}

/** A day; a time of day must be midnight, else it would be lost. */
export function canonicalDate(cast: Cast | undefined): Canonicaliser {
  return (value) => {
    const moment = momentOf(value, cast, 'NOT_A_DATE', false);
    if ('code' in moment) return moment;
    if (moment.us !== 0 || moment.ms % dayMs !== 0) return cannot('NOT_A_DATE');
    return hexOfInt32((moment.ms - epoch2000Ms) / dayMs);
  };
}

/** A time of day as the microseconds `time_send` shows. */
export function canonicalTime(limits: readonly number[]): Canonicaliser {
  const step = 10 ** (6 - (limits[0] ?? 6));
  return (value): Canonical => {
    if (isRawText(value)) return cannot('INVALID_UTF8');
    const match = typeof value === 'string' ? clock.exec(value) : null;
    if (match === null) return cannot('NOT_A_TIME');
    const seconds = clockSeconds(match[1], match[2], match[3]);
    const fraction = microseconds(match[4]);
    if (seconds === null) return cannot('NOT_A_TIME');
    if (fraction === null) return cannot('BELOW_MICROSECOND');
    const total = seconds * 1_000_000 + fraction;
    return total % step === 0 ? hexOfInt64(total) : cannot('TOO_PRECISE');
  };
}

function hexOfInt64Micro({ ms, us }: Moment): string {
  const near = (ms - epoch2000Ms) * 1000 + us;
  if (Number.isSafeInteger(near)) return hexOfInt64(near);
  const unsigned = BigInt.asUintN(64, BigInt(ms - epoch2000Ms) * 1000n + BigInt(us));
  return hexOfInt32(Number(unsigned >> 32n) | 0) + hexOfInt32(Number(unsigned & 0xffffffffn) | 0);
}

function momentOf(value: Exclude<SourceCell, null>, cast: Cast | undefined, code: RejectCode, zoned: boolean): Moment | Unrepresentable {
  if (isRawText(value)) return cannot('INVALID_UTF8');
  if (typeof value === 'object') return cannot(code);
  const counts = cast === 'julian day' || (cast !== undefined && epochShift[cast] !== undefined);
  const moment = counts ? numericMoment(value, cast, code) : isoMoment(value, code, cast === 'zone to utc' ? 'always' : zoned ? 'maybe' : 'never');
  if ('code' in moment) return moment;
  return moment.ms < firstMs || moment.ms >= lastMs ? cannot('OUT_OF_RANGE') : moment;
}

function isoMoment(value: string | number | bigint, code: RejectCode, zone: 'always' | 'maybe' | 'never'): Moment | Unrepresentable {
  const match = typeof value === 'string' ? stamp.exec(value) : null;
  if (match === null || (match[8] === undefined ? zone === 'always' : zone === 'never')) return cannot(code);
  const midnight = midnightOf(Number(match[1]), Number(match[2]), Number(match[3]));
  if (midnight === null) return cannot(code);
  const seconds = clockSeconds(match[4] ?? '00', match[5] ?? '00', match[6]);
  const offset = zoneMinutes(match[8]);
  const fraction = microseconds(match[7]);
  if (seconds === null || offset === null) return cannot(code);
  if (fraction === null) return cannot('BELOW_MICROSECOND');
  return { ms: midnight + seconds * 1000 - offset * 60_000 + Math.floor(fraction / 1000), us: fraction % 1000 };
}

/** Milliseconds since 1970 of a day of the proleptic Gregorian calendar; null where there is no such day. */
function midnightOf(year: number, month: number, day: number): number | null {
  if (year < 100) {
    // Date.UTC takes these for 19xx.
    const moved = midnightOf(year + 400, month, day);
    return year === 0 || moved === null ? null : moved - 146_097 * dayMs;
  }
  const midnight = Date.UTC(year, month - 1, day);
  const last = month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return month < 1 || month > 12 || day < 1 || day > last ? null : midnight;
}

function clockSeconds(hours: string | undefined, minutes: string | undefined, seconds: string | undefined): number | null {
  const [h, m, s] = [Number(hours), Number(minutes), Number(seconds ?? '0')];
  return h < 24 && m < 60 && s < 60 ? h * 3600 + m * 60 + s : null;
}

/** Digits after the point as microseconds; null where something would be lost below them. */
function microseconds(fraction: string | undefined): number | null {
  if (fraction === undefined) return 0;
  return /[1-9]/.test(fraction.slice(6)) ? null : Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function zoneMinutes(zone: string | undefined): number | null {
  if (zone === undefined || zone === 'Z') return 0;
  const hours = Number(zone.slice(1, 3));
  const minutes = Number(zone.slice(3).replace(':', '') || '0');
  if (hours > 15 || minutes > 59) return null;
  return (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
}

const epochShift: Partial<Record<Cast, number>> = { 'epoch s': 6, 'epoch ms': 3, 'epoch us': 0, 'epoch ns': -3 };

function numericMoment(value: string | number | bigint, cast: Cast, code: RejectCode): Moment | Unrepresentable {
  if (typeof value === 'string' && !plainNumber.test(value)) return cannot(code);
  const decimal = typeof value === 'number' ? decimalOfReal(value) : parseDecimal(value.toString());
  if (decimal === null) return cannot(typeof value === 'number' ? 'INFINITE' : code);
  if (decimal.digits.length + decimal.exponent > 30) return cannot('OUT_OF_RANGE');
  if (cast === 'julian day') return typeof value === 'string' ? cannot(code) : julianMoment(Number(value), decimal);
  const shift = epochShift[cast];
  if (shift === undefined) return cannot(code);
  const micro = scaledInteger(decimal, shift);
  return micro === null ? cannot('BELOW_MICROSECOND') : splitMicro(micro);
}

function splitMicro(micro: bigint): Moment | Unrepresentable {
  if (micro > 10n ** 18n || micro < -(10n ** 18n)) return cannot('OUT_OF_RANGE');
  const us = Number(((micro % 1000n) + 1000n) % 1000n);
  return { ms: Number((micro - BigInt(us)) / 1000n), us };
}

/**
 * A Julian day to the millisecond, the precision SQLite itself keeps. Its own arithmetic in doubles (date.c: `day * 86400000.0 + 0.5`)
 * and exact arithmetic on the shortest text must name the same millisecond; where they differ there is no one meaning.
 */
function julianMoment(day: number, decimal: Decimal): Moment | Unrepresentable {
  if (day < 0 || day >= 5_373_484.5) return cannot('OUT_OF_RANGE');
  const exact = julianMs(decimal);
  const bySqlite = BigInt(Math.floor(day * dayMs + 0.5)) - 210_866_760_000_000n;
  return exact === bySqlite ? splitMicro(exact * 1000n) : cannot('BELOW_MICROSECOND');
}

/** Milliseconds since 1970 of a Julian day, exact, half to even. */
function julianMs(decimal: Decimal): bigint {
  const places = Math.max(1, -decimal.exponent);
  const unit = 10n ** BigInt(places);
  const days = scaledInteger(decimal, places) ?? 0n;
  const scaled = (days - (24_405_875n * unit) / 10n) * BigInt(dayMs);
  const floor = scaled >= 0n ? scaled / unit : -((-scaled + unit - 1n) / unit);
  const twice = (scaled - floor * unit) * 2n;
  return twice > unit || (twice === unit && floor % 2n !== 0n) ? floor + 1n : floor;
}
