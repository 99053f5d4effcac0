import { basename, resolve } from 'node:path';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { thresholdsSchema, type Assessment } from '../../../shared/model/assessment.ts';
import { parseDatabase } from '../../drivers/postgres/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import type { JobContext } from '../jobs/jobs.ts';
import { giveAssessment } from '../projects/transitions.ts';
import { assessInWorker, decide, renderAssessmentReport } from './index.ts';

/** The path of a SQLite source named by a path, a URL or a saved connection. @throws UNSUPPORTED_SOURCE */
export async function sqlitePath(deps: CoreDeps, source: string): Promise<string> {
  const ref = parseDatabase(source);
  if (ref.kind === 'sqlite') return resolve(ref.path);
  if (ref.kind === 'saved') {
    const found = await deps.connections.find(ref.name);
    if (found === null) throw new TravessiaError('FILE_NOT_FOUND', { message: `There is no file and no connection named ${ref.name}.`, hint: 'Give the path of a SQLite file.' });
    if (found.connection.kind === 'sqlite') return resolve(found.connection.location);
  }
  throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${source} is not a SQLite file.`, hint: 'This version migrates SQLite files.' });
}

async function getAssessment(deps: CoreDeps, id: string): Promise<Assessment> {
  const assessment = await deps.store.assessments.get(id);
  if (assessment === null) throw new TravessiaError('NOT_FOUND', { message: `There is no assessment ${id}.`, hint: 'Assess the source again.' });
  return assessment;
}

/** Assesses one source on a copy of its own, which stays for the run that may follow. */
export async function assessSource(deps: CoreDeps, context: JobContext, input: HandlerInput<'assess/start'>): Promise<Assessment> {
  const path = await sqlitePath(deps, input.source);
  const settings = await deps.store.settings.all();
  // The copy is named by the job before the assessment has an id of its own.
  const snapshotPath = deps.folders.snapshot(context.id, basename(path));
  context.log('log.assess.started', { source: path });
  try {
    const made = await assessInWorker(
      { path, snapshotPath, thresholds: thresholdsSchema.parse({ ...settings.thresholds, ...input.thresholds }), answers: input.answers ?? {}, rejectShare: settings.rejectShare },
      {
        signal: context.signal,
        onProgress: (progress) => context.update({ phase: progress.phase, progress: progress.progress, rows: progress.rows, rowsTotal: progress.rowsTotal, bytes: progress.bytes }),
      },
    );
    const assessment: Assessment = { ...made, id: context.id, createdAt: isoNow(deps), source: path };
    await deps.store.assessments.put(assessment);
    deps.emit({ type: 'changed', noun: 'assessments', id: assessment.id });
    const findings = assessment.findings.length + assessment.tables.reduce((sum, table) => sum + table.findings.length, 0);
    context.log('log.assess.done', {
      database: assessment.database, rows: assessment.rows, tables: String(assessment.tables.length), grade: assessment.grade, findings: String(findings), seconds: assessment.seconds.toFixed(1),
    });
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
        kind: 'assess', title: input.source, projectId: input.projectId ?? null,
        work: async (context) => {
          const assessment = await assessSource(deps, context, input);
          if (input.projectId !== undefined) await giveAssessment(deps, input.projectId, assessment);
          return assessment.id;
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
