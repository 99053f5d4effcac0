import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError, fromErrorReply, isErrorCode } from '../../../shared/contract/errors.ts';
import type { Job } from '../../../shared/model/job.ts';
import { assessSource } from '../assess/handlers.ts';
import type { CoreDeps } from '../deps.ts';
import { planHandlers } from '../plan/handlers.ts';
import { createProject } from '../projects/handlers.ts';
import { moveProject } from '../projects/transitions.ts';
import { startRun } from '../runs/service.ts';
import { buildSamplesInWorker } from './index.ts';

/** Builds the sample stores and walks the whole guided way on the embedded server, each step by the same code as for anybody's data. */
export function sampleHandlers(deps: CoreDeps) {
  const plans = planHandlers(deps);
  return {
    async 'sample/migrate'(input: HandlerInput<'sample/migrate'>): Promise<CallOutput<'sample/migrate'>> {
      const name = randomUUID().slice(0, 8);
      const folder = join(deps.folders.samples, name);
      const project = await createProject(deps, { name: `Sample ${name}`, sources: [folder], target: `embedded:sample-${name}`, environment: 'development' });
      const job = deps.jobs.start({
        kind: 'sample', title: project.name, projectId: project.id,
        work: async (context) => {
          context.update({ phase: 'sample' });
          const built = await buildSamplesInWorker(folder, input.size, { signal: context.signal, onProgress: (progress) => context.update({ progress }) });
          context.log('log.sample.built', { files: String(built.files.length) });
          await moveProject(deps, project.id, 'draft', { sources: [...built.files] });
          const assessments: string[] = [];
          for (const source of built.files) {
            context.update({ phase: 'assess' });
            context.log('log.assess.started', { source });
            const part = deps.jobs.start({ kind: 'assess', title: source, projectId: project.id, work: async (own) => (await assessSource(deps, own, { source })).id });
            const ended = await followed(deps, part.id, context.signal);
            if (ended.resultId !== null) assessments.push(ended.resultId);
          }
          await moveProject(deps, project.id, 'assessed', { assessmentIds: assessments });
          context.update({ phase: 'plan' });
          const plan = await plans['plans/create']({ assessmentIds: assessments, target: project.target, options: {}, projectId: project.id });
          await moveProject(deps, project.id, 'planned', { planId: plan.id });
          context.update({ phase: 'rehearse' });
          const rehearsal = await startRun(deps, { planId: plan.id, projectId: project.id, maxRejects: undefined, rehearsal: true });
          await followed(deps, rehearsal.id, context.signal);
          const run = await startRun(deps, { planId: plan.id, projectId: project.id, maxRejects: undefined, rehearsal: false });
          context.update({ phase: 'migrate', runId: run.runId });
          await followed(deps, run.id, context.signal);
          return project.id;
        },
      });
      return { jobId: job.id, projectId: project.id };
    },
  };
}

/** Waits for a job of a job; cancelling the outer one cancels it too. */
async function followed(deps: CoreDeps, jobId: string, signal: AbortSignal): Promise<Job> {
  const cancel = () => deps.jobs.cancel(jobId);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const job = await deps.jobs.wait(jobId);
    if (job.error !== null) throw fromErrorReply({ ...job.error, code: isErrorCode(job.error.code) ? job.error.code : 'INTERNAL' });
    if (job.state !== 'done') throw new TravessiaError('CANCELLED', { message: 'Cancelled.' });
    return job;
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
