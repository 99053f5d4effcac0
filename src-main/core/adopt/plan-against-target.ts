import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { quoteQualified } from '../../../shared/pure/quote.ts';
import { askWorker } from '../../workers/ask-worker.ts';
import type { CoreDeps } from '../deps.ts';
import { schemasOf } from '../plan/plan-sql.ts';
import { openTarget } from '../runs/open-target.ts';
import { adoptPlan, adopts } from './adopt-plan.ts';
import { assertSeesRows } from './assert-adoptable.ts';
import type { Misfits } from './count-misfits.ts';
import { holdsRows, readTargetTables } from './target-tables.ts';

export interface PlannedFrom {
  readonly assessment: Assessment;
  /** The snapshot, or the file itself. */
  readonly path: string;
}

/**
 * Fits a drafted plan to the tables the target has, where it is to load into them; any other plan stays as it is. The target must answer.
 * @throws TravessiaError those of connecting; INVALID_INPUT where the plan would replace the tables it adopts; PERMISSION_DENIED where their
 * rows are hidden from the role
 */
export async function planAgainstTarget(deps: CoreDeps, plan: Plan, sources: readonly PlannedFrom[]): Promise<Plan> {
  if (!adopts(plan)) return plan;
  if (plan.options.adopt && plan.options.ifExists === 'replace') {
    throw new TravessiaError('INVALID_INPUT', { message: 'The target’s tables are either adopted or replaced, not both.', hint: 'Leave one of --adopt and --if-exists replace out.' });
  }
  const opened = await openTarget(deps, plan.target);
  try {
    await using session = await opened.open({ applicationName: 'travessia plan', readOnly: true });
    return await session.transaction(async (inside) => {
      await inside.exec('SET LOCAL search_path = pg_catalog');
      return adoptPlan({
        plan, target: await readTargetTables(inside, schemasOf(plan), true), assessments: sources.map(({ assessment }) => assessment),
        async holdsRows(table) {
          const name = quoteQualified(table.schema, table.name);
          if (plan.options.ifExists === 'fail') await assertSeesRows(inside, name);
          return holdsRows(inside, name);
        },
        measure: (database, trials) => askWorker<Misfits[][]>('catalog', { path: sources.find(({ assessment }) => assessment.database === database)?.path ?? '', trials }),
      });
    }, { readOnly: true, isolation: 'repeatable read' });
  } finally {
    await opened.release();
  }
}
