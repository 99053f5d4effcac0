import type { PlanTable } from '../../../shared/model/plan.ts';
import type { Placement } from '../plan/statements.ts';
import { buildGenerated } from './build-generated.ts';
import { buildTableObjects, type Outcomes } from './build-objects.ts';
import { convertColumns } from './native-objects.ts';
import { buildSearch } from './build-search.ts';
import type { SqlSession } from './sql.ts';

/** Everything a loaded table needs of its own, in the order that writes it least often. */
export async function buildTable(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes): Promise<void> {
  await convertColumns(session, table, place, outcomes);
  await buildGenerated(session, table, place, outcomes);
  await buildSearch(session, table, place, outcomes);
  await buildTableObjects(session, table, place, outcomes);
}
