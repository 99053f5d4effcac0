import type { Reply } from '../../shared/contract/errors.ts';
import { callNames } from '../../shared/contract/contract.ts';

export interface Making {
  call(name: string, input?: unknown): Promise<Reply<unknown>>;
  startJob(name: string, input: unknown): Promise<Reply<unknown>>;
  /** Makes a call without keeping its answer: what it says of the host itself may differ. */
  ask(name: string, input: unknown): Promise<Reply<unknown>>;
  keep(name: string, reply: Reply<unknown>): void;
}

function at(value: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>((inner, name) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, name) : undefined), value);
}

const valueOf = (reply: Reply<unknown>): unknown => (reply.ok ? reply.value : undefined);

/** An exported file says when and by whom: what remains is its records. */
function recordsOf(reply: Reply<unknown>): Reply<unknown> {
  const data = at(valueOf(reply), 'data');
  if (typeof data !== 'string') return reply;
  const document: unknown = JSON.parse(Buffer.from(data, 'base64').toString('utf8'));
  return { ok: true, value: at(document, 'records') };
}

/** A sample library opened, searched, read, exported and forgotten; what is not allowed or not understood is refused alike. */
export async function makeConversationCalls({ call, startJob, ask, keep }: Making, source: string): Promise<void> {
  for (const name of callNames.filter((each) => each.startsWith('conversations/') || each.startsWith('libraries/'))) await call(name, { library: '', id: '' });
  const detected = await call('libraries/detect', { source });
  await call('libraries/detect', { source: `${source}.missing` });
  const mapping = at(valueOf(detected), 'detections', 0, 'mapping');
  await call('libraries/preview', { source, mapping });
  const library = String(at(valueOf(await call('libraries/add', { source, name: 'Sample ção', mapping })), 'id'));
  await call('conversations/list', { library });
  keep('libraries/refresh', await startJob('libraries/refresh', { id: library }));
  await call('libraries/list');
  await call('libraries/edit', { id: library, name: 'Sample' });
  await call('libraries/index-plan', { id: library });

  const list = await call('conversations/list', { library, limit: 2 });
  await call('conversations/list', { library, limit: 2, after: at(valueOf(list), 'next') });
  await call('conversations/list', { library, query: 'after:2000 role:user' });
  const conversation = String(at(valueOf(list), 'rows', 0, 'key'));
  await call('conversations/get', { library, key: conversation });
  await call('conversations/get', { library, key: 'not-there' });
  await call('conversations/names', { library, text: 'Dev' });
  const thread = await call('conversations/messages', { library, conversation, limit: 3 });
  await call('conversations/messages', { library, conversation, from: { after: at(valueOf(thread), 'after') ?? 'x' }, limit: 3 });
  await call('conversations/messages', { library, conversation, from: 'end', limit: 2 });
  const key = String(at(valueOf(thread), 'rows', 0, 'key'));
  await call('conversations/messages', { library, conversation, from: { around: key }, limit: 2 });
  await call('conversations/message', { library, key });
  await call('conversations/timeline', { library, conversation });
  await call('conversations/raw', { library, key, kind: 'message' });
  for (const query of ['ação', 'acao', '"não existe assim"', 'roel:user', 'a OR b', `"'; DROP TABLE messages; --`, '\u0000\u202e😀', 'x'.repeat(10_000)]) {
    await call('conversations/search', { library, query, limit: 3, zone: 'America/Sao_Paulo' });
    await call('conversations/count', { library, query });
  }
  const found = await call('conversations/search', { library, query: 'role:user', limit: 1 });
  await call('conversations/step', { library, query: 'role:user', key: at(valueOf(found), 'rows', 0, 'message') ?? key, direction: 'next' });
  await call('conversations/stats', { library, query: '' });
  await call('conversations/reveal', { library, key, kind: 'message', reason: 'a test of all hosts' });
  await call('conversations/reveal', { library, key, kind: 'message', reason: 'x' });
  const exporting = await startJob('conversations/export', { library, query: 'role:user', format: 'json' });
  keep('conversations/exported', recordsOf(await ask('conversations/exported', { jobId: at(valueOf(exporting), 'jobId') })));
  await call('conversations/exported', { jobId: '../../etc' });
  await call('conversations/change-plan', { library, change: { kind: 'rename', conversation, title: 'x' } });
  await call('replicas/list');
  await call('profile/get');
  await call('libraries/remove', { id: library });
  await call('libraries/list');
}
