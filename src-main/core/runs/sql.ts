import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PgValue } from '../../drivers/postgres/index.ts';
import type { OpenSession } from './ports.ts';

/** The little this feature needs of a PostgreSQL session: every value comes back as text (drivers/postgres/connect.ts). */
export interface SqlSession {
  query(text: string, values?: readonly PgValue[]): Promise<{ readonly rows: readonly Readonly<Record<string, string | null>>[] }>;
}

/**
 * `session` for what a person may cancel: the server stops the statement it is at, however long that would take, and no further one begins but
 * what undoes a transaction.
 *
 * @param message - what is said of it then
 * @throws TravessiaError CANCELLED, besides what the session throws
 */
export function cancellable(session: OpenSession, signal: AbortSignal, message: string): SqlSession {
  return {
    async query(text, values) {
      if (/^ROLLBACK\b/.test(text)) return await session.query(text, values);
      // A commit may wait for a standby that is away: cancelled, that wait ends, and the transaction stands (manual 26.2.8.4).
      if (/^COMMIT\b/.test(text) && !signal.aborted) return await session.query(text, values, { signal });
      try {
        return await session.query(text, values, { signal });
      } catch (error) {
        // Whatever the cancelled server says, it was the person's wish.
        if (signal.aborted) throw new TravessiaError('CANCELLED', { message, hint: 'Resume the run, or roll it back.', cause: error });
        throw error;
      }
    },
  };
}

/** One text cell of the first row, or null. */
export async function scalar(session: SqlSession, text: string, values: readonly PgValue[] = []): Promise<string | null> {
  const { rows } = await session.query(text, values);
  const first = rows[0];
  return first === undefined ? null : (Object.values(first)[0] ?? null);
}

/**
 * Runs `work` in one transaction; rolls back when it throws and keeps the first error. A server that goes down over the commit itself, as where its log
 * finds no room, says why before it does: whether the transaction stands, that does not tell.
 * @throws TravessiaError CONNECTION_LOST then, besides what `work` and the session throw
 */
export async function inTransaction<T>(session: SqlSession, work: () => Promise<T>, begin = 'BEGIN'): Promise<T> {
  await session.query(begin);
  let committing = false;
  try {
    const value = await work();
    committing = true;
    await session.query('COMMIT');
    return value;
  } catch (error) {
    const rolledBack = await session.query('ROLLBACK').then(() => null, (failure: unknown) => failure);
    throw committing && rolledBack instanceof TravessiaError && rolledBack.code === 'CONNECTION_LOST' ? rolledBack : error;
  }
}
