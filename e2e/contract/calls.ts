import { TravessiaError } from '../../shared/contract/errors.ts';
import type { Reply } from '../../shared/contract/errors.ts';
import { makeConversationCalls } from './conversation-calls.ts';
import type { RunningHost } from './hosts.ts';

export interface Surroundings {
  /** A SQLite file every host reads. */
  readonly source: string;
  /** A SQLite file with conversations of a chat program. */
  readonly chats: string;
  /** A folder with known files. */
  readonly folder: string;
}

export interface Answer {
  readonly call: string;
  readonly reply: Reply<unknown>;
}

function field(reply: Reply<unknown>, name: string): string {
  const value: unknown = reply.ok && typeof reply.value === 'object' && reply.value !== null ? Reflect.get(reply.value, name) : undefined;
  if (typeof value !== 'string') throw new TravessiaError('INTERNAL', { message: `${name} is missing in ${JSON.stringify(reply)}` });
  return value;
}

/** The same calls for every host, in one order; each answer is kept. What one answers may be the input of the next. */
export async function makeCalls(host: RunningHost, { source, chats, folder }: Surroundings): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  const keep = (call: string, reply: Reply<unknown>): Reply<unknown> => {
    answers.push({ call, reply });
    return reply;
  };
  const call = async (name: string, input: unknown = {}) => keep(name, await host.call(name, input));
  const connection = { name: 'Legacy ção ✓', kind: 'sqlite', location: source, environment: 'production', colour: 'red', readOnly: true };

  await call('app/info');
  await call('app/sizes');
  // What does not fit is refused alike, and repeats no value.
  await call('nothing/there');
  await call('__proto__');
  await call('connections/add', { ...connection, kind: 'oracle', password: 'hunter2' });
  await call('connections/add', null);
  await call('connections/add', [connection]);
  await call('runs/rejects', { id: 'x', limit: 501 });
  for (const name of ['connections/remove', 'assess/get', 'plans/get', 'projects/get', 'runs/get', 'jobs/get', 'jobs/cancel', 'runs/rollback-plan']) await call(name, { id: 'not-there' });

  const added = await call('connections/add', connection);
  await call('connections/list');
  await call('connections/test', { id: field(added, 'id') });
  await call('connections/test', { ...connection, location: `${source}.missing` });
  await call('connections/edit', { ...connection, id: field(added, 'id'), name: 'Legacy', readOnly: false });
  await call('files/browse', { folder });
  await call('files/choose', { purpose: 'sqlite' });
  await call('settings/set', { language: 'pt-BR', density: 'dense' });
  await call('settings/get');
  await call('server/status');

  const job = keep('assess/start', await host.startJob('assess/start', { source }));
  const assessed = await call('jobs/get', { id: field(job, 'jobId') });
  const assessmentId = field(assessed, 'resultId');
  await call('assess/get', { id: assessmentId });
  await call('assess/list');
  const plan = await call('plans/create', { assessmentIds: [assessmentId], target: 'embedded' });
  const planId = field(plan, 'id');
  await call('plans/get', { id: planId });
  await call('plans/sql', { id: planId });
  await call('plans/versions', { id: planId });
  const exported = await call('plans/export', { id: planId });
  await call('plans/import', { text: field(exported, 'text') });
  await call('plans/import', { text: '{"format":"other"}' });
  const project = await call('projects/create', { name: 'Crossing', sources: [source], target: 'embedded' });
  await call('projects/rename', { id: field(project, 'id'), name: 'Travessia' });
  await call('projects/list');
  await call('projects/remove', { id: field(project, 'id') });
  await makeConversationCalls({ call, startJob: host.startJob, ask: host.call, keep }, chats);
  await call('runs/in-target', { target: 'embedded:never-made' });
  await call('runs/take-over', { id: 'not-there', target: 'embedded:never-made' });
  await call('runs/list');
  await call('jobs/list');
  await call('connections/remove', { id: field(added, 'id') });
  await call('connections/list');
  await call('audit/list', { limit: 5 });
  return answers;
}
