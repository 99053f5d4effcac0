import { callNames } from '../../shared/contract/contract.ts';
import type { CallInput, CallName, CallOutput } from '../../shared/contract/contract.ts';
import { TravessiaError } from '../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import { mappingSchema } from '../../shared/model/conversation-mapping.ts';
import type { Library } from '../../shared/model/conversation-mapping.ts';
import type { Query } from '../../shared/model/conversation-query.ts';
import type { KeptChange, Replica } from '../../shared/model/conversation-work.ts';
import type { Message, SearchHit, Segments, Statistics } from '../../shared/model/conversation.ts';
import type { Job } from '../../shared/model/job.ts';
import { parseQuery } from '../../shared/pure/conversation-query/index.ts';
import { conversationAt, conversationCount, conversationKey, conversationOf, happenedIn, lengthOf, messageAt, messageOf, sampleLibraries, sampleMapping } from './conversations-sample.ts';

type Handlers = { readonly [N in CallName]?: (input: CallInput<N>) => CallOutput<N> };

interface Host {
  emit(event: TravessiaEvent): void;
  readonly empty: boolean;
}

/** Conversations in memory: what the core answers, on the sample. Masks are part of the sample; a reveal names made-up data. */
export function conversationHandlers({ emit, empty }: Host): Handlers {
  let libraries: Library[] = empty ? [] : [...sampleLibraries];
  let replicas: Replica[] = empty ? [] : [{ id: 'replica-1', name: 'Support, gold customers', library: 'lib-support', readAs: 'lib-offline', conversations: 184, messages: 21_430, bytes: 48_300_032, createdAt: '2025-06-01T08:00:00Z', refreshedAt: '2025-06-02T05:00:00Z', state: 'unreachable', error: 'db.example does not answer.' }];
  const kept: KeptChange[] = empty ? [] : [{ id: 'kept-1', at: '2025-06-01T14:00:00Z', who: 'ana', kind: 'rename', title: 'Refund', counts: [{ table: 'public.conversations', rows: 1 }], undone: false }];
  const revealed = new Set<string>();
  let jobs = 100;
  const job = (kind: Job['kind'], title: string, resultId: string | null = null): { jobId: string } => {
    jobs += 1;
    const started: Job = { id: `job-${jobs}`, kind, title, state: 'running', projectId: null, runId: null, phase: 'read', progress: 0.4, rows: 4000, rowsTotal: 10_000, bytes: 0, startedAt: new Date().toISOString(), endedAt: null, rowsPerSecond: null, remaining: 1, error: null, resultId };
    queueMicrotask(() => emit({ type: 'job', job: started }));
    setTimeout(() => emit({ type: 'job', job: { ...started, state: 'done', progress: 1, rows: 10_000, endedAt: new Date().toISOString() } }), 600);
    return { jobId: started.id };
  };
  const shownAs = (message: Message): Message => (revealed.has(message.key) ? { ...message, masked: false, revealed: true, parts: message.parts.map((part) => ('text' in part ? { ...part, text: part.text.replaceAll('⟨email⟩', 'ana@example.com').replaceAll('⟨phone⟩', '+55 21 99999-0000').replaceAll('⟨cpf⟩', '529.982.247-25') } : part)) } : message);
  const ask = (line: string) => parseQuery(line, { now: Date.now() });
  const hitsOf = (query: Query): Message[] => {
    const found: Message[] = [];
    for (let index = 0; index < conversationCount && found.length < 1200; index += 1) {
      if (query.in !== null && query.in !== conversationKey(index)) continue;
      for (let place = 0; place < Math.min(60, lengthOf(index)) && found.length < 1200; place += 1) {
        const message = messageAt(index, place);
        if (isHit(query, message)) found.push(message);
      }
    }
    return found.toSorted((a, b) => (b.at ?? '').localeCompare(a.at ?? ''));
  };
  const listOf = (query: Query) => Array.from({ length: conversationCount }, (_, index) => conversationAt(index)).filter((row) => (query.users.length === 0 || query.users.some((user) => row.owner === user)) && (query.after === null || (row.updatedAt ?? '') >= query.after) && (query.before === null || (row.updatedAt ?? '') < query.before));
  const page = <T>(rows: readonly T[], after: string | undefined, limit: number) => ({ rows: rows.slice(Number(after ?? 0), Number(after ?? 0) + limit), next: Number(after ?? 0) + limit < rows.length ? String(Number(after ?? 0) + limit) : null });

  return {
    'profile/get': () => ({ profile: 'dba', hasPassphrase: false, calls: [...callNames], masking: true, who: 'ana' }),
    'libraries/list': () => libraries,
    'libraries/detect': () => ({
      detections: [
        { mapping: sampleMapping, confidence: 0.96, program: 'Travessia', found: ['conversations', 'messages', 'tasks', 'events'], missing: [] },
        { mapping: { ...sampleMapping, adapter: 'generic', tasks: undefined, events: undefined }, confidence: 0.4, program: null, found: ['messages'], missing: ['title'] },
      ],
      shape: { tables: ['conversations', 'messages', 'tasks', 'events'].map((name) => ({ schema: 'public', name, rows: 4000, columns: ['id', 'conversation_id', 'user_id', 'title', 'role', 'content', 'parts', 'status', 'description', 'event_type', 'metadata', 'created_at', 'updated_at'].map((column) => ({ name: column, type: 'text' })) })) },
    }),
    'libraries/preview': ({ mapping }) => ({
      conversations: mapping.messages ? [0, 1, 2, 3].map(conversationAt) : [], messages: mapping.messages ? [0, 1, 2, 3].map((place) => messageAt(1, place)) : [],
      problems: mapping.messages?.created === undefined ? [{ place: 'messages.created', code: 'mapping.no-time', params: {} }] : [],
    }),
    'libraries/add': ({ source, name, mapping }) => {
      const made: Library = { id: `lib-${libraries.length + 1}`, name, source, kind: 'sqlite', mapping: mappingSchema.parse(mapping), way: 'cached', search: 'missing', refreshedAt: null, createdAt: new Date().toISOString() };
      libraries = [...libraries, made];
      emit({ type: 'changed', noun: 'libraries' });
      return made;
    },
    'libraries/edit': ({ id, name, mapping }) => {
      libraries = libraries.map((each) => (each.id === id ? { ...each, ...(name === undefined ? {} : { name }), ...(mapping === undefined ? {} : { mapping: mappingSchema.parse(mapping) }) } : each));
      emit({ type: 'changed', noun: 'libraries' });
      return libraries.find((each) => each.id === id) ?? fail(`Library ${id} does not exist.`);
    },
    'libraries/remove': ({ id }) => {
      libraries = libraries.filter((each) => each.id !== id);
      emit({ type: 'changed', noun: 'libraries' });
      return { done: true };
    },
    'libraries/refresh': ({ id }) => {
      setTimeout(() => {
        libraries = libraries.map((each) => (each.id === id ? { ...each, search: 'ready', refreshedAt: new Date().toISOString() } : each));
        emit({ type: 'changed', noun: 'libraries' });
      }, 600);
      return job('cache', libraries.find((each) => each.id === id)?.name ?? id, id);
    },
    'libraries/index-plan': () => ({ statements: [{ sql: 'CREATE INDEX CONCURRENTLY "messages_search" ON "public"."messages" USING gin ("travessia_search") WITH (fastupdate = off)', why: 'words are found without reading every row' }], hash: '5d1f0c', blockers: [] }),
    'libraries/index': () => job('index', 'Support'),
    'libraries/index-drop-plan': () => ({ statements: [{ sql: 'DROP INDEX CONCURRENTLY IF EXISTS "public"."messages_search"', why: 'made for the search; rows stay' }], hash: '5d1f0d', blockers: [] }),
    'libraries/index-drop': () => job('index', 'Support'),
    'conversations/list': ({ query = '', after, limit = 50 }) => {
      const { query: asked, diagnostics } = ask(query);
      return { ...page(diagnostics.length > 0 ? [] : listOf(asked), after, limit), diagnostics: [...diagnostics] };
    },
    'conversations/names': ({ text, limit = 10 }) => ({ rows: Array.from({ length: conversationCount }, (_, index) => conversationAt(index)).filter((row) => `${row.title} ${row.owner}`.toLowerCase().includes(text.toLowerCase())).slice(0, limit) }),
    'conversations/get': ({ key }) => {
      const row = conversationOf(key) ?? fail(`Conversation ${key} does not exist.`);
      return revealed.has(key) ? { ...row, masked: false, revealed: true, owner: row.owner?.replace('⟨email⟩', 'ana@example.com') ?? null } : row;
    },
    'conversations/messages': ({ conversation, from = 'start', limit = 50 }) => {
      const index = Number(conversation.slice(5, 9));
      const length = lengthOf(index);
      const first =
        from === 'start' ? 0
        : from === 'end' ? Math.max(0, length - limit)
        : 'around' in from ? Math.max(0, Number(from.around.split('/')[1]) - limit / 2)
        : 'at' in from ? Math.max(0, Math.min(length - limit, firstAt(index, length, from.at) - 5))
        : 'after' in from ? Number(from.after)
        : Math.max(0, Number(from.before) - limit);
      const last = typeof from === 'object' && 'before' in from ? Number(from.before) : Math.min(length, Math.floor(first) + limit);
      const start = Math.floor(first);
      return { rows: Array.from({ length: Math.max(0, last - start) }, (_, place) => shownAs(messageAt(index, start + place))), before: start > 0 ? String(start) : null, after: last < length ? String(last) : null };
    },
    'conversations/message': ({ key }) => shownAs({ ...(messageOf(key) ?? fail(`Message ${key} does not exist.`)), truncated: false }),
    'conversations/timeline': ({ conversation }) => ({ ...happenedIn(conversation), cut: false }),
    'conversations/raw': ({ key, kind }) => ({ rows: [{ table: kind === 'message' ? 'public.messages' : 'public.conversations', columns: ['id', 'conversation_id', 'role', 'content', 'created_at', 'deleted_at'], cells: [key, key.split('/')[0] ?? '', 'user', 'My e-mail is ⟨email⟩', '2025-03-01 08:00:00+00', null].map((text) => ({ class: text === null ? ('null' as const) : ('text' as const), text })), masked: true }] }),
    'conversations/search': ({ query = '', after, limit = 50 }) => {
      const { query: asked, diagnostics } = ask(query);
      const rows = diagnostics.length > 0 ? [] : hitsOf(asked).map((message) => hitOf(asked, message));
      return { ...page(rows, after, limit), order: rows.length > 1000 ? 'newest' : 'best', diagnostics: [...diagnostics] };
    },
    'conversations/count': ({ query = '' }) => {
      const count = hitsOf(ask(query).query).length;
      return { count: Math.min(1000, count), capped: count > 1000 };
    },
    'conversations/step': ({ query = '', key, direction }) => {
      const hits = hitsOf(ask(query).query);
      const at = messageOf(key)?.at ?? '';
      const found = direction === 'next' ? hits.find((each) => (each.at ?? '') < at) : hits.findLast((each) => (each.at ?? '') > at);
      return { message: found?.key ?? null, conversation: found?.conversation ?? null, next: null };
    },
    'conversations/stats': ({ query = '' }) => ({ ...statistics(), diagnostics: [...ask(query).diagnostics] }),
    'conversations/reveal': ({ key, kind }) => {
      revealed.add(key);
      if (kind === 'message') return { message: shownAs(messageOf(key) ?? fail(`Message ${key} does not exist.`)) };
      return { conversation: { ...(conversationOf(key) ?? fail(`Conversation ${key} does not exist.`)), masked: false, revealed: true } };
    },
    'conversations/export': ({ format }) => job('export', `conversations.${format}`),
    'conversations/exported': () => ({ fileName: 'conversations.html', data: btoa('<!doctype html><title>Conversations</title>'), next: null, bytes: 42 }),
    'conversations/change-plan': ({ change }) => ({
      id: 'change-1', hash: '77aa10', masked: false, blockers: [], counts: change.kind === 'rename' ? [{ table: 'public.conversations', rows: 1 }] : [{ table: 'public.messages', rows: 41 }, { table: 'public.conversations', rows: 1 }],
      statements: [{ sql: 'INSERT INTO "travessia"."kept_rows" SELECT \'change-1\', to_jsonb(c) FROM "public"."conversations" AS c WHERE c."id" = \'conv-0001\'', why: 'the rows as they are now are kept' }, { sql: 'DELETE FROM "public"."conversations" WHERE "id" = \'conv-0001\'', why: 'the conversation and, by its foreign keys, its messages go' }],
    }),
    'conversations/change': () => job('change', 'Refund'),
    'conversations/kept': () => kept,
    'replicas/list': () => replicas,
    'replicas/create': ({ name, library }) => {
      replicas = [...replicas, { id: `replica-${replicas.length + 1}`, name, library, readAs: 'lib-offline', conversations: 3, messages: 90, bytes: 800_000, createdAt: new Date().toISOString(), refreshedAt: new Date().toISOString(), state: 'ready', error: null }];
      emit({ type: 'changed', noun: 'replicas' });
      return { ...job('replica', name), id: `replica-${replicas.length}` };
    },
    'replicas/refresh': ({ id }) => job('replica', id, id),
    'replicas/rekey': ({ id }) => job('replica', id, id),
    'replicas/revoke': ({ id }) => {
      replicas = replicas.filter((each) => each.id !== id);
      emit({ type: 'changed', noun: 'replicas' });
      return { done: true };
    },
  };
}

function firstAt(index: number, length: number, iso: string): number {
  let [low, high] = [0, length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messageAt(index, middle).at ?? '') < iso) low = middle + 1;
    else high = middle;
  }
  return low;
}

const fold = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();
const textIn = (message: Message): string => message.parts.map((part) => ('text' in part ? part.text : '')).join(' ');

function isHit(query: Query, message: Message): boolean {
  const text = fold(textIn(message));
  const has = { error: message.isError, tool: message.parts.some((part) => part.type.startsWith('tool')), image: message.parts.some((part) => part.type === 'image'), file: message.parts.some((part) => part.type === 'file'), json: message.parts.some((part) => part.type === 'json'), deleted: message.deletedAt !== null };
  return (
    query.terms.every((term) => text.includes(fold(term.text)) !== term.not) && (query.roles.length === 0 || query.roles.includes(message.role)) && !query.notRoles.includes(message.role) &&
    (query.models.length === 0 || query.models.includes(message.model ?? '')) && query.has.every((each) => has[each]) && query.notHas.every((each) => !has[each])
  );
}

function hitOf(query: Query, message: Message): SearchHit {
  const conversation = conversationOf(message.conversation);
  return { message: message.key, conversation: message.conversation, title: conversation?.title ?? null, owner: conversation?.owner ?? null, role: message.role, model: message.model, at: message.at, isError: message.isError, deletedAt: message.deletedAt, snippet: snippetOf(query, textIn(message)) };
}

function snippetOf(query: Query, text: string): Segments {
  const term = query.terms.find((each) => !each.not)?.text;
  const at = term === undefined ? -1 : fold(text).indexOf(fold(term));
  if (term === undefined || at < 0) return [{ text: text.slice(0, 140), hit: false }];
  return [{ text: `${at > 40 ? '…' : ''}${text.slice(Math.max(0, at - 40), at)}`, hit: false }, { text: text.slice(at, at + term.length), hit: true }, { text: text.slice(at + term.length, at + 120), hit: false }];
}

function statistics(): Statistics {
  const days = Array.from({ length: 90 }, (_, index) => ({ day: new Date(Date.UTC(2025, 2, 1 + index)).toISOString().slice(0, 10), conversations: 30 + ((index * 7) % 20), messages: 400 + ((index * 53) % 300) + (index % 7 < 2 ? -200 : 0), errors: (index * 13) % 9 }));
  return {
    conversations: 3400, messages: 42_180, estimated: false, atLeast: { conversations: false, parts: false }, operationsOf: 'all' as const, inputTokens: 12_400_000, outputTokens: 3_180_000, days,
    roles: [{ role: 'assistant', messages: 20_900 }, { role: 'user', messages: 19_800 }, { role: 'tool', messages: 1300 }, { role: 'system', messages: 180 }],
    models: [{ model: 'gpt-5-mini', messages: 12_000, inputTokens: 8_000_000, outputTokens: 2_000_000 }, { model: 'claude-sonnet-4', messages: 6400, inputTokens: 3_900_000, outputTokens: 1_000_000 }, { model: 'llama-4-maverick', messages: 2500, inputTokens: null, outputTokens: null }],
    users: ['ana.souza', 'bruno.lima', '⟨email⟩', 'chen.wei'].map((user, index) => ({ user, conversations: 900 - index * 150, messages: 9000 - index * 1800 })),
    operations: [{ operation: 'answer', count: 20_900, averageMs: 1840, p50Ms: 1510, p95Ms: 4920, errors: 212 }, { operation: 'find_order', count: 1300, averageMs: 230, p50Ms: 180, p95Ms: 700, errors: 3 }],
  };
}

function fail(message: string): never {
  throw new TravessiaError('NOT_FOUND', { message });
}
