import type { Plan, PlanView } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { createView, type Placement } from '../plan/statements.ts';
import { isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import { scalar, type SqlSession } from './sql.ts';

/** Compares a view's answers on both sides (core/verify), the target's by a session that is free for it; `null` where they are equal, else what differs. */
export type CompareView = (view: PlanView, target: string, session: SqlSession) => Promise<string | null>;

/**
 * Creates the translated views in staging, in whatever order their dependencies allow, and keeps only those whose answers equal
 * SQLite's. Returns the final names of the views that stand.
 */
export async function buildViews(session: SqlSession, plan: Plan, place: Placement, compare: CompareView, outcomes: Outcomes): Promise<Set<string>> {
  const created = new Set<string>();
  const refused = new Map<PlanView, string>();
  const tables = plan.tables.filter((table) => table.include);
  let waiting = [...plan.views];
  while (waiting.length > 0) {
    const next: PlanView[] = [];
    for (const view of waiting) {
      const name = quoteQualified(place(view.target.schema), view.target.view);
      const standing = await scalar(session, 'SELECT to_regclass($1)::text', [name]);
      try {
        if (standing === null) await session.query(createView(view, place, tables, plan.views, plan.types).sql);
      } catch (error) {
        if (isFatal(error)) throw error;
        refused.set(view, messageOf(error));
        next.push(view);
        continue;
      }
      // What gives a reshaped table back is compared with the tables, cell by cell.
      const difference = view.inverse === true || view.native === true ? null : await compare(view, name, session);
      if (difference === null) {
        created.add(view.target.view);
        continue;
      }
      await session.query(`DROP VIEW ${name}`);
      outcomes.set(outcomeKey('view', view.target.view, view.target.schema), { outcome: 'listed', reason: describe('plan.object.view-differs', { detail: difference }) });
    }
    if (next.length === waiting.length) {
      const needed = next.find((view) => view.inverse === true);
      if (needed !== undefined) throw new TravessiaError('STATEMENT_FAILED', { message: `The view that gives ${needed.source.view} back was refused: ${refused.get(needed) ?? ''}`, hint: 'Nothing was swapped. Roll the run back, and change the types of the reshaped columns.' });
      for (const view of next) {
        outcomes.set(outcomeKey('view', view.target.view, view.target.schema), { outcome: 'listed', reason: describe('plan.object.failed', { detail: refused.get(view) ?? '' }) });
      }
      break;
    }
    waiting = next;
  }
  return created;
}
