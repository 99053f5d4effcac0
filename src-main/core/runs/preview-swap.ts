import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { toErrorReply } from '../../../shared/contract/errors.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import type { CoreDeps } from '../deps.ts';
import type { ShownSwap } from '../plan/plan-sql.ts';
import { viewsLeftAlone } from './appended-views.ts';
import { openTarget } from './open-target.ts';
import type { SqlSession } from './sql.ts';
import { prepareSwap } from './swap.ts';

/** Nothing stands in a target that is not made yet, and looking must not make it. */
function isThere(deps: CoreDeps, reference: string): boolean {
  const ref = parseDatabase(reference);
  if (ref.kind === 'embedded') return existsSync(join(deps.folders.servers, ref.name));
  return ref.kind !== 'pglite' || existsSync(ref.path);
}

/** Needs a transaction; leaves its search_path as the swap's own. */
export async function swapAsPlanned(session: SqlSession, plan: Plan): Promise<ShownSwap> {
  await session.query('SET LOCAL search_path = pg_catalog');
  const left = await viewsLeftAlone(session, plan);
  return prepareSwap(session, {
    plan, runId: '<run>', preview: true, rowsOf: ({ rows }) => rows,
    createdViews: new Set(plan.views.filter((view) => !left.includes(view)).map(({ target: { view } }) => view)),
    createdTriggers: (plan.triggers ?? []).filter(({ target: { schema, table } }) => !left.some((view) => view.target.schema === schema && view.target.view === table)),
  });
}

/**
 * The swap as it would be in the target as it stands now, worked out by the function that the run executes. Null where it does not depend
 * on what stands there: the plan then goes into free names or is refused.
 */
export async function previewSwap(deps: CoreDeps, plan: Plan): Promise<ShownSwap | null> {
  if ((plan.options.ifExists === 'fail' && !plan.options.adopt) || !isThere(deps, plan.target)) return null;
  try {
    const target = await openTarget(deps, plan.target);
    try {
      await using session = await target.open({ applicationName: 'travessia plan', readOnly: true });
      return await session.transaction((inside) => swapAsPlanned(inside, plan), { readOnly: true, isolation: 'repeatable read' });
    } finally {
      await target.release();
    }
  } catch (error) {
    const { code, message } = toErrorReply(error);
    return { statements: [], blockers: [], lost: [], refused: `${code}: ${message}` };
  }
}
