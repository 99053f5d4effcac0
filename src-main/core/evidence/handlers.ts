import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { CoreDeps } from '../deps.ts';
import { checklistOf } from '../projects/checklist.ts';
import { getPlan } from '../plan/handlers.ts';
import { foundRun } from '../runs/ended.ts';
import { buildEvidence } from './index.ts';

export function evidenceHandlers(deps: CoreDeps) {
  return {
    async 'evidence/get'(input: HandlerInput<'evidence/get'>): Promise<CallOutput<'evidence/get'>> {
      const run = await foundRun(deps, input.id);
      if (run.result === null) throw new TravessiaError('WRONG_STATE', { message: `Run ${run.id} has no result yet.`, hint: 'Evidence exists once a run has been verified.' });
      const plan = await getPlan(deps, run.planId, run.planVersion);
      const assessments = (await Promise.all(plan.assessmentId.split(',').map((id) => deps.store.assessments.get(id)))).filter((assessment) => assessment !== null);
      const project = run.projectId === null ? null : await deps.store.projects.get(run.projectId);
      const checklist = project === null ? undefined : await checklistOf(deps, project);
      const saved = (await deps.connections.list()).find(({ name, location }) => name === run.target || location === run.target);
      const pool = saved?.pool ?? (await deps.connections.discover()).find(({ location }) => location === (saved?.location ?? run.target))?.pool;
      return buildEvidence({ run, checklist, pool, plan, assessments, verification: await deps.store.verifications.ofRun(run.id), history: project?.history ?? [] }, input.language);
    },
  };
}
