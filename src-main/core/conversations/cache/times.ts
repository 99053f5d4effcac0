/** Moments as whole microseconds since 1970, which SQLite compares and packs well; what has none sorts before all others. */
export const noTime = Number.MIN_SAFE_INTEGER;
const latest = Number.MAX_SAFE_INTEGER;

const isoPattern = /^([+-]?\d{4,6}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:\.(\d+))?)?(Z|[+-]\d\d:?\d\d)?$/;

/** Microseconds of an ISO 8601 moment in UTC; null for what is none. Beyond the year 2255 all moments sort alike. */
export function microsOf(iso: string | null): number | null {
  if (iso === null) return null;
  const match = isoPattern.exec(iso);
  if (match === null) return null;
  const [, day = '', time = '00:00:00', fraction = '', zone = 'Z'] = match;
  const base = Date.parse(`${day}T${time}${zone}`);
  if (Number.isNaN(base)) return null;
  const micros = base * 1000 + Number(`${fraction}000000`.slice(0, 6));
  return Math.max(noTime + 1, Math.min(latest, micros));
}

export const timeOf = (iso: string | null): number => microsOf(iso) ?? noTime;

/** UTC date of microseconds; null for what has no time. */
export function dayOf(micros: number): string | null {
  return micros === noTime ? null : new Date(Math.floor(micros / 1000)).toISOString().slice(0, 10);
}
