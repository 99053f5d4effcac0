import { scalar, type SqlSession } from './sql.ts';

/**
 * Which transactions wrote the rows that a table holds, as one text: their number and the sum of the hashes of `xmin`. It changes with every
 * row that is inserted, updated or deleted, however old the transaction that does it: what began before the swap writes after it under an older
 * number, and subtransactions have numbers that no snapshot lists. Freezing leaves `xmin` readable (manual 25.1.5). One reading of the table.
 *
 * @param table - quoted and qualified
 */
export async function rowStamp(session: SqlSession, table: string): Promise<string> {
  return (await scalar(session, `SELECT count(*) || ' ' || coalesce(sum(hashint8extended(xmin::text::bigint, 0)), 0) FROM ONLY ${table}`)) ?? '';
}
