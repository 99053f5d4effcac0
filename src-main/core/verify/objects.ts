import type { Plan, PlanTable, PlanView } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import type { PgSession } from '../../drivers/postgres/index.ts';
import { readOrigin } from '../plan/read-catalog.ts';
import { readersOf } from '../plan/view-readers.ts';
import { createViewComparer, filtersOf } from './compare-view.ts';
import { compareNativeView } from './native-views.ts';
import { checkColumns } from './objects-columns.ts';
import { checkConstraints } from './objects-constraints.ts';
import { checkIndexes } from './objects-indexes.ts';
import { checkSequence } from './objects-sequence.ts';
import { checkTriggers } from './objects-triggers.ts';
import type { ObjectCheck, Place } from './objects-types.ts';

export interface VerifyObjectsInput {
  readonly plan: Plan;
  readonly sources: readonly { readonly database: string; readonly snapshotPath: string }[];
  readonly session: PgSession;
  readonly schemaOf: (table: PlanTable) => Place;
  /** See `VerifyPlanInput`. */
  readonly rowsOf?: (table: PlanTable) => string | undefined;
  readonly signal: AbortSignal;
  readonly views?: 'answers' | 'presence';
}

/**
 * Looks in pg_catalog whether each planned object is there and means what was planned, and compares the answers of views.
 * Nothing is thrown for an object that is not as planned: it is listed with `ok: false` and what was found.
 */
export async function verifyObjects(input: VerifyObjectsInput): Promise<ObjectCheck[]> {
  const { plan, session, schemaOf, signal } = input;
  const tables = plan.tables.filter((table) => table.include);
  const placeOf = (schema: string, table: string): Place => {
    const planned = tables.find((each) => each.target.schema === schema && each.target.table === table);
    return planned === undefined ? { schema, table } : schemaOf(planned);
  };
  const checks: ObjectCheck[] = [];
  for (const table of tables) {
    signal.throwIfAborted();
    const place = schemaOf(table);
    checks.push(...await checkColumns(session, table, place));
    checks.push(...await checkConstraints(session, table, place, placeOf));
    checks.push(...await checkIndexes(session, table, place));
    checks.push(...await checkSequence(session, table, place));
    checks.push(...await checkTriggers(session, (plan.triggers ?? []).filter(({ target }) => target.schema === table.target.schema && target.table === table.target.table), place));
  }
  const amongOthers = readersOf(plan.views, tables.filter((table) => input.rowsOf?.(table) !== undefined).map(({ target }) => quoteQualified(target.schema, target.table)));
  using views = createViewComparer(signal);
  for (const view of plan.views) {
    const neighbour = tables.find((table) => table.target.schema === view.target.schema);
    const schema = neighbour === undefined ? view.target.schema : schemaOf(neighbour).schema;
    const name = quoteQualified(schema, view.target.view);
    checks.push(...await checkTriggers(session, (plan.triggers ?? []).filter(({ target }) => target.schema === view.target.schema && target.table === view.target.view), { schema, table: view.target.view }));
    const found = await session.one('SELECT to_regclass($1)::text AS found', [name]);
    const snapshotPath = input.sources.find((source) => source.database === view.source.database)?.snapshotPath;
    if (found?.['found'] == null) checks.push({ kind: 'view', name: view.target.view, ok: false, detail: 'not there' });
    else if (amongOthers.includes(view)) checks.push({ kind: 'view', name: view.target.view, ok: true, detail: 'there, reads other rows too; its answers were compared before' });
    else if (snapshotPath !== undefined && view.native === true) checks.push({ kind: 'view', name: view.target.view, ...await nativeAnswers(input, view, snapshotPath, name) });
    else if (input.views === 'presence' || snapshotPath === undefined) checks.push({ kind: 'view', name: view.target.view, ok: true, detail: 'there; its answers were not compared' });
    else {
      const { equal, detail } = await views.compare({ snapshotPath, view: view.source.view, session, target: name, filters: filtersOf(plan, view.source.database) });
      checks.push({ kind: 'view', name: view.target.view, ok: equal, detail });
    }
  }
  return checks;
}

async function nativeAnswers({ plan, session, signal }: VerifyObjectsInput, view: PlanView, snapshotPath: string, name: string): Promise<{ readonly ok: boolean; readonly detail: string }> {
  if (filtersOf(plan, view.source.database).length > 0) return { ok: true, detail: 'there; only part of the rows crosses, so its answers were not compared' };
  const origin = await readOrigin(snapshotPath);
  return origin === undefined ? { ok: true, detail: 'there; its answers were not compared' } : compareNativeView(session, view, origin, name, signal);
}
