import type { PlanTable } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { buildSettings, endHelp, helpedBuild } from '../plan/build-settings.ts';
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
 * @param others - `jobs`: tables at a time (`threadsOf`); `last`: no other table is being loaded
 * @param add - gives a step to whichever session is free
 */
export async function buildTable(session: SqlSession, table: PlanTable, place: Placement, outcomes: Outcomes, others: { readonly jobs: number; readonly last: boolean }, add: (step: BuildStep) => void, done: () => void): Promise<void> {
  await convertColumns(session, table, place, outcomes);
  await buildGenerated(session, table, place, outcomes);
  await buildSearch(session, table, place, outcomes);
  const finish: BuildStep = async (last) => {
    await buildConstraints(last, table, place, outcomes);
    done();
  };
  const indexes = tableIndexes(table, place);
  if (indexes.length === 0) return await finish(session);
  const settings = buildSettings(table, indexes.length, others.jobs);
  const helped = others.last ? helpedBuild(table, settings, quoteQualified(place(table.target.schema), table.target.table)) : null;
  if (helped !== null) await session.query(helped.begin);
  let left = indexes.length;
  for (const index of indexes) {
    add(async (builder) => {
      const own = index === indexes.at(-1) ? helped?.last : helped?.others;
      await buildIndex(builder, index, table, place, outcomes, own ?? settings);
      left -= 1;
      if (left === 0) await finish(builder);
    });
  }
}

/** Staged tables are as they are to be when all is built: also where a build that a worker helped with was cut off, and another console went on. */
export async function endHelps(session: SqlSession, staging: readonly string[]): Promise<void> {
  const { rows } = await session.query(
    `SELECT n.nspname AS schema, c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = ANY ($1) AND c.relkind = 'r' AND array_to_string(c.reloptions, ' ') ~ '\\mparallel_workers='`, [staging],
  );
  for (const { schema, name } of rows) await session.query(endHelp(quoteQualified(schema ?? '', name ?? '')));
}
