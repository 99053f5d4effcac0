import type { PlanTable } from '../../../shared/model/plan.ts';
import { buildSettings } from '../plan/build-settings.ts';
import { tableIndexes, type Placement } from '../plan/statements.ts';
import { buildGenerated } from './build-generated.ts';
import { buildConstraints, buildIndex, type Outcomes } from './build-objects.ts';
import { convertColumns } from './native-objects.ts';
import { buildSearch } from './build-search.ts';
import type { SqlSession } from './sql.ts';

/** Something to be done by a session of its own, which may leave more to be done by it or by others. */
export type BuildStep = (session: SqlSession) => Promise<void>;

/**
 * Everything a loaded table needs of its own, in the order that writes it least often: its columns, its indexes, as many at once as
 * there are sessions, then the keys over them.
 *
 * @param jobs - tables at a time (`threadsOf`)
 * @param add - gives a step to whichever session is free
 */
export async function buildTable(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes, jobs: number, add: (step: BuildStep) => void, done: () => void): Promise<void> {
  await convertColumns(session, table, place, outcomes);
  await buildGenerated(session, table, place, outcomes);
  await buildSearch(session, table, place, outcomes);
  const finish: BuildStep = async (last) => {
    await buildConstraints(last, table, place, outcomes);
    done();
  };
  const indexes = tableIndexes(table, place);
  if (indexes.length === 0) return await finish(session);
  const settings = buildSettings(table, indexes.length, jobs);
  let left = indexes.length;
  for (const index of indexes) {
    add(async (builder) => {
      await buildIndex(builder, index, table, place, outcomes, settings);
      left -= 1;
      if (left === 0) await finish(builder);
    });
  }
}
