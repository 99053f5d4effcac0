/** What no program's sample shows: orphans, odd rows, writers at work, mixed generations. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { mappingSchema, type Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { tempFolder } from '../../../test-support/index.ts';
import { sqliteSource } from '../../sources/index.ts';
import type { Scan, ScanRecord } from '../ports.ts';
import { sampleChats, writeSampleSqlite } from '../samples/index.ts';
import { detectIn, noConversation, openRows, openScan } from './index.ts';

const never = (): AbortSignal => new AbortController().signal;

async function read(scan: Scan, onBatch: () => void = () => undefined): Promise<{ conversations: Conversation[]; messages: Message[] }> {
  const records: ScanRecord[] = [];
  for await (const batch of scan.records(never())) {
    records.push(...batch);
    onBatch();
  }
  return { conversations: records.flatMap((record) => (record.kind === 'conversation' ? [record.row] : [])), messages: records.flatMap((record) => (record.kind === 'message' ? [record.row] : [])) };
}

async function detected(path: string): Promise<Mapping> {
  const rows = openRows(sqliteSource(path));
  const { detections } = await detectIn(rows);
  await rows.close();
  const mapping = detections[0]?.mapping;
  if (mapping === undefined) throw new Error('nothing was recognised');
  return mapping;
}

function built(path: string, sql: string): string {
  const db = new Database(path);
  db.exec(sql);
  db.close();
  return path;
}

const chat = { adapter: 'generic', conversations: { table: { name: 'chats' }, id: { column: 'id' }, title: { column: 'title' } }, messages: { table: { name: 'messages' }, id: { column: 'id' }, conversation: { column: 'chat_id' }, role: { column: 'role' }, content: { column: 'content' }, created: { column: 'at' }, deleted: { column: 'deleted' } } };
const tables = 'CREATE TABLE chats (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE messages (id INTEGER PRIMARY KEY, chat_id INTEGER, role TEXT, content TEXT, at INTEGER, deleted);';

test('messages whose conversation is gone, or that name none, are shown in one without a title', async () => {
  using folder = tempFolder('scan');
  const path = built(join(folder.path, 'a.db'), `${tables} INSERT INTO chats VALUES (1, 'One'), (2, 'Empty'); INSERT INTO messages VALUES (1, 1, 'user', 'a', 10, NULL), (2, 99, 'user', 'b', 20, NULL), (3, 99, 'user', 'c', 30, NULL), (4, NULL, 'user', 'd', 40, NULL);`);
  const scan = await openScan(sqliteSource(path), mappingSchema.parse(chat));
  const { conversations, messages } = await read(scan);
  expect(conversations.map(({ key, title, messages: count }) => [key, title, count])).toEqual([['1', 'One', 1], ['2', 'Empty', 0], [noConversation, null, 1], ['99', null, 2]]);
  expect(conversations[3]).toMatchObject({ createdAt: '1970-01-01T00:00:20.000Z', updatedAt: '1970-01-01T00:00:30.000Z' });
  expect(messages.map(({ conversation }) => conversation)).toEqual(['1', '99', '99', noConversation]);
  expect((await scan.fetch([], ['99', noConversation, '2', '77'])).conversations.map(({ key }) => key).toSorted()).toEqual(['2', '99', noConversation]);
  await scan.close();
});

test('odd values are read as they are: bytes, numbers, empty and broken JSON, flags of deletion', async () => {
  using folder = tempFolder('scan');
  const path = built(join(folder.path, 'a.db'), `${tables} INSERT INTO chats VALUES (9007199254740993, x'c3a9'); INSERT INTO messages VALUES
    (1, 9007199254740993, NULL, x'ff00', 'soon', 1), (2, 9007199254740993, 'user', 12345678901234567890, 1734717600, '2024-12-20 18:00:00'), (3, 9007199254740993, 'assistant', '[{"type":"text"', 1734717600123, 0), (4, 9007199254740993, 'assistant', '', NULL, NULL);`);
  const scan = await openScan(sqliteSource(path), mappingSchema.parse(chat));
  const { conversations, messages } = await read(scan);
  expect(conversations[0]).toMatchObject({ key: '9007199254740993', title: 'é', messages: 4 });
  expect(messages.map(({ role, parts, at, deletedAt }) => [role, parts.map((part) => 'text' in part && part.text), at, deletedAt])).toEqual([
    ['unknown', ['\\xff00'], null, '1970-01-01T00:00:00.000Z'], ['user', ['1.2345678901234567e+19'], '2024-12-20T18:00:00.000Z', '2024-12-20T18:00:00.000Z'], ['assistant', ['[{"type":"text"'], '2024-12-20T18:00:00.123Z', null], ['assistant', [], null, null],
  ]);
  expect(await scan.raw('message', '1')).toEqual([{ table: 'messages', columns: ['id', 'chat_id', 'role', 'content', 'at', 'deleted'], masked: false, cells: [
    { class: 'integer', text: '1' }, { class: 'integer', text: '9007199254740993' }, { class: 'null', text: null }, { class: 'blob', text: 'ff00', bytes: 2 }, { class: 'text', text: 'soon', bytes: 4 }, { class: 'integer', text: '1' },
  ] }]);
  await scan.close();
});

describe('while the program writes', () => {
  test.each(['wal', 'delete'])('journal mode %s: one moment is read, and nobody waits', async (mode) => {
    using folder = tempFolder('scan');
    const path = join(folder.path, 'a.db');
    vi.stubEnv('TMPDIR', folder.path);
    writeSampleSqlite(path, 'four-table', { conversations: 400, metrics: 0 });
    const writer = new Database(path, { timeout: 0 });
    writer.pragma(`journal_mode = ${mode}`);
    const count = (): unknown => writer.prepare('SELECT count(*) FROM messages').pluck().get();
    const before = count();
    const scan = await openScan(sqliteSource(path), await detected(path));
    let batches = 0;
    const { messages } = await read(scan, () => {
      batches += 1;
      // A writer that would have to wait throws: it waits for nothing.
      writer.exec(`DELETE FROM messages WHERE rowid % 7 = ${batches % 7}; INSERT INTO messages (id, conversation_id, role, content) SELECT lower(hex(randomblob(8))), id, 'user', 'later' FROM conversations LIMIT 5`);
    });
    expect(batches).toBeGreaterThan(3);
    expect(messages).toHaveLength(Number(before));
    expect(messages.some(({ parts }) => parts.some((part) => 'text' in part && part.text === 'later'))).toBe(false);
    expect(count()).not.toBe(before);
    // What is asked for by key is what stands there now.
    const added = String(writer.prepare("SELECT id FROM messages WHERE content = 'later'").pluck().get());
    expect((await scan.fetch([added], [])).messages).toHaveLength(1);
    const again = await openScan(sqliteSource(path), await detected(path));
    expect(again.fingerprint).not.toBe(scan.fingerprint);
    await Promise.all([scan.close(), again.close()]);
    writer.close();
    expect(readdirSync(folder.path).filter((name) => name.startsWith('travessia-'))).toEqual([]);
    vi.unstubAllEnvs();
  });

  test('a scan that is cancelled ends', async () => {
    using folder = tempFolder('scan');
    const path = join(folder.path, 'a.db');
    writeSampleSqlite(path, 'four-table', { conversations: 600, metrics: 0 });
    const scan = await openScan(sqliteSource(path), await detected(path));
    const abort = new AbortController();
    await expect((async () => {
      for await (const _ of scan.records(abort.signal)) abort.abort();
    })()).rejects.toMatchObject({ code: 'CANCELLED' });
    await scan.close();
  });
});

test('Open WebUI: chats of before there was chat_message are read from their JSON, each once', async () => {
  using folder = tempFolder('scan');
  const path = join(folder.path, 'webui.db');
  const options = { conversations: 20, seed: 8 } as const;
  writeSampleSqlite(path, 'open-webui', options);
  const old = [...sampleChats(options)].slice(0, 7);
  const db = new Database(path);
  for (const { id } of old) db.prepare('DELETE FROM chat_message WHERE chat_id = ?').run(id);
  db.close();
  const scan = await openScan(sqliteSource(path), await detected(path));
  const { conversations, messages } = await read(scan);
  expect(new Set(conversations.map(({ key }) => key)).size).toBe(20);
  for (const { id, messages: expected } of sampleChats(options)) {
    const found = messages.filter(({ conversation }) => conversation === id);
    expect(found.map(({ role }) => role).toSorted()).toEqual(expected.map(({ role }) => role).toSorted());
    expect(conversations.find(({ key }) => key === id)?.messages).toBe(expected.length);
    // A branch that was asked for again still knows whom it answers.
    const keys = new Set(found.map(({ key }) => key));
    for (const { parent } of found) if (parent !== null) expect(keys.has(parent)).toBe(true);
  }
  const [first] = messages.filter(({ conversation }) => conversation === old[0]?.id);
  expect((await scan.fetch([first?.key ?? ''], [old[0]?.id ?? ''])).messages).toEqual([first]);
  expect((await scan.raw('message', first?.key ?? ''))[0]).toMatchObject({ table: 'chat.chat', columns: expect.arrayContaining(['role', 'content', 'timestamp']) });
  await scan.close();
});

test('llm: forks share rows, what was asked for again and what nobody reaches is shown too, beside the older tables', async () => {
  using folder = tempFolder('scan');
  const path = join(folder.path, 'logs.db');
  writeSampleSqlite(path, 'llm-2026', { conversations: 3, messages: 6, seed: 2 });
  built(path, `
    INSERT INTO messages VALUES ('b2:lost', NULL, 'user', NULL); INSERT INTO parts (message_hash, position, type, text) VALUES ('b2:lost', 0, 'text', 'lost words');
    INSERT INTO messages SELECT 'b2:again', parent_hash, 'assistant', NULL FROM messages WHERE hash = (SELECT tip_message_hash FROM threads WHERE forked_from IS NULL LIMIT 1);
    INSERT INTO parts (message_hash, position, type, text) VALUES ('b2:again', 0, 'text', 'said again');
    INSERT INTO turns (id, thread_id, tip_message_hash, model, datetime_utc) SELECT 'again', id, 'b2:again', 'm', '2024-12-20T18:00:00' FROM threads WHERE forked_from IS NULL LIMIT 1;
    INSERT INTO fragments VALUES (1, 'f', 'a whole novel', NULL, NULL); INSERT INTO messages VALUES ('b2:novel', 'b2:lost', 'user', NULL);
    INSERT INTO parts (id, message_hash, position, type, payload) VALUES (9999, 'b2:novel', 0, 'text', '{"text_ref":[{"fragment":1},{"literal":" and a question"}]}'); INSERT INTO part_fragments VALUES (9999, 1, 0);
    INSERT INTO conversations VALUES ('older', 'Older', 'm'); INSERT INTO responses (id, conversation_id, prompt, response, datetime_utc) VALUES ('r1', 'older', 'old question', 'old answer', '2023-01-01T00:00:00');`);
  const scan = await openScan(sqliteSource(path), await detected(path));
  const { conversations, messages } = await read(scan);
  const words = (key: string): string[] => messages.filter(({ conversation }) => conversation === key).toSorted((a, b) => (a.key < b.key ? -1 : 1)).flatMap(({ parts }) => parts.flatMap((part) => ('text' in part ? [part.text] : [])));
  const root = [...sampleChats({ conversations: 3, messages: 6, seed: 2 })];
  for (const [index, each] of root.entries()) {
    const texts = each.messages.map(({ text }) => text);
    expect(words(each.id)).toEqual(expect.arrayContaining(texts));
    if (each.messages.length > 2) expect(words(`${each.id}-fork`).slice(0, 1)).toEqual(texts.slice(0, 1));
    if (index === 0) expect(messages.some(({ parts }) => parts.some((part) => 'text' in part && part.text === 'said again'))).toBe(true);
  }
  expect(words(noConversation)).toEqual(['lost words', 'a whole novel and a question']);
  expect(words('older')).toEqual(['old question', 'old answer']);
  expect(conversations.map(({ key }) => key)).toEqual(expect.arrayContaining([noConversation, 'older']));
  await scan.close();
});

test('AnythingLLM: an embedded widget and answers that are no JSON', async () => {
  using folder = tempFolder('scan');
  const path = join(folder.path, 'any.db');
  writeSampleSqlite(path, 'anythingllm', { conversations: 2 });
  built(path, `INSERT INTO embed_chats (prompt, response, session_id, embed_id, createdAt) VALUES ('from the web', '{"text":"hello","sources":[{"title":"Manual"}]}', 's-1', 1, 1734717600000);
    INSERT INTO workspace_chats (workspaceId, prompt, response, thread_id, createdAt) VALUES (1, 'q', 'no JSON at all', 424242, '2024-12-20 18:00:00');`);
  const scan = await openScan(sqliteSource(path), await detected(path));
  const { conversations, messages } = await read(scan);
  expect(conversations.find(({ key }) => key === 'embed:s-1')).toMatchObject({ title: null, createdAt: '2024-12-20T18:00:00.000Z' });
  expect(conversations.find(({ key }) => key === '424242')).toMatchObject({ title: null });
  expect(messages.filter(({ conversation }) => conversation === 'embed:s-1').map(({ role, parts }) => [role, parts])).toEqual([
    ['user', [{ type: 'text', text: 'from the web', format: 'plain' }]], ['assistant', [{ type: 'text', text: 'hello', format: 'markdown' }, { type: 'json', text: '{"sources":[{"title":"Manual"}]}' }]],
  ]);
  expect(messages.find(({ conversation, role }) => conversation === '424242' && role === 'assistant')).toMatchObject({ at: '2024-12-20T18:00:00.000Z', parts: [{ type: 'text', text: 'no JSON at all' }] });
  expect(await scan.raw('conversation', 'embed:s-1')).toMatchObject([{ table: 'embed_chats' }]);
  await scan.close();
});

test('conversations that hold their messages as JSON, in whatever list', async () => {
  using folder = tempFolder('scan');
  const path = built(join(folder.path, 'a.db'), `CREATE TABLE sessions (id TEXT PRIMARY KEY, name TEXT, messages_json TEXT);
    INSERT INTO sessions VALUES ('s1', 'One', '[{"role":"user","content":"oi","created_at":"2024-12-20T18:00:00Z"},{"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","tool_call_id":"c","content":"done"}]'), ('s2', 'Two', 'not JSON'), ('s3', 'Three', NULL), ('s4', 'Four', '["plain words"]');`);
  const mapping = await detected(path);
  expect(mapping).toMatchObject({ adapter: 'generic', conversations: { document: { column: 'messages_json' } } });
  const scan = await openScan(sqliteSource(path), mapping);
  const { conversations, messages } = await read(scan);
  expect(conversations.map(({ key, messages: count }) => [key, count])).toEqual([['s1', 3], ['s2', 1], ['s3', 0], ['s4', 1]]);
  expect(messages.map(({ role, parts }) => [role, ...parts])).toEqual([
    ['user', { type: 'text', text: 'oi', format: 'plain' }], ['assistant', { type: 'tool-call', name: 'f', callId: 'c', arguments: '{}' }], ['tool', { type: 'tool-result', name: null, callId: 'c', text: 'done', isError: false }],
    ['unknown', { type: 'text', text: 'not JSON', format: 'plain' }], ['unknown', { type: 'text', text: 'plain words', format: 'plain' }],
  ]);
  await scan.close();
});

test('a database that holds no conversations is taken for none', async () => {
  using folder = tempFolder('scan');
  const path = built(join(folder.path, 'a.db'), 'CREATE TABLE products (id INTEGER PRIMARY KEY, title TEXT); CREATE TABLE sessions (id TEXT, started TEXT); CREATE TABLE message_queue (id INTEGER, payload BLOB);');
  await expect(detected(path)).rejects.toThrow('nothing was recognised');
});
