import type { TimeField } from '../../../../shared/model/conversation-mapping.ts';

/** `2024-12-20 18:00:00.123456+00`, `2024-12-20T15:00:00-03:00`, `2024-12-20`; no zone means UTC. */
const written = /^(\d{4})-(\d{2})-(\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)? ?(Z|UTC|[+-]\d{2}(?::?\d{2}(?::?\d{2})?)?)?$/i;
const numeric = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Digits of a second that each unit has: 0 for seconds, 9 for nanoseconds. */
const digitsOf = { seconds: 0, milliseconds: 3, microseconds: 6, nanoseconds: 9 } as const;

/** By its size: seconds up to the year 5138, above them milli-, micro- and nanoseconds. */
function unitOf(whole: string): keyof typeof digitsOf {
  return whole.length <= 11 ? 'seconds' : whole.length <= 14 ? 'milliseconds' : whole.length <= 17 ? 'microseconds' : 'nanoseconds';
}

/**
 * A moment as ISO 8601 in UTC, to the millisecond, or further where the source says more; null where there is none. Zero is none: programs
 * write it for "not yet".
 * @param text - the column's value as text
 */
export function isoTime(text: string | null, as: TimeField['as']): string | null {
  if (text === null) return null;
  const trimmed = text.trim();
  const number = as === 'iso' ? null : numeric.exec(trimmed);
  if (number !== null) return fromNumber(number[1] ?? '', (number[2] ?? '').replace(/^0+(?=\d)/, ''), number[3] ?? '', as === 'auto' || as === 'iso' ? null : as);
  const parts = written.exec(trimmed);
  if (parts === null) return null;
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone = ''] = parts;
  const whole = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second)) - zoneOf(zone);
  // Year 0 to 99 would be 1900 and later to Date.UTC, and the 31st of February the 3rd of March.
  return Number(year) < 100 || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate() || Number(month) > 12 ? null : shown(whole / 1000, fraction);
}

function fromNumber(sign: string, whole: string, decimals: string, unit: keyof typeof digitsOf | null): string | null {
  if (/^0*$/.test(whole + decimals)) return null;
  const digits = digitsOf[unit ?? unitOf(whole)];
  const padded = whole.padStart(digits + 1, '0');
  const seconds = Number(padded.slice(0, padded.length - digits));
  const fraction = digits === 0 ? decimals.slice(0, 9) : padded.slice(padded.length - digits);
  if (sign === '') return shown(seconds, fraction);
  const before = Math.ceil(Number(`0.${fraction || '0'}`));
  return shown(-seconds - before, before === 0 ? '' : String(10n ** BigInt(fraction.length) - BigInt(fraction)).padStart(fraction.length, '0'));
}

function zoneOf(zone: string): number {
  const match = /^([+-])(\d{2}):?(\d{2})?:?(\d{2})?$/.exec(zone);
  if (match === null) return 0;
  return (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3600 + Number(match[3] ?? 0) * 60 + Number(match[4] ?? 0)) * 1000;
}

/** Fractions in groups of three digits, at least one group, so that equal moments are equal texts. */
function shown(seconds: number, fraction: string): string | null {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return null;
  const digits = fraction.replace(/0+$/, '');
  return `${date.toISOString().slice(0, -5)}.${digits.padEnd(Math.max(3, Math.ceil(digits.length / 3) * 3), '0')}Z`;
}
