/** A date and time as a clock on a wall shows it. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** Milliseconds since 1970 of a wall clock in UTC; a day or month beyond its end runs on into the next. */
export function utcOf(wall: WallTime): number {
  const date = new Date(0);
  date.setUTCFullYear(wall.year, wall.month - 1, wall.day);
  date.setUTCHours(wall.hour, wall.minute, wall.second);
  return date.getTime();
}

export interface Zone {
  /** What the clock of the zone shows. */
  wall(time: number): WallTime;
  /** When the clock shows that; where it never does (clocks put forward), the first moment after. */
  time(wall: WallTime): number;
}

function formatterOf(zone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', { timeZone: zone, calendar: 'gregory', hourCycle: 'h23', era: 'short', year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' });
}

/** @param name IANA name; an unknown one is taken for UTC */
export function zoneOf(name = 'UTC'): Zone {
  let format: Intl.DateTimeFormat;
  try {
    format = formatterOf(name);
  } catch {
    format = formatterOf('UTC');
  }
  const wall = (time: number): WallTime => {
    const parts = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, value]));
    const number = (type: string): number => Number(parts[type] ?? '0');
    const year = (parts['era'] ?? 'A').startsWith('B') ? 1 - number('year') : number('year');
    return { year, month: number('month'), day: number('day'), hour: number('hour'), minute: number('minute'), second: number('second') };
  };
  const offset = (time: number): number => utcOf(wall(time)) - Math.floor(time / 1000) * 1000;
  return {
    wall,
    time(wanted) {
      const shown = utcOf(wanted);
      const first = shown - offset(shown);
      const second = shown - offset(first);
      const fits = [first, second].filter((time) => utcOf(wall(time)) === shown);
      return fits.length > 0 ? Math.min(...fits) : Math.max(first, second);
    },
  };
}
