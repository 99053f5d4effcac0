import { utcOf, zoneOf, type WallTime } from './zone.ts';
import type { ParseOptions } from './parts.ts';

/** The time a value of before:, after: or on: speaks of: `from` inclusive, `to` exclusive; both the same for a moment. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

/** `suggestion`: the value that was likely meant. */
export type DateResult = DateRange | { readonly suggestion: string | null };

const day = /^(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?$/;
const moment = /^(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|z|[+-]\d\d(?::?\d\d)?)?$/;
const slashed = /^(\d{1,2})[/.](\d{1,2})[/.](\d{4})$/;
const ago = /^(\d{1,5})\s?([hdw])$/i;
const names: Readonly<Record<string, number>> = { today: 0, hoje: 0, yesterday: 1, ontem: 1 };

const two = (value: number): string => String(value).padStart(2, '0');
const written = (year: number, month: number, date: number): string => `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`;
const isYear = (year: number): boolean => year >= 1 && year <= 9999;

function daysIn(year: number, month: number): number {
  const wall = { year, month: month + 1, day: 0, hour: 0, minute: 0, second: 0 };
  return new Date(utcOf(wall)).getUTCDate();
}

/** ISO 8601 in UTC with three digits of the second, more where they are given. */
function iso(time: number, fraction = ''): string {
  const digits = fraction.replace(/0+$/, '').padEnd(3, '0');
  return `${new Date(time).toISOString().slice(0, 19)}.${digits}Z`;
}

function dayRange(match: RegExpExecArray, options: ParseOptions): DateResult {
  const [year, month, date] = [Number(match[1]), match[2] === undefined ? null : Number(match[2]), match[3] === undefined ? null : Number(match[3])];
  if (!isYear(year) || (month !== null && (month < 1 || month > 12))) return { suggestion: null };
  if (month !== null && date !== null && (date < 1 || date > daysIn(year, month))) return { suggestion: date < 1 ? null : written(year, month, daysIn(year, month)) };
  const start: WallTime = { year, month: month ?? 1, day: date ?? 1, hour: 0, minute: 0, second: 0 };
  const end = { ...start, year: month === null ? year + 1 : year, month: month !== null && date === null ? month + 1 : start.month, day: date === null ? 1 : date + 1 };
  return range(normal(start), normal(end), options);
}

/** Carries what is beyond the end of a month or year. */
function normal(wall: WallTime): WallTime {
  const date = new Date(utcOf(wall));
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate(), hour: date.getUTCHours(), minute: date.getUTCMinutes(), second: date.getUTCSeconds() };
}

/** Moments of the years 1 to 9999 only: beyond, ISO 8601 has other forms. */
function range(start: WallTime, end: WallTime, options: ParseOptions): DateResult {
  const zone = zoneOf(options.zone);
  const [from, to] = [zone.time(start), zone.time(end)];
  const last = utcOf({ year: 9999, month: 12, day: 31, hour: 23, minute: 59, second: 59 });
  const first = utcOf({ year: 1, month: 1, day: 1, hour: 0, minute: 0, second: 0 });
  return { from: iso(Math.min(Math.max(from, first), last)), to: iso(Math.min(to, last)) };
}

function momentRange(match: RegExpExecArray, options: ParseOptions): DateResult {
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map((each) => Number(each ?? 0));
  if (!isYear(year) || month < 1 || month > 12 || date < 1 || date > daysIn(year, month)) return { suggestion: null };
  if (hour > 23 || minute > 59 || second > 59) return { suggestion: written(year, month, date) };
  const wall: WallTime = { year, month, day: date, hour, minute, second };
  const zone = match[8];
  let time: number;
  if (zone === undefined) time = zoneOf(options.zone).time(wall);
  else {
    const [, sign = '+', hours = '0', minutes = '0'] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
    if (Number(hours) > 23 || Number(minutes) > 59) return { suggestion: null };
    time = utcOf(wall) - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  }
  if (!isYear(new Date(time).getUTCFullYear())) return { suggestion: null };
  const at = iso(time, match[7]);
  return { from: at, to: at };
}

function daysAgo(days: number, options: ParseOptions): DateResult {
  const { year, month, day: date } = zoneOf(options.zone).wall(options.now);
  const start = normal({ year, month, day: date - days, hour: 0, minute: 0, second: 0 });
  if (!isYear(start.year)) return { suggestion: null };
  return range(start, normal({ ...start, day: start.day + 1 }), options);
}

/** Day first or month first: only told where one of them is beyond twelve. */
function unslashed(match: RegExpExecArray): DateResult {
  const [a, b, year] = [Number(match[1]), Number(match[2]), Number(match[3])];
  const found = [[b, a], [a, b]].filter(([month = 0, date = 0]) => isYear(year) && month >= 1 && month <= 12 && date >= 1 && date <= daysIn(year, month));
  const [only] = found;
  return { suggestion: only !== undefined && (found.length === 1 || a === b) ? written(year, only[0] ?? 1, only[1] ?? 1) : null };
}

/** YYYY, YYYY-MM, YYYY-MM-DD, an ISO moment, `today`, `yesterday` (or `hoje`, `ontem`), and so many days, weeks or hours ago: `7d`, `2w`, `12h`. */
export function dateRange(value: string, options: ParseOptions): DateResult {
  const text = value.trim();
  const asDay = day.exec(text);
  if (asDay) return dayRange(asDay, options);
  const asMoment = moment.exec(text);
  if (asMoment) return momentRange(asMoment, options);
  const asSlashed = slashed.exec(text);
  if (asSlashed) return unslashed(asSlashed);
  const name = text.toLowerCase();
  const named = Object.hasOwn(names, name) ? names[name] : undefined;
  if (named !== undefined) return daysAgo(named, options);
  const asAgo = ago.exec(text);
  if (!asAgo) return { suggestion: null };
  const [count, unit] = [Number(asAgo[1]), (asAgo[2] ?? '').toLowerCase()];
  if (unit !== 'h') return daysAgo(unit === 'w' ? count * 7 : count, options);
  // Whole minutes: the same line asked twice within one means the same.
  const at = iso(Math.floor(options.now / 60_000) * 60_000 - count * 3_600_000);
  return { from: at, to: at };
}

/** A moment as it is written in a search line: the date alone where it is midnight in the zone. */
export function writtenMoment(at: string, zone?: string): string {
  const time = Date.parse(at);
  if (Number.isNaN(time) || !at.endsWith('.000Z')) return at;
  const wall = zoneOf(zone).wall(time);
  const date = written(wall.year, wall.month, wall.day);
  const back = dateRange(date, { now: 0, zone });
  return 'from' in back && back.from === at ? date : at;
}
