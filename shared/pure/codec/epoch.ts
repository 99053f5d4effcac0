import type { Cast, RejectCode, SourceValue } from '../../model/values.ts';
import { dayMicros, epochDay, firstDay, lastDay, type Moment } from './calendar.ts';
import { decimalOfReal, parseDecimal, plainNumber, scaledInteger, type Decimal } from './decimal.ts';

/** Power of ten from the unit to microseconds. */
const powers: Readonly<Partial<Record<Cast, number>>> = { 'epoch s': 6, 'epoch ms': 3, 'epoch us': 0, 'epoch ns': -3 };

export function isEpochCast(cast: Cast | undefined): cast is Cast {
  return cast !== undefined && powers[cast] !== undefined;
}

function decimalOf(value: bigint | number | string): Decimal | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? decimalOfReal(value) : undefined;
  if (typeof value === 'string') return plainNumber.test(value) ? parseDecimal(value) : undefined;
  return { negative: value < 0n, digits: (value < 0n ? -value : value).toString(), scale: 0 };
}

function momentOfMicros(micros: bigint): Moment | 'OUT_OF_RANGE' {
  const size = BigInt(dayMicros);
  let day = micros / size;
  if (micros < 0n && day * size !== micros) day -= 1n;
  const days = day + BigInt(epochDay);
  if (days < BigInt(firstDay) || days > BigInt(lastDay)) return 'OUT_OF_RANGE';
  return { day: Number(days), micros: Number(micros - day * size) };
}

/**
 * The moment that a count of seconds, milliseconds, microseconds or nanoseconds since 1970-01-01 UTC names. A REAL counts by its
 * shortest text. Fractions below a microsecond are BELOW_MICROSECOND; undefined where the value is no number.
 */
export function epochMoment(value: Exclude<SourceValue, null>, cast: Cast): Moment | undefined | RejectCode {
  if (typeof value === 'object') return undefined;
  const power = powers[cast] ?? 0;
  if (typeof value === 'number' && power >= 0) {
    // Ordinary counts without big arithmetic.
    const whole = value * 10 ** power;
    if (Number.isInteger(value) && Number.isSafeInteger(whole)) {
      const day = Math.floor(whole / dayMicros);
      return { day: day + epochDay, micros: whole - day * dayMicros };
    }
  }
  if (value === Infinity || value === -Infinity) return 'INFINITE';
  const decimal = decimalOf(value);
  if (decimal === undefined) return undefined;
  const micros = scaledInteger(decimal, power);
  return micros === undefined ? 'BELOW_MICROSECOND' : momentOfMicros(micros);
}

/** Milliseconds of a day, and the Julian day of 2000-01-01 00:00 UTC in half days. */
const dayMillis = 86_400_000;
const halfDays2000 = 4_903_089n;

/**
 * The moment that a Julian day names, to the millisecond, as SQLite itself reads it (lang_datefunc.html; date.c keeps
 * `(i64)(day * 86400000.0 + 0.5)`). SQLite's double arithmetic and exact arithmetic on the number's shortest text agree on every
 * value that julianday() makes; a value on which they name different milliseconds is BELOW_MICROSECOND rather than a guess.
 */
export function julianMoment(value: Exclude<SourceValue, null>): Moment | undefined | RejectCode {
  if (typeof value !== 'number' && typeof value !== 'bigint') return undefined;
  const day = Number(value);
  if (!Number.isFinite(day)) return 'INFINITE';
  // SQLite's own range of dates, -4713-11-24 to 9999-12-31.
  if (day < 0 || day >= 5_373_484.5) return 'OUT_OF_RANGE';
  const bySqlite = BigInt(Math.floor(day * 86_400_000 + 0.5));
  const decimal = decimalOf(value);
  // Exact, in units of 10^-20 day: the shortest text of such a double has at most 17 significant digits; tiny ones round to day 0.
  const scaled = decimal === undefined ? undefined : scaledInteger(decimal, 20);
  if (scaled !== undefined) {
    const product = scaled * BigInt(dayMillis);
    const unit = 10n ** 20n;
    const floor = product / unit;
    const twice = (product - floor * unit) * 2n;
    // Half to even, as decimal arithmetic does by default; SQLite takes halves up.
    const exact = twice > unit || (twice === unit && floor % 2n === 1n) ? floor + 1n : floor;
    if (exact !== bySqlite) return 'BELOW_MICROSECOND';
  }
  const since2000 = bySqlite - (halfDays2000 * BigInt(dayMillis)) / 2n;
  const size = BigInt(dayMillis);
  let days = since2000 / size;
  if (since2000 < 0n && days * size !== since2000) days -= 1n;
  if (days < BigInt(firstDay)) return 'OUT_OF_RANGE';
  return { day: Number(days), micros: Number(since2000 - days * size) * 1000 };
}
