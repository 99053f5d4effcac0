import type { PlanTrigger } from '../../../shared/model/plan.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { check, type ObjectCheck, type Place } from './objects-types.ts';

const timings: Readonly<Record<string, number>> = { INSERT: 4, DELETE: 8, UPDATE: 16 };

/** Triggers of one table: there, enabled, for the planned moment, with their own function beside the table. */
export async function checkTriggers(session: PgSession, triggers: readonly PlanTrigger[], place: Place): Promise<ObjectCheck[]> {
  if (triggers.length === 0) return [];
  const { rows } = await session.query(
    `SELECT t.tgname AS name, t.tgenabled::text AS enabled, t.tgtype::text AS type, p.proname AS function, f.nspname AS schema
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_proc p ON p.oid = t.tgfoid JOIN pg_namespace f ON f.oid = p.pronamespace
     WHERE n.nspname = $1 AND c.relname = $2 AND NOT t.tgisinternal`, [place.schema, place.table],
  );
  return triggers.map(({ source, target, timing, event }) => {
    const found = rows.find((row) => row['name'] === target.trigger);
    // pg_trigger.tgtype: 1 for each row, 2 before, 4 insert, 8 delete, 16 update (catalog/pg_trigger.h).
    const type = 1 + (timing === 'BEFORE' ? 2 : timing === 'INSTEAD OF' ? 64 : 0) + (timings[event] ?? 0);
    const odd = found === undefined ? 'not there'
      : found['enabled'] === 'D' ? 'disabled'
      : Number(found['type']) !== type ? 'fires at another moment'
      : found['function'] !== target.function || found['schema'] !== place.schema ? `calls ${found['schema']}.${found['function']}`
      : undefined;
    return check('trigger', source.trigger, target.table, odd);
  });
}
