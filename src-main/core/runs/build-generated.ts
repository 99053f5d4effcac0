import type { PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { generatedRebuild, generatedTrial, unequalGenerated } from '../plan/statements-generated.ts';
import type { Placement } from '../plan/statements.ts';
import { isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import { inTransaction, scalar, type SqlSession } from './sql.ts';

/** Why a column cannot become generated, or undefined: the server takes the expression, and it gives what SQLite gave in every row. */
async function refusal(session: SqlSession, table: PlanTable, column: PlanColumn, place: Placement): Promise<string | undefined> {
  try {
    // Only the refusal counts, on an empty table that is never committed.
    await session.query('BEGIN');
    try {
      await session.query(generatedTrial(table, column, place));
    } finally {
      await session.query('ROLLBACK');
    }
    const unequal = (await scalar(session, unequalGenerated(table, column, place))) ?? '0';
    return unequal === '0' ? undefined : describe('plan.object.generated-differs', { count: unequal });
  } catch (error) {
    if (isFatal(error)) throw error;
    return describe('plan.object.generated-refused', { detail: messageOf(error) });
  }
}

/**
 * Makes the planned generated columns of a loaded table generated, each only after the server's own values were compared with the ones
 * loaded from SQLite, in every row. PostgreSQL cannot turn an ordinary column into a generated one, so the table is written anew once, in
 * one transaction: a stop in between leaves the loaded table as it was. What is refused stays an ordinary column and is listed.
 */
export async function buildGenerated(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes): Promise<void> {
  const wanted = table.columns.filter((column) => column.include && column.generated !== undefined);
  if (wanted.length === 0) return;
  const { rows } = await session.query(
    `SELECT a.attname AS name FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND a.attgenerated = 's'`, [place(table.target.schema), table.target.table],
  );
  const standing = new Set(rows.map((row) => row['name']));
  const proven = new Set<string>();
  for (const column of wanted.filter(({ target }) => !standing.has(target))) {
    const why = await refusal(session, table, column, place);
    if (why === undefined) proven.add(column.target);
    else outcomes.set(outcomeKey('generated column', `${table.source.table}.${column.source}`, table.target.schema), { outcome: 'listed', reason: why });
  }
  // A resumed run finds the table written anew already.
  if (proven.size === 0 || standing.size > 0) return;
  try {
    await inTransaction(session, async () => {
      for (const statement of generatedRebuild(table, proven, place)) await session.query(statement);
    });
  } catch (error) {
    if (isFatal(error)) throw error;
    for (const column of wanted.filter(({ target }) => proven.has(target))) {
      outcomes.set(outcomeKey('generated column', `${table.source.table}.${column.source}`, table.target.schema), { outcome: 'listed', reason: describe('plan.object.generated-refused', { detail: messageOf(error) }) });
    }
  }
}
