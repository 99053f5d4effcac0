import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Run } from '../../../shared/model/run.ts';
import type { CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { getPlan } from '../plan/handlers.ts';
import { stagingPlacement } from '../plan/plan-sql.ts';
import { foundRun } from '../runs/ended.ts';
import { newRunId, patchRun } from '../runs/service.ts';
import { openTarget } from '../runs/open-target.ts';
import { takeSnapshots } from '../runs/source-snapshot.ts';
import { threadsOf } from '../threads.ts';
import { verifyPlan } from './index.ts';
import { mergedRows } from './merged-rows.ts';

async function verifyNow(deps: CoreDeps, context: JobContext, plan: Plan, reference: string, run: Run | null, digests: boolean): Promise<string> {
  const copyId = run?.id ?? newRunId();
  context.update({ phase: 'snapshot' });
  const taken = await takeSnapshots(deps, plan, { runId: copyId, begun: run !== null }, context.signal, (done, total) => context.update({ progress: total === 0 ? null : done / total }));
  const target = await openTarget(deps, reference);
  const place = run === null || run.state === 'swapped' ? (schema: string) => schema : stagingPlacement(plan, run.id);
  const rows = new Map<string, { rows: number; rowsTotal: number }>();
  try {
    context.update({ phase: 'verifying' });
    const rowsOf = run?.state === 'swapped' ? await mergedRows(target, run.id) : undefined;
    const { verification, differences } = await verifyPlan({
      ...(rowsOf === undefined ? {} : { rowsOf }), digests,
      plan: taken.plan, sources: taken.sources, target: target.config, runId: run?.id ?? null, jobs: threadsOf(plan.options.jobs, taken.plan.tables).jobs, signal: context.signal,
      schemaOf: (table) => ({ schema: place(table.target.schema), table: table.target.table }),
      onProgress: (database, table, done, total) => {
        rows.set(`${database}\0${table}`, { rows: done, rowsTotal: total });
        const sum = [...rows.values()].reduce((all, entry) => ({ rows: all.rows + entry.rows, rowsTotal: all.rowsTotal + entry.rowsTotal }), { rows: 0, rowsTotal: 0 });
        context.update({ ...sum, progress: sum.rowsTotal === 0 ? null : sum.rows / sum.rowsTotal });
      },
    });
    await deps.store.saveVerification(verification, differences);
    deps.emit({ type: 'changed', noun: 'verifications', id: verification.id });
    if (run !== null && verification.equal) await patchRun(deps, run.id, { verifiedAt: verification.createdAt });
    return verification.id;
  } finally {
    await target.release();
    if (run === null) await deps.folders.removeRun(copyId);
  }
}

export function verifyHandlers(deps: CoreDeps) {
  return {
    async 'verify/start'(input: HandlerInput<'verify/start'>): Promise<CallOutput<'verify/start'>> {
      if (input.id !== undefined) {
        const run = await foundRun(deps, input.id);
        if (!['swapped', 'waiting'].includes(run.state)) {
          throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} is ${run.state}; there is nothing to compare.`, hint: 'A run can be verified while its tables stand in staging or in their place, until it is completed or rolled back.' });
        }
        const plan = await getPlan(deps, run.planId, run.planVersion);
        const job = deps.jobs.start({ kind: 'verify', title: run.sources.join(', '), projectId: run.projectId, runId: run.id, work: (context) => verifyNow(deps, context, plan, run.target, run, input.digests === true) });
        return { jobId: job.id };
      }
      if (input.planId === undefined) throw new TravessiaError('INVALID_INPUT', { message: 'A run or a plan is needed.' });
      const plan = await getPlan(deps, input.planId);
      const job = deps.jobs.start({ kind: 'verify', title: plan.sources.map((source) => source.source).join(', '), work: (context) => verifyNow(deps, context, plan, plan.target, null, input.digests === true) });
      return { jobId: job.id };
    },
    async 'verify/get'(input: HandlerInput<'verify/get'>): Promise<CallOutput<'verify/get'>> {
      if (input.id !== undefined) return deps.store.verifications.get(input.id);
      return input.runId === undefined ? null : deps.store.verifications.ofRun(input.runId);
    },
    'verify/differences': (input: HandlerInput<'verify/differences'>): Promise<CallOutput<'verify/differences'>> =>
      deps.store.differences.page(input.id, { limit: input.limit, ...(input.database === undefined ? {} : { database: input.database }), ...(input.table === undefined ? {} : { table: input.table }), ...(input.after === undefined ? {} : { after: input.after }) }),
  };
}
