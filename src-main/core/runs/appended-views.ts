/** Views of a plan that adds rows to tables that stand: in the end they read those, former rows and all. */
import type { Plan, PlanTable, PlanTrigger, PlanView } from '../../../shared/model/plan.ts';
import { quoteIdent, quoteQualified } from '../../../shared/pure/quote.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { createView, placed, type Placement } from '../plan/statements.ts';
import { createTrigger } from '../plan/statements-trigger.ts';
import { readersOf } from '../plan/view-readers.ts';
import { isFatal, messageOf, outcomeKey, type Outcomes } from './build-objects.ts';
import type { SqlSession } from './sql.ts';
import type { ShownStatement } from './swap-types.ts';

const final: Placement = (schema) => schema;

const nameOf = ({ target }: PlanTable): string => quoteQualified(target.schema, target.table);

/** Which of these relations the target has, by the kinds of pg_class. */
async function standing(session: SqlSession, names: readonly string[], kinds: string): Promise<Set<string>> {
  const { rows } = await session.query(`SELECT w.name FROM unnest($1::text[]) AS w (name) JOIN pg_class AS c ON c.oid = to_regclass(w.name) WHERE c.relkind = ANY (string_to_array($2, NULL)::"char"[])`, [[...names], kinds]);
  return new Set(rows.map((row) => row['name'] ?? ''));
}

/** Where rows are added to what is there, a view that is there stays as it is; so do those that would read it, whose answers nobody compared. */
export async function viewsLeftAlone(session: SqlSession, plan: Plan): Promise<PlanView[]> {
  if (plan.options.ifExists !== 'append' || plan.views.length === 0) return [];
  const names = await standing(session, plan.views.map(({ target }) => quoteQualified(target.schema, target.view)), 'v');
  const there = plan.views.filter(({ target }) => names.has(quoteQualified(target.schema, target.view)));
  return [...there, ...readersOf(plan.views.filter((view) => !there.includes(view)), [...names])];
}

function dropViews(views: readonly PlanView[], place: Placement): ShownStatement[] {
  if (views.length === 0) return [];
  return [{ sql: `DROP VIEW IF EXISTS ${views.map(({ target }) => quoteQualified(place(target.schema), target.view)).join(', ')}`, why: 'read the staged rows alone, over which their answers were compared' }];
}

function list(plan: Plan, view: PlanView, reason: string, outcomes: Outcomes): void {
  outcomes.set(outcomeKey('view', view.target.view, view.target.schema), { outcome: 'listed', reason });
  for (const { source, target } of plan.triggers ?? []) {
    if (target.schema === view.target.schema && target.table === view.target.view) outcomes.set(outcomeKey('trigger', source.trigger, target.schema), { outcome: 'listed', reason });
  }
}

/**
 * Of the views that stand in staging, those that the swap brings to their place: not those left alone, nor those that the server refuses
 * over the tables that stand. The others are listed.
 */
export async function viewsToBring(session: SqlSession, plan: Plan, created: ReadonlySet<string>, place: Placement, outcomes: Outcomes): Promise<Set<string>> {
  const brought = new Set(created);
  if (plan.options.ifExists !== 'append') return brought;
  const leave = (view: PlanView, reason: string): void => {
    brought.delete(view.target.view);
    list(plan, view, reason, outcomes);
  };
  for (const view of await viewsLeftAlone(session, plan)) if (created.has(view.target.view)) leave(view, describe('plan.object.view-stands', { name: `${view.target.schema}.${view.target.view}` }));
  const tables = plan.tables.filter((table) => table.include);
  const names = await standing(session, tables.map(nameOf), 'rp');
  const moved = tables.filter((table) => !names.has(nameOf(table)));
  const bound = plan.views.filter((view) => brought.has(view.target.view));
  const readers = readersOf(bound, [...names]);
  if (readers.length === 0) return brought;
  // Tried over the tables that stand, in place of the staged ones; nothing of it stays.
  await session.query('BEGIN');
  try {
    for (const statement of dropViews([...readers, ...plan.views.filter((view) => !bound.includes(view))], place)) await session.query(statement.sql);
    for (const view of readers) {
      await session.query('SAVEPOINT trial');
      try {
        await session.query(createView({ ...view, sql: placed(view.sql, place, { tables: moved, views: bound, types: plan.types }) }, place, [], []).sql);
      } catch (error) {
        if (isFatal(error)) throw error;
        await session.query('ROLLBACK TO SAVEPOINT trial');
        leave(view, describe('plan.object.failed', { detail: messageOf(error) }));
      }
    }
  } finally {
    await session.query('ROLLBACK').catch(() => undefined);
  }
  return brought;
}

/**
 * What brings the views of an appending plan to their place, once the rows are in: those that read only tables which moved move too, the
 * others are made anew over the tables that stand, with their triggers, and what is left alone leaves staging.
 * @param brought - the views that are to stand
 * @param triggers - those whose functions stand in their final schemas
 * @param left - views that may stand in staging and stay behind
 */
export function bringViews(plan: Plan, brought: readonly PlanView[], standingTables: readonly PlanTable[], triggers: readonly PlanTrigger[], place: Placement, left: readonly PlanView[]): ShownStatement[] {
  const anew = readersOf(brought, standingTables.map(nameOf));
  return [
    ...dropViews([...anew, ...left], place),
    ...brought.filter((view) => !anew.includes(view)).map(({ target }) => ({ sql: `ALTER VIEW ${quoteQualified(place(target.schema), target.view)} SET SCHEMA ${quoteIdent(target.schema)}`, why: 'translated view' })),
    // Names in a view are read as they were when its answers were compared.
    ...(anew.length === 0 ? [] : [{ sql: 'SET LOCAL search_path TO DEFAULT', why: 'for the text of the views' }]),
    ...anew.map((view) => ({ sql: createView(view, final, [], []).sql, why: 'translated view, reads the tables that took the rows' })),
    ...(anew.length === 0 ? [] : [{ sql: 'SET LOCAL search_path = pg_catalog', why: 'as before' }]),
    ...triggers.filter(({ target }) => anew.some((view) => view.target.schema === target.schema && view.target.view === target.table)).map((trigger) => ({ sql: createTrigger(trigger, final), why: 'translated trigger of the view' })),
  ];
}
