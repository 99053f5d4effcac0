/** Microseconds of a day. */
export const dayMicros = 86_400_000_000;
/** Days from 1970-01-01 to 2000-01-01, PostgreSQL's day 0. */
export const epochDay = -10_957;

/**
 * Days from 2000-01-01 of a date of the proleptic Gregorian calendar, which is PostgreSQL's.
 * Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", days_from_civil.
 */
export function dayNumber(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const yearOfEra = y - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468 + epochDay;
}

/** 0001-01-01 and 9999-12-31: the years that four digits write, and that every client reads (Python's datetime ends there). */
export const firstDay = dayNumber(1, 1, 1);
export const lastDay = dayNumber(9999, 12, 31);

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;

/** True where the calendar has such a day. */
export function isDate(year: number, month: number, day: number): boolean {
  if (year < 1 || month < 1 || month > 12 || day < 1) return false;
  const leap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (monthDays[month - 1] ?? 0) + (leap ? 1 : 0);
}

/** A moment as PostgreSQL counts it: days from 2000-01-01 and microseconds of that day; safe for years that 2^53 µs do not reach. */
export interface Moment {
  readonly day: number;
  readonly micros: number;
}

/** Microseconds from 2000-01-01 as int64: a number while it is safe, else a bigint. */
export function microsOf({ day, micros }: Moment): bigint | number {
  const total = day * dayMicros + micros;
  return Number.isSafeInteger(total) ? total : BigInt(day) * BigInt(dayMicros) + BigInt(micros);
}
