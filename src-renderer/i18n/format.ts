import type { Language } from '../../shared/pure/texts/index.ts';

const dash = '–';

// What Intl makes costs far more than what it formats, and a screen of messages formats hundreds: each is made once. Values without a state of
// their own, as many as there are ways of writing below.
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();
const agoFormats = new Map<Language, Intl.RelativeTimeFormat>();

function dateFormat(language: Language, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${language} ${JSON.stringify(options)}`;
  const format = dateFormats.get(name) ?? new Intl.DateTimeFormat(language, options);
  dateFormats.set(name, format);
  return format;
}

function numberFormat(language: Language, options: Intl.NumberFormatOptions = {}): Intl.NumberFormat {
  const name = `${language} ${JSON.stringify(options)}`;
  const format = numberFormats.get(name) ?? new Intl.NumberFormat(language, options);
  numberFormats.set(name, format);
  return format;
}

/** A count that may pass 2^53, grouped as the locale does, exact: the text never becomes a JavaScript number. */
export function formatBig(text: string | null | undefined, language: Language): string {
  if (text === null || text === undefined || text === '') return dash;
  return /^-?\d+$/.test(text) ? numberFormat(language).format(BigInt(text)) : text;
}

/** A number with at most `digits` decimals. */
export function formatNumber(value: number | null | undefined, language: Language, digits = 0): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return dash;
  return numberFormat(language, { maximumFractionDigits: digits }).format(value);
}

const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'] as const;

/** Bytes in binary units, as file systems and PostgreSQL count them. Accepts decimal text. */
export function formatBytes(bytes: number | string | null | undefined, language: Language): string {
  if (bytes === null || bytes === undefined) return dash;
  let value = Number(bytes);
  if (!Number.isFinite(value)) return dash;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${formatNumber(value, language, digits)}\u00a0${units[unit] ?? 'B'}`;
}

/** Seconds as a person says them: `0.4 s`, `12 s`, `3 min 05 s`, `2 h 10 min`. */
export function formatDuration(seconds: number | null | undefined, language: Language): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return dash;
  if (seconds < 10) return `${formatNumber(seconds, language, seconds < 1 ? 2 : 1)}\u00a0s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole}\u00a0s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}\u00a0min ${two(whole % 60)}\u00a0s`;
  return `${formatNumber(Math.floor(whole / 3600), language)}\u00a0h ${two(Math.floor((whole % 3600) / 60))}\u00a0min`;
}

/** A span between two moments, from microseconds on; decimal text. */
export function formatMicroseconds(text: string, language: Language): string {
  const value = Number(text);
  if (value < 1000) return `${formatNumber(value, language)}\u00a0µs`;
  if (value < 1_000_000) return `${formatNumber(value / 1000, language, 3)}\u00a0ms`;
  if (value < 60_000_000) return `${formatNumber(value / 1_000_000, language, 6)}\u00a0s`;
  return formatDuration(value / 1_000_000, language);
}

/** A share of 0..1 in per cent; never `100 %` for less than all, never `0 %` for more than none. */
export function formatShare(share: number | null | undefined, language: Language): string {
  if (share === null || share === undefined || !Number.isFinite(share)) return dash;
  const percent = share * 100;
  const digits = percent > 0 && percent < 10 ? 1 : 0;
  const edge = 10 ** -digits;
  if (share < 1 && percent > 100 - edge) return percentText(100 - edge / 10, language, digits + 1);
  if (share > 0 && percent < edge) return `< ${percentText(edge, language, digits)}`;
  return percentText(percent, language, digits);
}

function percentText(percent: number, language: Language, digits: number): string {
  const scale = 10 ** digits;
  return numberFormat(language, { style: 'percent', maximumFractionDigits: digits }).format(Math.floor(percent * scale + 1e-9) / scale / 100);
}

/** Date and time in the machine's zone, to the second where asked for. */
export function formatDateTime(iso: string | null | undefined, language: Language, seconds = false): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return dash;
  return dateFormat(language, { dateStyle: 'medium', timeStyle: seconds ? 'medium' : 'short' }).format(date);
}

export function formatTime(iso: string | null | undefined, language: Language): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return dash;
  return dateFormat(language, { timeStyle: 'medium' }).format(date);
}

/** A moment in a list, short: of today the time, of this year the day and month, else the date. `now` in milliseconds. */
export function formatShortDay(iso: string | null | undefined, language: Language, now: number): string {
  const date = iso ? new Date(iso) : null;
  if (!date || Number.isNaN(date.getTime())) return dash;
  const today = new Date(now);
  if (date.toDateString() === today.toDateString()) return dateFormat(language, { timeStyle: 'short' }).format(date);
  if (date.getFullYear() === today.getFullYear()) return dateFormat(language, { day: 'numeric', month: 'short' }).format(date);
  return dateFormat(language, { dateStyle: 'short' }).format(date);
}

/** A day in UTC, as sums by day name it; `milliseconds` since 1970. */
export function formatDay(milliseconds: number, language: Language, whole = false): string {
  if (!Number.isFinite(milliseconds)) return dash;
  return dateFormat(language, whole ? { dateStyle: 'medium', timeZone: 'UTC' } : { day: 'numeric', month: 'short', timeZone: 'UTC' }).format(new Date(milliseconds));
}

/** Silence between two messages as one says it: `3 hours`, `12 minutes`, `5 days`. Seconds. */
export function formatSpan(seconds: number, language: Language): string {
  const [unit, size] = seconds >= 86_400 ? (['day', 86_400] as const) : seconds >= 3600 ? (['hour', 3600] as const) : seconds >= 60 ? (['minute', 60] as const) : (['second', 1] as const);
  return numberFormat(language, { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.floor(seconds / size));
}

const steps = [
  ['second', 60],
  ['minute', 60],
  ['hour', 24],
  ['day', 30],
  ['month', 12],
] as const;

/** `3 minutes ago`, against `now` in milliseconds. */
export function formatAgo(iso: string | null | undefined, language: Language, now: number): string {
  const at = iso ? Date.parse(iso) : Number.NaN;
  if (Number.isNaN(at)) return dash;
  const format = agoFormats.get(language) ?? new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  agoFormats.set(language, format);
  let value = (at - now) / 1000;
  for (const [unit, size] of steps) {
    if (Math.abs(value) < size) return format.format(Math.round(value), unit);
    value /= size;
  }
  return format.format(Math.round(value), 'year');
}
