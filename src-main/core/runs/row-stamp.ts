import { scalar, type SqlSession } from './sql.ts';

/**
 * Which transactions wrote the rows that a table holds, as one text: their number and the sum of the hashes of `xmin`. It changes with every
 * row that is inserted, updated or deleted, however old the transaction that does it: what began before the swap writes after it under an older
 * number, and subtransactions have numbers that no snapshot lists. Freezing leaves `xmin` readable (manual 25.1.5). One reading of the table.
 *
 * To be asked inside a transaction. A question locks a table's indexes with it until the transaction ends, which thousands of tables leave the server no
 * room for; what a savepoint locked goes when it is rolled back (manual, ROLLBACK TO SAVEPOINT).
 *
 * @param table - quoted and qualified
 */
export async function rowStamp(session: SqlSession, table: string): Promise<string> {
  await session.query('SAVEPOINT stamp');
  const stamp = (await scalar(session, `SELECT count(*) || ' ' || coalesce(sum(hashint8extended(xmin::text::bigint, 0)), 0) FROM ONLY ${table}`)) ?? '';
  await session.query('ROLLBACK TO SAVEPOINT stamp');
  await session.query('RELEASE SAVEPOINT stamp');
  return stamp;
}
