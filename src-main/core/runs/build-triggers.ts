import type { Plan, PlanTrigger } from '../../../shared/model/plan.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import type { Placement } from '../plan/statements.ts';
import { checkTrigger, createTrigger, createTriggerFunction } from '../plan/statements-trigger.ts';
import { isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import { inTransaction, scalar, type SqlSession } from './sql.ts';

/**
 * Creates the translated triggers once everything is loaded, so that none fires for a loaded row. Each is checked by the server statement
 * by statement; what it refuses is undone and listed. Returns those that stand.
 */
export async function buildTriggers(session: SqlSession, plan: Plan, place: Placement, outcomes: Outcomes): Promise<PlanTrigger[]> {
  const standing: PlanTrigger[] = [];
  for (const trigger of plan.triggers ?? []) {
    const { target } = trigger;
    // Its view is not brought along: said already.
    if (outcomes.get(outcomeKey('trigger', trigger.source.trigger, target.schema))?.outcome === 'listed') continue;
    const there = await scalar(
      session,
      `SELECT 1::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relname = $2 AND t.tgname = $3`,
      [place(target.schema), target.table, target.trigger],
    );
    if (there === null) {
      try {
        await inTransaction(session, async () => {
          await session.query(checkTrigger(trigger, place, plan));
          await session.query(createTriggerFunction(trigger, place));
          await session.query(createTrigger(trigger, place));
        });
      } catch (error) {
        if (isFatal(error)) throw error;
        outcomes.set(outcomeKey('trigger', trigger.source.trigger, target.schema), { outcome: 'listed', reason: describe('plan.object.failed', { detail: messageOf(error) }) });
        continue;
      }
    }
    standing.push(trigger);
  }
  return standing;
}
