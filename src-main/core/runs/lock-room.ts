import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { SqlSession } from './sql.ts';

/**
 * What dropping the plan's tables locks, all in one transaction as a rollback does it: the table, what its long values lie in with its index,
 * its sequence, its indexes.
 */
export function locksOf({ tables }: Pick<Plan, 'tables'>): number {
  return tables.filter(({ include }) => include).reduce((sum, table) => {
    const sequences = table.columns.filter((column) => column.include && column.identity).length;
    const indexes = (table.primaryKey === undefined ? 0 : 1) + table.uniques.length + table.indexes.length + (table.constraints?.length ?? 0) + (table.search?.length ?? 0);
    return sum + 3 + sequences + indexes;
  }, 0);
}

/** The server rounds nothing; people do. */
const step = 64;

/**
 * A server holds so many locks and no more (manual 19.12, max_locks_per_transaction): a swap that fits may have no way back. Thousands of tables need
 * more than its default, so it is said before anything is written.
 *
 * @param replaced - how many tables move aside
 * @throws TravessiaError UNSUPPORTED_TARGET
 */
export async function assertLockRoom(session: SqlSession, plan: Plan, replaced: number): Promise<void> {
  // A table that moves is locked with its sequence.
  const needed = locksOf(plan) + 2 * replaced;
  const { rows: [server] } = await session.query(
    `SELECT current_database() AS database, current_setting('max_locks_per_transaction') AS each, sum(setting::bigint)::text AS sessions
     FROM pg_settings WHERE name IN ('max_connections', 'max_prepared_transactions', 'autovacuum_max_workers', 'max_worker_processes', 'max_wal_senders')`,
  );
  const sessions = Number(server?.['sessions'] ?? 0);
  const room = Number(server?.['each'] ?? 0) * sessions;
  if (room === 0 || needed <= room) return;
  const wanted = Math.ceil(needed / sessions / step) * step;
  throw new TravessiaError('UNSUPPORTED_TARGET', {
    message: `To take the run’s tables back in one transaction needs ${needed} locks; the server of database ${server?.['database'] ?? ''} has room for ${room}.`,
    hint: `Set max_locks_per_transaction to ${wanted} and start the server anew, or migrate fewer tables at a time (--override TABLE:exclude=true). Nothing has been changed.`,
  });
}
