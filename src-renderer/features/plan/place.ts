import type { ColumnProfile } from '../../../shared/model/assessment.ts';
import type { Override, Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import type { Cast } from '../../../shared/model/values.ts';
import { wayOfPolicies } from '../../../shared/pure/value-policies.ts';
import { draftFor, type Draft, type Place } from '../../stores/drafts.ts';

/** The place of a table or column: two sources may hold tables of one name, and where these become one table they are decided as one. */
export function placeOf(plan: Pick<Plan, 'sources' | 'options'>, source: PlanTable['source'], column?: string): Place {
  const several = plan.sources.length > 1 && plan.options.collisions !== 'merge';
  return { ...(several ? { database: source.database } : {}), table: source.table, ...(column === undefined ? {} : { column }) };
}

/** What waits to be saved of one column, said of it alone or of its name in every table. */
export function decidedOf(draft: Draft, place: Place): Partial<Override> {
  const { column } = place;
  const everywhere = column === undefined ? undefined : draftFor(draft, { table: '*', column });
  const { database: _database, table: _table, column: _column, ...decided }: Partial<Override> = { ...everywhere, ...draftFor(draft, place) };
  return decided;
}

/** Type and cast a column crosses with once what waits is saved: a policy brings both, as the core reckons it. */
export function wayOf(column: PlanColumn, decided: Partial<Override>, profile: ColumnProfile | undefined): { readonly type: string; readonly cast: Cast | undefined } {
  const type = decided.type ?? column.type;
  const cast = decided.cast === undefined ? column.cast : (decided.cast ?? undefined);
  const policy = profile === undefined ? undefined : wayOfPolicies({ type, cast }, decided, profile);
  return policy === undefined ? { type, cast } : { type: policy.type, cast: policy.cast };
}
