import { randomUUID } from 'node:crypto';
import type { CallOutput, HandlerInput } from '../../../shared/contract/contract.ts';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { Project } from '../../../shared/model/project.ts';
import { isoNow, type CoreDeps } from '../deps.ts';
import { keptReference } from '../sources/index.ts';
import { checklistOf, tickStep } from './checklist.ts';
import { inLine } from './in-line.ts';
import { moveSource } from './move-source.ts';
import { leaveOut } from './transitions.ts';

async function getProject(deps: CoreDeps, id: string): Promise<Project> {
  const project = await deps.store.projects.get(id);
  if (project === null) throw new TravessiaError('NOT_FOUND', { message: 'There is no such project.', hint: 'It may have been removed; see the list of projects.' });
  return inLine(deps, project);
}

async function save(deps: CoreDeps, project: Project): Promise<Project> {
  await deps.store.projects.put(project);
  deps.emit({ type: 'changed', noun: 'projects', id: project.id });
  return project;
}

export async function createProject(deps: CoreDeps, input: HandlerInput<'projects/create'>): Promise<Project> {
  const at = isoNow(deps);
  return save(deps, {
    id: randomUUID(), name: input.name, sources: await Promise.all(input.sources.map((source) => keptReference(deps, source))), target: await deps.targetSecrets.keep(input.target), environment: input.environment, state: 'draft',
    troubles: [], leftOut: [], ticks: [], assessmentIds: [], planId: null, rehearsalRunId: null, runId: null, createdAt: at, updatedAt: at, history: [],
  });
}

export function projectHandlers(deps: CoreDeps) {
  return {
    'projects/list': async (): Promise<CallOutput<'projects/list'>> => Promise.all((await deps.store.projects.list()).map((project) => inLine(deps, project))),
    'projects/create': (input: HandlerInput<'projects/create'>): Promise<CallOutput<'projects/create'>> => createProject(deps, input),
    'projects/get': (input: HandlerInput<'projects/get'>): Promise<CallOutput<'projects/get'>> => getProject(deps, input.id),
    'projects/rename': (input: HandlerInput<'projects/rename'>): Promise<CallOutput<'projects/rename'>> =>
      deps.inTurn(input.id, async () => save(deps, { ...(await getProject(deps, input.id)), name: input.name, updatedAt: isoNow(deps) })),
    async 'projects/leave-out'(input: HandlerInput<'projects/leave-out'>): Promise<CallOutput<'projects/leave-out'>> {
      await leaveOut(deps, (await getProject(deps, input.id)).id, input.source, input.out);
      return getProject(deps, input.id);
    },
    async 'projects/move-source'(input: HandlerInput<'projects/move-source'>): Promise<CallOutput<'projects/move-source'>> {
      const moved = await moveSource(deps, await getProject(deps, input.id), input);
      return { ...moved, project: await getProject(deps, input.id) };
    },
    'projects/checklist': async (input: HandlerInput<'projects/checklist'>): Promise<CallOutput<'projects/checklist'>> => checklistOf(deps, await getProject(deps, input.id)),
    'projects/tick': (input: HandlerInput<'projects/tick'>): Promise<CallOutput<'projects/tick'>> => tickStep(deps, input.id, input.step, input.done, input.by),
    async 'projects/remove'(input: HandlerInput<'projects/remove'>): Promise<CallOutput<'projects/remove'>> {
      const project = await getProject(deps, input.id);
      if (['loading', 'switching', 'rolling-back'].includes(project.state)) {
        throw new TravessiaError('WRONG_STATE', { message: `Project ${project.name} is at work.`, hint: 'Wait for its job to end, or cancel it.' });
      }
      await deps.store.projects.remove(input.id);
      deps.emit({ type: 'changed', noun: 'projects', id: input.id });
      return { done: true };
    },
  };
}
