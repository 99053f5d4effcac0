import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError, toErrorReply } from '../../../shared/contract/errors.ts';
import { thresholdsSchema, type Assessment } from '../../../shared/model/assessment.ts';
import { redactUrl } from '../../drivers/postgres/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { giveAssessment, giveTrouble } from '../projects/transitions.ts';
import { keptReference, resolveSource } from '../sources/index.ts';
import { assessInWorker, decide, renderAssessmentReport } from './index.ts';
import { sweepCopies } from './sweep-copies.ts';

async function getAssessment(deps: CoreDeps, id: string): Promise<Assessment> {
  const assessment = await deps.store.assessments.get(id);
  if (assessment === null) throw new TravessiaError('NOT_FOUND', { message: `There is no assessment ${id}.`, hint: 'Assess the source again.' });
  return assessment;
}

/** Assesses one source on a copy of its own, which stays for the run that may follow. */
export async function assessSource(deps: CoreDeps, context: JobContext, input: HandlerInput<'assess/start'>): Promise<Assessment> {
  const source = await resolveSource(deps, input.source);
  const settings = await deps.store.settings.all();
  // The copy is named by the job before the assessment has an id of its own.
  const snapshotPath = deps.folders.snapshot(context.id, source.database);
  context.log('log.assess.started', { source: source.reference });
  // Before room is asked for: what is not needed any more may be what takes it.
  await sweepCopies(deps).catch(() => undefined);
  try {
    const assessment = await deps.folders.making(snapshotPath, async (): Promise<Assessment> => {
      const made = await assessInWorker(
        { source, snapshotPath, thresholds: thresholdsSchema.parse({ ...settings.thresholds, ...input.thresholds }), answers: input.answers ?? {}, rejectShare: settings.rejectShare },
        {
          signal: context.signal,
          onProgress: (progress) => context.update({ phase: progress.phase, progress: progress.progress, rows: progress.rows, rowsTotal: progress.rowsTotal, bytes: progress.bytes }),
        },
      );
      // What the pages said beforehand was an estimate: a table without rowids keeps rows outside its leaves, and a damaged file is read twice.
      context.update({ rows: Number(made.rows), rowsTotal: Number(made.rows) });
      const known: Assessment = { ...made, id: context.id, createdAt: isoNow(deps) };
      await deps.store.assessments.put(known);
      return known;
    });
    deps.emit({ type: 'changed', noun: 'assessments', id: assessment.id });
    const findings = assessment.findings.length + assessment.tables.reduce((sum, table) => sum + table.findings.length, 0);
    context.log('log.assess.done', {
      database: assessment.database, rows: assessment.rows, tables: String(assessment.tables.length), grade: assessment.grade, findings: String(findings), seconds: assessment.seconds.toFixed(1),
    });
    await sweepCopies(deps).catch(() => undefined);
    return assessment;
  } catch (error) {
    await deps.folders.removeSnapshot(context.id);
    throw error;
  }
}

export function assessHandlers(deps: CoreDeps) {
  return {
    async 'assess/start'(input: HandlerInput<'assess/start'>): Promise<CallOutput<'assess/start'>> {
      const job = deps.jobs.start({
        kind: 'assess', title: redactUrl(input.source), projectId: input.projectId ?? null,
        work: async (context) => {
          const { projectId } = input;
          if (projectId === undefined) return (await assessSource(deps, context, input)).id;
          try {
            const assessment = await assessSource(deps, context, input);
            await giveAssessment(deps, projectId, assessment);
            return assessment.id;
          } catch (error) {
            const { code, message, hint } = toErrorReply(error);
            // What the person stopped says nothing of the source.
            if (code !== 'CANCELLED') await giveTrouble(deps, projectId, { source: await keptReference(deps, input.source), code, message, ...(hint === undefined ? {} : { hint }), readable: [] });
            throw error;
          }
        },
      });
      return { jobId: job.id };
    },
    'assess/get': (input: HandlerInput<'assess/get'>): Promise<CallOutput<'assess/get'>> => getAssessment(deps, input.id),
    'assess/list': (): Promise<CallOutput<'assess/list'>> => deps.store.assessments.list(),
    async 'assess/report'(input: HandlerInput<'assess/report'>): Promise<CallOutput<'assess/report'>> {
      return { html: renderAssessmentReport(await getAssessment(deps, input.id), input.language) };
    },
    async 'assess/answer'(input: HandlerInput<'assess/answer'>): Promise<CallOutput<'assess/answer'>> {
      const assessment = await getAssessment(deps, input.id);
      const thresholds = thresholdsSchema.parse({ ...assessment.thresholds, ...input.thresholds });
      const answers = { ...assessment.answers, ...input.answers };
      const changed = { ...assessment, thresholds, answers, decision: decide(Number(assessment.rows), answers, thresholds) };
      await deps.store.assessments.put(changed);
      deps.emit({ type: 'changed', noun: 'assessments', id: input.id });
      return changed;
    },
  };
}
