import { quoteIdent, quoteLiteral } from './quote.ts';
import type { PgSource } from './source-scope.ts';

/**
 * Values read the same on every server; a table whose policies would hide rows is an error instead of fewer rows (manual, row_security). A scan begins
 * where the table does and not where somebody else's is (synchronize_seqscans): a copy that is taken anew has its rows in the order of the first.
 */
export const sourceSettings: readonly string[] = [
  "search_path = ''", "DateStyle = 'ISO, MDY'", "IntervalStyle = 'postgres'", "TimeZone = 'UTC'", 'extra_float_digits = 1', "bytea_output = 'hex'", 'quote_all_identifiers = off', 'row_security = off',
  'synchronize_seqscans = off',
];

/** Rows and two sums of 48 bits each of every row's SHA-256: an order of rows means nothing, all else does. */
export interface RowSums {
  readonly rows: string;
  readonly high: string;
  readonly low: string;
}

/** A value to be hashed: `name` is NULL where it is, `shown` its text. */
export interface SummedCell {
  readonly name: string;
  readonly shown: string;
}

/** The server hashes its own values, row by row. `from` is what stands after FROM, `cells` are terms over it. */
export async function rowSums(source: PgSource, cells: readonly SummedCell[], from: string): Promise<RowSums> {
  // A composite of NULLs alone is no NULL, though IS NULL says so (manual 9.2).
  const terms = cells.map(({ name, shown }) => `CASE WHEN ${name} IS NOT DISTINCT FROM NULL THEN 'N' ELSE 'V' || octet_length(convert_to(${shown}, 'UTF8')) || ':' || (${shown}) END`);
  const sum = (at: number): string => `coalesce(sum(('x' || substr(h, ${at}, 12))::bit(48)::bigint), 0)::text`;
  const [row = []] = await source.rows(`SELECT count(*)::text, ${sum(1)}, ${sum(13)} FROM (SELECT encode(sha256(convert_to(${terms.length === 0 ? "''" : terms.join(' || ')}, 'UTF8')), 'hex') AS h FROM ${from}) hashed`);
  return { rows: row[0] ?? '', high: row[1] ?? '', low: row[2] ?? '' };
}

/**
 * What a view answers, as sums over its rows. Columns of `real` and `double precision` count by their first ten digits, since sums of them depend on
 * the order of the rows. To be asked under `sourceSettings`, on both sides.
 * @param view - quoted and qualified
 */
export async function viewSums(source: PgSource, view: string): Promise<RowSums> {
  const columns = await source.rows(`SELECT attname, atttypid = ANY ('{float4,float8}'::regtype[]) FROM pg_attribute WHERE attrelid = ${quoteLiteral(view)}::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum`);
  const cells = columns.map(([column, inexact]) => {
    const name = `v.${quoteIdent(column ?? '')}`;
    // Below a float4's own precision its ten digits are those of the same value.
    return { name, shown: inexact === 't' ? `to_char(${name}::float8, '9.999999999EEEE')` : `${name}::text` };
  });
  return rowSums(source, cells, `${view} AS v`);
}
