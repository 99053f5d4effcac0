import type { PlanTable } from '../../../shared/model/plan.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { addSearch } from '../plan/statements-generated.ts';
import type { Placement } from '../plan/statements.ts';
import { isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import { inTransaction, scalar, type SqlSession } from './sql.ts';

/**
 * Adds the columns and indexes for searching to a loaded table. After the load, not before: a text that is too long for a tsvector
 * (manual 12.11: 1 MB) would fail it. What the server refuses is undone and listed, with the triggers it would have replaced.
 */
export async function buildSearch(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes): Promise<void> {
  const { schema, table: name } = table.target;
  for (const search of table.search ?? []) {
    const standing = await scalar(
      session,
      `SELECT 1::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND a.attname = $3`,
      [place(schema), name, search.column],
    );
    if (standing !== null) continue;
    try {
      await inTransaction(session, async () => {
        for (const statement of addSearch(table, search, place)) await session.query(statement);
      });
    } catch (error) {
      if (isFatal(error)) throw error;
      const failed = { outcome: 'listed', reason: describe('plan.object.search-failed', { detail: messageOf(error) }) } as const;
      outcomes.set(outcomeKey('virtual table', search.source, schema), failed);
      for (const trigger of search.triggers) outcomes.set(outcomeKey('trigger', trigger, schema), failed);
    }
  }
}
