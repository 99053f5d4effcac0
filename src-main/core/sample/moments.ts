/** The samples' clock stands still: everything happened in the ninety days before this moment. */
export const sampleNow = Date.UTC(2024, 11, 20, 18, 0, 0);
const span = 90 * 86_400_000;

/** The moment of row `index` of `rows`, oldest first, in milliseconds since 1970, with a little noise. */
export function momentOf(index: number, rows: number, noise: number): number {
  return Math.round(sampleNow - span + (span / rows) * (index + noise));
}

/** `2024-12-20 18:00:00.000000`, as SQLAlchemy writes DateTime into SQLite. */
export function sqlAlchemyText(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 23).replace('T', ' ')}000`;
}

/** `2024-12-20T18:00:00`, Python's `datetime.isoformat()` without a zone. */
export function naiveText(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 19);
}

/** `2024-12-20T15:00:00-03:00`, the same with the zone of São Paulo. */
export function zonedText(milliseconds: number): string {
  return `${new Date(milliseconds - 3 * 3_600_000).toISOString().slice(0, 19)}-03:00`;
}
