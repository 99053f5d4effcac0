import type { RejectCode } from '../../model/values.ts';
import { dayMicros, dayNumber, isDate } from './calendar.ts';

/** What an ISO 8601 text says; a missing time is midnight. `zone` in minutes east of UTC, undefined where the text names none. */
export interface IsoText {
  readonly day: number;
  readonly micros: number;
  readonly zone: number | undefined;
}

/** The value of `count` digits at `at`, or NaN. */
function digits(text: string, at: number, count: number): number {
  let value = 0;
  for (let index = at; index < at + count; index += 1) {
    const digit = text.charCodeAt(index) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

export interface ClockText {
  readonly micros: number;
  /** Where the text goes on behind the clock. */
  readonly end: number;
}

/**
 * `HH:MM[:SS[.fraction]]` from `at`: up to nine decimals, those below a microsecond zeros, else BELOW_MICROSECOND. Hour 24 and second
 * 60 are not accepted: PostgreSQL reads them as another moment than the text names. undefined where it is no clock.
 */
export function parseClock(text: string, at: number): ClockText | undefined | 'BELOW_MICROSECOND' {
  const hour = digits(text, at, 2);
  const minute = digits(text, at + 3, 2);
  if (!(hour < 24 && minute < 60) || text.charCodeAt(at + 2) !== 58) return undefined;
  const base = (hour * 60 + minute) * 60_000_000;
  if (text.charCodeAt(at + 5) !== 58) return { micros: base, end: at + 5 };
  const second = digits(text, at + 6, 2);
  if (!(second < 60)) return undefined;
  let end = at + 8;
  if (text.charCodeAt(end) !== 46) return { micros: base + second * 1_000_000, end };
  end += 1;
  let fraction = 0;
  let count = 0;
  let below = false;
  for (; end < text.length; end += 1, count += 1) {
    const digit = text.charCodeAt(end) - 48;
    if (!(digit >= 0 && digit <= 9)) break;
    if (count < 6) fraction = fraction * 10 + digit;
    else if (digit !== 0) below = true;
  }
  if (count === 0 || count > 9) return undefined;
  if (below) return 'BELOW_MICROSECOND';
  return { micros: base + second * 1_000_000 + fraction * 10 ** Math.max(0, 6 - count), end };
}

/** `Z` or `±HH[:MM]` filling the text's end, up to 15:59 as PostgreSQL reads it; minutes east. */
function parseZone(text: string, at: number): number | undefined {
  const rest = text.length - at;
  const sign = text.charCodeAt(at);
  if (sign === 90) return rest === 1 ? 0 : undefined;
  if ((sign !== 43 && sign !== 45) || (rest !== 3 && rest !== 6)) return undefined;
  const hours = digits(text, at + 1, 2);
  const minutes = rest === 3 ? 0 : text.charCodeAt(at + 3) === 58 ? digits(text, at + 4, 2) : Number.NaN;
  if (!(hours < 16 && minutes < 60)) return undefined;
  return (sign === 45 ? -1 : 1) * (hours * 60 + minutes);
}

/** `YYYY-MM-DD[ T]HH:MM[:SS[.fraction]][zone]` or `YYYY-MM-DD`, a real calendar date from year 0001; undefined where it is not that. */
export function parseIso(text: string): IsoText | undefined | Extract<RejectCode, 'BELOW_MICROSECOND'> {
  if (text.length < 10 || text.length > 40 || text.charCodeAt(4) !== 45 || text.charCodeAt(7) !== 45) return undefined;
  const year = digits(text, 0, 4);
  const month = digits(text, 5, 2);
  const date = digits(text, 8, 2);
  if (!isDate(year, month, date)) return undefined;
  const day = dayNumber(year, month, date);
  if (text.length === 10) return { day, micros: 0, zone: undefined };
  const separator = text.charCodeAt(10);
  if (separator !== 32 && separator !== 84) return undefined;
  const clock = parseClock(text, 11);
  if (clock === undefined || clock === 'BELOW_MICROSECOND') return clock;
  if (clock.end === text.length) return { day, micros: clock.micros, zone: undefined };
  const zone = parseZone(text, clock.end);
  return zone === undefined ? undefined : { day, micros: clock.micros, zone };
}

/** The same moment in UTC. */
export function inUtc({ day, micros, zone = 0 }: IsoText): { day: number; micros: number } {
  const shifted = micros - zone * 60_000_000;
  const days = Math.floor(shifted / dayMicros);
  return { day: day + days, micros: shifted - days * dayMicros };
}
