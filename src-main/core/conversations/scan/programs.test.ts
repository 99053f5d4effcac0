/** Every program's own database, made in code, against all adapters; and what the scan gives against what was put in. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AdapterName, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { corpusCopy, freshDatabase, hasCorpus, hasPostgres, tempFolder } from '../../../test-support/index.ts';
import { sqliteSource, type Source } from '../../sources/index.ts';
import { textsOf } from '../parts/index.ts';
import type { Scan, ScanRecord } from '../ports.ts';
import { isThreadless, sampleAdapters, sampleChats, sampleMetrics, sampleStatements, writeSampleSqlite, type SampleConversation, type SampleMessage } from '../samples/index.ts';
import { detectIn, openRows, openScan } from './index.ts';

const options = { conversations: 40, seed: 3 } as const;
const chats = [...sampleChats(options)];
const iso = (at: number): string => new Date(at).toISOString();

/** What a program's schema has room for. */
interface Keeps {
  readonly key?: (conversation: SampleConversation) => string;
  readonly title?: false;
  readonly owner?: (conversation: SampleConversation) => string | null;
  /** Times of a question and its answer, where they are not their own. */
  readonly times?: 'question' | 'answer';
  readonly tool?: true;
  readonly reasoning?: true;
  readonly image?: true;
  readonly file?: true;
  readonly error?: true;
  readonly model?: true;
  readonly inputTokens?: true;
  readonly outputTokens?: true;
  readonly latency?: true;
  readonly deleted?: true;
  readonly tasks?: true;
  readonly events?: true;
  readonly metrics?: true;
}
const numbered = ({ id }: SampleConversation): string => String(Number.parseInt(id.slice(0, 8), 16));
const all = { tool: true, reasoning: true, image: true, file: true, error: true, model: true, inputTokens: true, outputTokens: true } as const;
const ownerless = { owner: () => null } as const;
const keeps: Readonly<Record<AdapterName, Keeps>> = {
  'four-table': { ...all, latency: true, deleted: true, tasks: true, events: true, metrics: true },
  'flat-history': { key: ({ id, owner }) => JSON.stringify([id, owner]), title: false, model: true, outputTokens: true, metrics: true },
  resync: { title: false, times: 'question' },
  'open-webui': all,
  'open-webui-legacy': { model: true },
  llm: { ...ownerless, times: 'answer', tool: true, reasoning: true, model: true, inputTokens: true, outputTokens: true, latency: true },
  'llm-2026': { ...ownerless, times: 'answer', tool: true, reasoning: true, model: true, inputTokens: true, outputTokens: true, latency: true },
  opencode: { ...all, ...ownerless, latency: true, tasks: true },
  goose: { ...ownerless, tool: true, reasoning: true, image: true, outputTokens: true },
  crush: { ...ownerless, tool: true, reasoning: true, image: true, error: true, model: true },
  anythingllm: { key: (chat) => (isThreadless(chat.createdAt) ? `workspace:${numbered(chat)}` : numbered(chat)), owner: (chat) => (isThreadless(chat.createdAt) ? null : chat.owner.length % 2 === 0 ? 'ana' : 'joão'), times: 'question', image: true, error: true, model: true, inputTokens: true, outputTokens: true },
  lobechat: { tool: true, reasoning: true, file: true, error: true, model: true, inputTokens: true, outputTokens: true, latency: true },
  generic: { key: numbered },
};

interface Read {
  readonly conversations: ReadonlyMap<string, Conversation>;
  readonly messages: ReadonlyMap<string, readonly Message[]>;
  readonly others: readonly ScanRecord[];
}

async function readAll(scan: Scan): Promise<Read> {
  const conversations = new Map<string, Conversation>();
  const messages = new Map<string, Message[]>();
  const others: ScanRecord[] = [];
  for await (const records of scan.records(new AbortController().signal)) {
    for (const record of records) {
      if (record.kind === 'conversation') {
        expect(conversations.has(record.row.key), `${record.row.key} twice`).toBe(false);
        conversations.set(record.row.key, record.row);
      } else if (record.kind === 'message') {
        expect(conversations.has(record.row.conversation), 'a conversation comes before its messages').toBe(true);
        messages.set(record.row.conversation, [...(messages.get(record.row.conversation) ?? []), record.row]);
      } else others.push(record);
    }
  }
  return { conversations, messages, others };
}

const inOrder = (messages: readonly Message[]): Message[] => messages.toSorted((a, b) => (a.at ?? '').localeCompare(b.at ?? '') || (a.key < b.key ? -1 : 1));

function check(adapter: AdapterName, read: Read): void {
  const keep = keeps[adapter];
  for (const chat of chats) {
    const key = keep.key?.(chat) ?? chat.id;
    const conversation = read.conversations.get(key);
    expect(conversation, `${adapter}: ${key}`).toBeDefined();
    expect(conversation?.title).toBe(keep.title === false ? null : chat.title);
    expect(conversation?.owner).toBe(keep.owner === undefined ? chat.owner : keep.owner(chat));
    expect(conversation?.deletedAt).toBe(keep.deleted === true && chat.deletedAt !== null ? iso(chat.deletedAt) : null);
    const messages = inOrder(read.messages.get(key) ?? []);
    if (conversation?.messages !== null) expect(conversation?.messages).toBe(messages.length);
    // What programs add of their own: a system prompt, a tool's result as a message.
    const said = messages.filter(({ role }) => role === 'user' || role === 'assistant');
    expect(said.map(({ role }) => role)).toEqual(chat.messages.map(({ role }) => role));
    for (const [index, message] of chat.messages.entries()) checkMessage(keep, chat.messages, index, message, said[index]);
    const words = messages.flatMap(({ parts }) => parts.flatMap(textsOf)).join('\n');
    for (const { tool, reasoning, error, file } of chat.messages) {
      if (keep.tool === true && tool !== null) for (const word of [tool.name, tool.result, ...Object.values(tool.arguments).map(String)]) expect(words).toContain(word);
      if (keep.reasoning === true && reasoning !== null) expect(words).toContain(reasoning);
      if (keep.error === true && error !== null) expect(words).toContain(error);
      if (keep.file === true && file !== null) expect(words).toContain(file.name);
    }
  }
  const count = (kind: ScanRecord['kind']): number => read.others.filter((record) => record.kind === kind).length;
  expect(count('task')).toBe(keep.tasks === true ? chats.reduce((sum, { tasks }) => sum + tasks.length, 0) : 0);
  expect(count('event')).toBe(keep.events === true ? chats.reduce((sum, { events }) => sum + events.length, 0) : 0);
  const metrics = read.others.flatMap((record) => (record.kind === 'metric' ? [record.row] : []));
  if (keep.metrics === true) expect(metrics).toEqual([...sampleMetrics(options.conversations * 10, options.seed)].map(({ operation, durationMs, success, at }) => ({ operation, durationMs, success, at: iso(at) })));
}

function checkMessage(keep: Keeps, chat: readonly SampleMessage[], index: number, message: SampleMessage, read: Message | undefined): void {
  expect(read?.parts.filter((part) => part.type === 'text').map(({ text }) => text)).toEqual([message.text]);
  const turn = keep.times === 'question' ? chat[index - (index % 2)] : keep.times === 'answer' ? chat[index - (index % 2) + 1] : message;
  expect(read?.at).toBe(iso(turn?.at ?? 0));
  if (message.role === 'assistant') {
    if (keep.model === true) expect(read?.model).toBe(message.model);
    if (keep.inputTokens === true) expect(read?.inputTokens).toBe(message.inputTokens);
    if (keep.outputTokens === true) expect(read?.outputTokens).toBe(message.outputTokens);
    if (keep.latency === true) expect(read?.latencyMs).toBe(message.latencyMs);
    if (keep.error === true) expect(read?.isError).toBe(message.error !== null);
  }
  if (keep.image === true && message.image !== null) expect(read?.parts.find((part) => part.type === 'image')).toMatchObject({ data: message.image });
  if (keep.deleted === true) expect(read?.deletedAt).toBe(message.deletedAt === null ? null : iso(message.deletedAt));
}

/** What single keys give is what the scan gave. */
async function checkKeys(scan: Scan, read: Read): Promise<void> {
  const messages = [...read.messages.values()].flat().filter((_, index) => index % 9 === 0);
  const conversations = [...read.conversations.values()].filter((_, index) => index % 5 === 0);
  const found = await scan.fetch([...messages.map(({ key }) => key), 'no such key'], [...conversations.map(({ key }) => key), 'no such key']);
  const byKey = <T extends { readonly key: string }>(rows: readonly T[]): T[] => rows.toSorted((a, b) => (a.key < b.key ? -1 : 1));
  expect(byKey(found.messages)).toEqual(byKey(messages));
  expect(byKey(found.conversations)).toEqual(byKey(conversations));
  const [message] = messages;
  expect((await scan.raw('message', message?.key ?? '')).length).toBeGreaterThan(0);
  expect(await scan.raw('message', 'no such key')).toEqual([]);
}

async function mappingFor(source: Source, adapter: AdapterName): Promise<Mapping> {
  const rows = openRows(source);
  try {
    const { detections } = await detectIn(rows);
    // Taken for itself first, and for no other known program.
    expect(detections.map(({ mapping }) => mapping.adapter).filter((name) => name !== 'generic' || adapter === 'generic')).toEqual([adapter]);
    expect(detections[0]?.mapping.adapter).toBe(adapter);
    expect(detections[0]?.missing).toEqual([]);
    return detections[0]?.mapping ?? { adapter };
  } finally {
    await rows.close();
  }
}

async function checkSource(source: Source, adapter: AdapterName): Promise<void> {
  const scan = await openScan(source, await mappingFor(source, adapter));
  try {
    const read = await readAll(scan);
    check(adapter, read);
    await checkKeys(scan, read);
  } finally {
    await scan.close();
  }
}

describe('each program on its own schema', () => {
  test.each(sampleAdapters('sqlite'))('%s, SQLite', async (adapter) => {
    using folder = tempFolder('scan');
    const path = join(folder.path, 'chats.db');
    writeSampleSqlite(path, adapter, options);
    await checkSource(sqliteSource(path), adapter);
  });

  test.skipIf(!hasPostgres()).each(sampleAdapters('postgres'))('%s, PostgreSQL', async (adapter) => {
    await using database = await freshDatabase();
    await using session = await database.connect();
    for (const sql of sampleStatements(adapter, options)) await session.exec(sql);
    await checkSource({ kind: 'postgres', reference: 'test', database: database.name, config: database.config }, adapter);
  });

  // The schemas of programs that keep PGlite in a browser or beside a server; its SQL is PostgreSQL's, tried with all of them above.
  test.each(['four-table', 'flat-history', 'lobechat'] as const)('%s, PGlite', async (adapter) => {
    using folder = tempFolder('scan');
    const path = join(folder.path, 'data');
    const { PGlite } = await import('@electric-sql/pglite');
    const database = await PGlite.create(path);
    for (const sql of sampleStatements(adapter, options)) await database.exec(sql);
    await database.close();
    await checkSource({ kind: 'pglite', reference: `pglite:${path}`, database: 'data', path }, adapter);
  });
});

describe.skipIf(!hasCorpus())('published schemas', () => {
  test.each([['llm_logs_schema.db', 'llm-2026'], ['crush_schema.db', 'crush'], ['anythingllm_schema.db', 'anythingllm']] as const)('%s', async (file, adapter) => {
    using folder = tempFolder('scan');
    const source = sqliteSource(corpusCopy(`sqlite/apps/${file}`, folder.path));
    const scan = await openScan(source, await mappingFor(source, adapter));
    expect(await readAll(scan)).toMatchObject({ others: [] });
    await scan.close();
  });
});
