/** The little this feature needs of a PostgreSQL session: every value comes back as text (drivers/postgres/connect.ts). */
export interface SqlSession {
  query(text: string, values?: readonly unknown[]): Promise<{ readonly rows: readonly Readonly<Record<string, string | null>>[] }>;
}

/** One text cell of the first row, or null. */
export async function scalar(session: SqlSession, text: string, values: readonly unknown[] = []): Promise<string | null> {
  const { rows } = await session.query(text, values);
  const first = rows[0];
  return first === undefined ? null : (Object.values(first)[0] ?? null);
}

/** Runs `work` in one transaction; rolls back when it throws and keeps the first error. */
export async function inTransaction<T>(session: SqlSession, work: () => Promise<T>, begin = 'BEGIN'): Promise<T> {
  await session.query(begin);
  let value: T;
  try {
    value = await work();
  } catch (error) {
    await session.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
  await session.query('COMMIT');
  return value;
}
