import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Checklist, ChecklistStep, Project } from '../../../shared/model/project.ts';
import type { Run } from '../../../shared/model/run.ts';
import { isSqliteFile } from '../../drivers/sqlite/index.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { resolveSource } from '../sources/index.ts';
import { findTemplate, listTemplates } from '../templates/index.ts';

/** Endings under which programs keep SQLite files; what is none by its first bytes does not count. */
const endings = /\.(db|db3|sqlite|sqlite3|s3db)$/i;

/** SQLite files that lie in the folders of these sources now: really looked for, by name and by their first bytes. Folders inside are not looked into. */
export async function localFiles(deps: CoreDeps, references: readonly string[]): Promise<string[]> {
  const sources = await Promise.all(references.map((reference) => resolveSource(deps, reference).catch(() => null)));
  const folders = [...new Set(sources.flatMap((source) => (source === null || source.kind !== 'sqlite' ? [] : [dirname(source.path)])))];
  const found = await Promise.all(folders.map(async (folder) => {
    const names = await readdir(folder).catch(() => []);
    return names.filter((name) => endings.test(name)).map((name) => join(folder, name)).filter(isSqliteFile);
  }));
  return found.flat().toSorted();
}

async function runOf(deps: CoreDeps, id: string | null): Promise<Run | null> {
  return id === null ? null : deps.store.runs.get(id);
}

/** What the console knows of itself, in the order of the way. */
async function facts(deps: CoreDeps, project: Project, files: readonly string[]): Promise<ChecklistStep[]> {
  const rehearsal = await runOf(deps, project.rehearsalRunId);
  const run = await runOf(deps, project.runId);
  const assessments = (await Promise.all(project.assessmentIds.map((id) => deps.store.assessments.get(id)))).filter((assessment) => assessment !== null);
  const crossing = project.sources.filter((source) => !project.leftOut.includes(source));
  const known = crossing.filter((source) => assessments.some((assessment) => assessment.source === source));
  const assessed = crossing.length > 0 && known.length === crossing.length;
  const copied = assessments.length > 0 && (run?.result != null || assessments.every(({ id, database }) => existsSync(deps.folders.snapshot(id, database))));
  const compared = (each: Run | null): boolean => each?.result != null && each.result.status !== 'differences';
  const reached = (...states: Run['state'][]): boolean => run !== null && states.includes(run.state);
  const fact = (id: string, done: boolean, at: string | null = null, params: Record<string, string> = {}): ChecklistStep => ({ id, kind: 'fact', done, at, by: null, params });
  return [
    fact('assessed', assessed, assessments.map(({ createdAt }) => createdAt).toSorted().at(-1) ?? null, { files: String(known.length), all: String(crossing.length) }),
    fact('snapshot', assessed && copied),
    // Of a source that cannot be looked at any more no plan can be run, unless it was.
    fact('planned', project.planId !== null && (assessed || run?.result != null)),
    fact('rehearsed', compared(rehearsal), compared(rehearsal) ? (rehearsal?.verifiedAt ?? rehearsal?.updatedAt ?? null) : null),
    // What a rollback took out of the target is no longer loaded there, nor does what was compared say anything of it.
    fact('loaded', run?.result != null && !reached('rolled-back')),
    fact('verified', compared(run) && run?.verifiedAt != null && !reached('rolled-back'), reached('rolled-back') ? null : (run?.verifiedAt ?? null)),
    fact('switched', reached('swapped', 'complete')),
    fact('completed', reached('complete')),
    fact('archived', run?.archived !== undefined, run?.archived?.at ?? null, { folder: run?.archived?.folder ?? '' }),
    fact('no-local-files', files.length === 0 && run?.archived !== undefined, null, { files: String(files.length) }),
  ];
}

/** The checklist of a project: what is known, then what its template asks people to tick. */
export async function checklistOf(deps: CoreDeps, project: Project): Promise<Checklist> {
  const files = await localFiles(deps, project.sources);
  const plan = project.planId === null ? null : await deps.store.plans.get(project.planId);
  const name = plan?.options.template ?? '';
  const template = listTemplates().find((each) => each.name === name);
  const manual = (template?.checklist ?? []).map((step): ChecklistStep => {
    const tick = project.ticks.find((each) => each.step === step.id);
    return { id: step.id, kind: 'manual', done: tick !== undefined, at: tick?.at ?? null, by: tick?.by ?? null, params: {}, text: step.text };
  });
  return { steps: [...(await facts(deps, project, files)), ...manual], localFiles: files };
}

/** Ticks a manual step, or takes the tick away. @throws NOT_FOUND for a step the project's template does not have */
export function tickStep(deps: CoreDeps, id: string, step: string, done: boolean, by: string): Promise<Project> {
  return deps.inTurn(id, async () => {
    const project = await deps.store.projects.get(id);
    if (project === null) throw new TravessiaError('NOT_FOUND', { message: 'There is no such project.' });
    const plan = project.planId === null ? null : await deps.store.plans.get(project.planId);
    const known = plan?.options.template === undefined || plan.options.template === '' ? [] : findTemplate(plan.options.template).checklist;
    if (!known.some((each) => each.id === step)) throw new TravessiaError('NOT_FOUND', { message: `Project ${project.name} has no step ${step} to tick.`, hint: 'Steps that the console sees for itself cannot be ticked.' });
    const at = isoNow(deps);
    const ticks = [...project.ticks.filter((each) => each.step !== step), ...(done ? [{ step, by, at }] : [])];
    const changed = { ...project, ticks, updatedAt: at };
    await deps.store.projects.put(changed);
    deps.emit({ type: 'changed', noun: 'projects', id });
    return changed;
  });
}
