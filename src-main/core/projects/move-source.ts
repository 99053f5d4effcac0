import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Assessment, Fingerprint } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import type { Project } from '../../../shared/model/project.ts';
import type { CoreDeps } from '../deps.ts';
import { resolveSource, sourceState, type Source } from '../sources/index.ts';
import { giveSources, planChanged } from './transitions.ts';

/**
 * Takes a source from another place: its file was moved. Where it is the file that was assessed, as far as that can be told without reading it,
 * assessment and plan go on, the plan as its next version; any other is a source to be assessed first.
 *
 * @throws TravessiaError NOT_FOUND, ALREADY_EXISTS for a place that the project has already, RUN_BUSY, WRONG_STATE while a run stands in the
 * target; those of the place, such as FILE_NOT_FOUND
 */
export async function moveSource(deps: CoreDeps, project: Project, { source, to }: HandlerInput<'projects/move-source'>): Promise<Omit<CallOutput<'projects/move-source'>, 'project'>> {
  const job = deps.jobs.active().find((each) => each.projectId === project.id);
  if (job !== undefined) throw new TravessiaError('RUN_BUSY', { message: `Project ${project.name} is being worked on (${job.kind}).`, hint: 'Wait for that job to end, or cancel it.', retry: true });
  const resolved = await resolveSource(deps, to);
  const { fingerprint } = await sourceState(resolved);
  const plan = project.planId === null ? null : await deps.store.plans.get(project.planId);
  const known = await assessmentOf(deps, [...project.assessmentIds, ...(plan?.assessmentId.split(',') ?? [])], source);
  const same = known !== null && isSame(known.fingerprint, fingerprint, resolved);
  const { reference } = resolved;
  await giveSources(deps, project.id, source, reference, known === null ? null : { id: known.id, counts: same });
  if (same) await follow(deps, plan, known, reference);
  return { source: reference, same: known === null ? null : same };
}

/** The project's, or the one its plan was made of: a source that could not be found when it was looked at again has none any more. */
async function assessmentOf(deps: CoreDeps, ids: readonly string[], source: string): Promise<Assessment | null> {
  for (const id of ids) {
    const found = await deps.store.assessments.get(id);
    if (found?.source === source) return found;
  }
  return null;
}

/**
 * A JSON file is known by its content. Of two SQLite files sizes and change counters may be equal by chance, as of copies of one template: then the
 * time of the last change decides, which moving a file keeps. Servers are told by nothing.
 */
function isSame(before: Fingerprint, now: Fingerprint, { kind }: Source): boolean {
  const equal = now.bytes === before.bytes && now.changeCounter === before.changeCounter && now.walBytes === before.walBytes && now.walSalt === before.walSalt;
  return equal && kind !== 'postgres' && (kind === 'json' || now.modifiedMs === before.modifiedMs);
}

/** Assessment and plan name the new place. */
async function follow(deps: CoreDeps, plan: Plan | null, assessment: Assessment, to: string): Promise<void> {
  const from = assessment.source;
  await deps.store.assessments.put({ ...assessment, source: to });
  deps.emit({ type: 'changed', noun: 'assessments', id: assessment.id });
  if (plan === null || !plan.sources.some(({ source }) => source === from)) return;
  const named = (finding: Finding): Finding => ({
    ...finding,
    ...(finding.object === from ? { object: to } : {}),
    ...(finding.params?.['source'] === from ? { params: { ...finding.params, source: to } } : {}),
  });
  const sources = plan.sources.map((each) => (each.source === from ? { ...each, source: to } : each));
  await deps.store.plans.put({ ...plan, version: plan.version + 1, sources, findings: plan.findings.map(named) }, 'plan.note.moved');
  deps.emit({ type: 'changed', noun: 'plans', id: plan.id });
  await planChanged(deps, plan.id);
}
