/**
 * Reals rounded as SQLite rounds them: by the first eighteen digits of the binary fraction, of which PostgreSQL's cast to numeric keeps
 * fifteen. 2.675 is a little less than its text says, so that it becomes 2.67.
 */

/** From here on a real has no fraction (2^52). */
const whole = '4503599627370496';
/** 2^62: a fraction times it is a whole number, exactly for fractions from 1/1000 on. */
const scale = '4611686018427387904';

/** A real below 2^52 as numeric of eighteen digits. `sql` is a double precision that may be printed several times. */
function decimal(sql: string): string {
  const exact = `trunc(${sql})::bigint + ((${sql} - trunc(${sql})) * ${scale})::bigint / ${scale}.00000000000000000000`;
  return `round(${exact}, 17 - coalesce(floor(log(nullif(abs(${sql}), 0))), 0)::integer)`;
}

/** round(x, n) of a double precision; `digits` is SQL or a number, none or 0 for whole numbers. */
export function roundedReal(sql: string, digits: string): string {
  const rounded = digits === '0' ? `trunc(${sql} + CASE WHEN ${sql} < 0 THEN -0.5 ELSE 0.5 END)` : `round(${decimal(sql)}, ${digits})::double precision`;
  return `(CASE WHEN abs(${sql}) < ${whole} THEN ${rounded} ELSE ${sql} END)`;
}

/** The digits of printf's %f without a sign: sixteen of them, then zeros. `decimals` is at most 15. */
export function fixedReal(sql: string, decimals: number): string {
  const size = `abs(${sql})`;
  const long = `${size}::text::numeric`;
  const short = `round(${decimal(size)}, least(${decimals}, 16 - length(trunc(${size})::bigint::text)))`;
  return `round(CASE WHEN ${size} < ${whole} THEN ${short} ELSE round(${long}, 16 - length(trunc(${long})::text)) END, ${decimals})::text`;
}

/** The same of an integer, which SQLite makes a real first. */
export function fixedInteger(sql: string, decimals: number): string {
  const size = `abs(${sql}::double precision)::text::numeric`;
  return `round(round(${size}, least(0, 16 - length(${size}::text))), ${decimals})::text`;
}
