/** Keys that are personal data (users' addresses and numbers, in a flat history and as ids) are nowhere in clear for those who see masked data, and every link still opens. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportFormats } from '../../../shared/model/conversation-work.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { at, expectNoFileHolds, expectNone, quoted, rows, testConsole } from '../../test-support/test-console.ts';

const temp = tempFolder('masked-keys');
const home = join(temp.path, 'home');
const users = ['ana.sealed@example.com', '+55 11 98877-6655', '5511977665544@s.whatsapp.net', 'plain'];
const needles = ['ana.sealed', '98877-6655', '5511977665544', 'rare.person'];
const passphrase = randomBytes(12).toString('hex');
const moment = (index: number): string => `'2030-01-01T00:00:${String(index).padStart(2, '0')}Z'`;
/** More hits than are held against the mask one by one in a list. */
const many = 620;

const flat: readonly string[] = [
  'CREATE TABLE conversation_history (id INTEGER PRIMARY KEY, session_id TEXT, user_id TEXT, role TEXT, content TEXT, model TEXT, created_at TEXT)',
  ...users.flatMap((user, index) => [0, 1, 2].map((at) => `INSERT INTO conversation_history (session_id, user_id, role, content, model, created_at) VALUES ('s${index}', ${quoted(user)}, 'user', ${quoted(`giraffe ${at} of a plain talk`)}, ${quoted(user)}, ${moment(at)})`)),
];
/** Ids that are addresses and numbers themselves, of conversations and of messages; and the author's in its role. */
const four: readonly string[] = [
  'CREATE TABLE conversations (id text PRIMARY KEY, name text, user_id text, created_at timestamptz, updated_at timestamptz)',
  'CREATE TABLE messages (id text PRIMARY KEY, conversation_id text REFERENCES conversations, role text, content text, model text, created_at timestamptz)',
  'CREATE TABLE tasks (id text PRIMARY KEY, conversation_id text, status text, description text, created_at timestamptz)',
  ...users.flatMap((user, index) => [
    `INSERT INTO conversations VALUES (${quoted(user)}, 'Talk ${index}', ${quoted(user)}, ${moment(0)}, ${moment(index)})`,
    `INSERT INTO tasks VALUES (${quoted(`${user}-t`)}, ${quoted(user)}, 'open', 'call', ${moment(0)})`,
    ...[0, 1, 2].map((at) => `INSERT INTO messages VALUES (${quoted(`${user}/${at}`)}, ${quoted(user)}, ${quoted(at === 2 ? user : 'user')}, ${quoted(`giraffe ${at} of a plain talk`)}, ${quoted(user)}, ${moment(at)})`),
  ]),
  `INSERT INTO messages SELECT 'm' || n, 'plain', 'user', 'zebra writes to rare.person@example.com about 4711-' || CASE WHEN n % 2 = 0 THEN 'x' ELSE 'y' END, 'gpt', timestamptz '2029-01-01' + n * interval '1 second' FROM generate_series(1, ${many}) n`,
];

let database: TestDatabase | undefined;
const { ask, reply, job, said, close } = testConsole(home);
const libraries = new Map<string, string>();

const keyOf = (row: unknown): string => String(at(row, 'key'));

async function add(name: string, source: string): Promise<string> {
  const mapping = at(await ask('libraries/detect', { source }), 'detections', 0, 'mapping');
  expect(rows({ rows: at(await ask('libraries/preview', { source, mapping }), 'messages') }).length).toBeGreaterThan(0);
  const library = String(at(await ask('libraries/add', { source, name, mapping }), 'id'));
  libraries.set(name, library);
  return library;
}

/** Texts as they were said, and what is written in base64 within them. */
function withDecoded(text: string): string {
  return [text, ...[...text.matchAll(/[A-Za-z0-9_+/-]{8,}={0,2}/g)].map(([piece]) => Buffer.from(piece, 'base64').toString('utf8'))].join('\n');
}
const expectClean = (text: string): void => expectNone(withDecoded(text), needles);

const ways = ['copy', 'server', 'replica'] as const;
const library = (name: (typeof ways)[number]): string => libraries.get(name) ?? '';

beforeAll(async () => {
  const file = join(temp.path, 'chats.db');
  {
    using opened = openSqlite(file, { mode: 'write', create: true });
    for (const sql of flat) opened.db.exec(sql);
  }
  await job('libraries/refresh', { id: await add('copy', file) });
  if (hasPostgres()) {
    database = await freshDatabase();
    await using session = await database.connect();
    for (const sql of four) await session.exec(sql);
    const id = await add('server', database.url);
    await job('libraries/index', { id, hash: at(await ask('libraries/index-plan', { id }), 'hash') });
    await job('replicas/create', { library: id, query: '', name: 'replica' });
    libraries.set('replica', String(at(await ask('replicas/list', {}), 0, 'readAs')));
  }
  await ask('profile/enter', { profile: 'support', passphrase });
}, 180_000);

afterAll(async () => {
  await close();
  await database?.close();
  temp.remove();
});

/** All pages of a call, two rows at a time. */
async function pages(name: string, input: object): Promise<unknown[]> {
  const all: unknown[] = [];
  for (let after: unknown; ;) {
    const page = await ask(name, { ...input, limit: 2, ...(after === undefined ? {} : { after }) });
    all.push(...rows(page));
    after = at(page, 'next');
    if (typeof after !== 'string') return all;
  }
}

describe.each(ways)('%s', (name) => {
  const isThere = name === 'copy' || hasPostgres();

  test.skipIf(!isThere)('everything is found, opened and gone on from by sealed keys', async () => {
    const asked = { library: library(name) };
    const list = await pages('conversations/list', asked);
    expect(list).toHaveLength(users.length);
    expect(list.map(keyOf).filter((key) => key.startsWith('k~'))).toHaveLength(3);
    for (const row of list) {
      const key = keyOf(row);
      expect(await ask('conversations/get', { ...asked, key })).toMatchObject({ key });
      const thread = rows(await ask('conversations/messages', { ...asked, conversation: key, from: 'end', limit: 3 }));
      expect(thread.map((each) => String(at(each, 'parts', 0, 'text')).slice(0, 9)), key).toEqual(['giraffe 0', 'giraffe 1', 'giraffe 2']);
      const first = await ask('conversations/messages', { ...asked, conversation: key, from: 'start', limit: 1 });
      const second = await ask('conversations/messages', { ...asked, conversation: key, from: { after: at(first, 'after') }, limit: 1 });
      expect(rows(await ask('conversations/messages', { ...asked, conversation: key, from: { before: at(second, 'before') }, limit: 1 }))).toEqual(rows(first));
      const message = keyOf(thread[1]);
      expect(rows(await ask('conversations/messages', { ...asked, conversation: key, from: { around: message } })).map(keyOf)).toContain(message);
      await ask('conversations/message', { ...asked, key: message });
      await ask('conversations/timeline', { ...asked, conversation: key });
      for (const kind of ['message', 'conversation']) await reply('conversations/raw', { ...asked, kind, key: kind === 'message' ? message : key });
      const inside = await pages('conversations/search', { ...asked, query: `giraffe in:${key}` });
      expect(inside.map((hit) => at(hit, 'conversation'))).toEqual([key, key, key]);
      expect(rows(await ask('conversations/search', { ...asked, query: `near:${message} giraffe` }))).toHaveLength(3);
      expect(await ask('conversations/step', { ...asked, query: `giraffe in:${key}`, key: String(at(inside[0], 'message')), direction: 'next' })).toEqual({ message: at(inside[1], 'message'), conversation: key, next: null });
      expect(rows(await ask('conversations/names', { ...asked, text: key })).map(keyOf)).toEqual([key]);
      expect(await ask('conversations/stats', { ...asked, query: `in:${key}` })).toMatchObject({ conversations: 1 });
    }
    expectClean(said.join('\n'));
  });

  test.skipIf(!isThere)('a key typed in clear is as one that does not exist; so are its beginnings and made-up cursors', async () => {
    const asked = { library: library(name) };
    const typed = (user: string): string => (name === 'copy' ? JSON.stringify(['s0', user]) : user);
    const answers = async (user: string): Promise<unknown[]> => {
      const key = typed(user);
      return [
        await reply('conversations/get', { ...asked, key }), await reply('conversations/messages', { ...asked, conversation: key }), await reply('conversations/message', { ...asked, key: `${user}/1` }),
        await reply('conversations/timeline', { ...asked, conversation: key }), await reply('conversations/raw', { ...asked, kind: 'conversation', key }), await reply('conversations/reveal', { ...asked, kind: 'conversation', key, reason: 'to see it' }),
        await reply('conversations/search', { ...asked, query: `in:"${user}"` }), await reply('conversations/count', { ...asked, query: `near:"${user}/1"` }), await reply('conversations/list', { ...asked, query: `in:"${user}"` }),
      ];
    };
    for (const [there, not] of [[users[0], 'ana.nobody@example.com'], [users[2], '5511900000000@s.whatsapp.net']] as const) expect(await answers(there ?? '')).toEqual(await answers(not));
    for (const text of ['ana', 'ana.seal', 'sealed', '5511977', 's.whatsapp', '98877']) expect(rows(await ask('conversations/names', { ...asked, text })), text).toEqual([]);
    for (const after of [[null, 'ana'], [0, 'ana']].map((place) => Buffer.from(JSON.stringify(place)).toString('base64url'))) {
      expect(await reply('conversations/list', { ...asked, after })).toMatchObject({ error: { code: 'INVALID_INPUT' } });
    }
    expectClean(said.join('\n'));
  });

  test.skipIf(!isThere)('sums show masked names, each once, and none is asked for by one', async () => {
    const stats = await ask('conversations/stats', { library: library(name), query: '' });
    const names = ['users', 'models', 'roles', 'operations'].map((list) => (at(stats, list) as object[]).map((row) => Object.values(row)[0]));
    for (const list of names) expect(new Set(list).size).toBe(list.length);
    expect(names[0]).toEqual(expect.arrayContaining(['⟨email⟩', '⟨phone⟩', 'plain']));
    expect(at(stats, 'users')).toContainEqual(expect.objectContaining({ user: '⟨email⟩', conversations: 2, messages: 6 }));
    for (const query of ['user:⟨email⟩', '-role:⟨phone⟩', 'model:⟨email⟩']) expect(await ask('conversations/search', { library: library(name), query })).toMatchObject({ rows: [], diagnostics: [{ code: 'query.masked-name' }] });
    expectClean(said.join('\n'));
  });

  test.skipIf(!isThere)('no export holds a key in clear', async () => {
    const asked = { library: library(name) };
    const [, sealed = ''] = (await pages('conversations/list', asked)).map(keyOf);
    for (const format of exportFormats) {
      for (const input of [{ query: 'giraffe' }, { conversation: sealed }, { query: 'after:2029', of: 'conversations' }]) {
        const piece = await ask('conversations/exported', { jobId: await job('conversations/export', { ...asked, format, ...input }) });
        expectClean(`${String(at(piece, 'fileName'))} ${Buffer.from(String(at(piece, 'data')), 'base64').toString('utf8')}`);
      }
    }
  });

  test.skipIf(!isThere || name === 'copy')('a masked word is not told by its hits either, however many', async () => {
    const asked = { library: library(name) };
    // None of these is personal by itself; all of their hits are in what is masked.
    for (const query of ['"rare person"', 'rare*', '"rare.person@example.com"', 'rare.person@example.com zebra']) {
      expect(rows(await ask('conversations/search', { ...asked, query })), query).toEqual([]);
      expect(await ask('conversations/count', { ...asked, query }), query).toEqual({ count: 0, capped: false });
      expect(rows(await ask('conversations/list', { ...asked, query })), query).toEqual([]);
      expect(await ask('conversations/stats', { ...asked, query }), query).toMatchObject({ messages: 0, estimated: false });
    }
    expect(await ask('conversations/count', { ...asked, query: 'zebra' })).toEqual({ count: many, capped: false });
    if (name === 'replica') return;
    const [hit] = rows(await ask('conversations/search', { ...asked, query: 'zebra', limit: 1 }));
    const before = said.length;
    try {
      await ask('conversations/reveal', { ...asked, kind: 'message', key: String(at(hit, 'message')), reason: 'the customer asked' });
      // One is revealed: it is found by its own words, and by them no other.
      for (const query of ['rare.person@example.com', '"rare.person@example.com" zebra', 'rare*']) {
        expect(rows(await ask('conversations/search', { ...asked, query })).map((row) => at(row, 'message')), query).toEqual([at(hit, 'message')]);
        expect(await ask('conversations/count', { ...asked, query }), query).toEqual({ count: 1, capped: false });
        expect(await ask('conversations/stats', { ...asked, query }), query).toMatchObject({ messages: 1 });
      }
      expect(await ask('conversations/count', { ...asked, query: 'zebra -rare.person@example.com' })).toMatchObject({ count: 0 });
    } finally {
      said.length = before;
    }
  });
});

test.skipIf(!hasPostgres())('a replica calls its conversations as its library does', async () => {
  const keys = async (name: (typeof ways)[number]): Promise<string[]> => (await pages('conversations/list', { library: library(name) })).map(keyOf).toSorted();
  expect(await keys('replica')).toEqual(await keys('server'));
});

test('no file of the console holds a key in clear, the copy and its journal included', () => {
  expect(expectNoFileHolds(home, needles).some((path) => /caches.*\.db$/.test(path))).toBe(true);
});

test('a DBA has the same links, opens keys in clear too, and exports them so; the copy follows its source', async () => {
  const asked = { library: library('copy') };
  const seen = (await pages('conversations/list', asked)).map(keyOf);
  await ask('profile/leave', { passphrase });
  await ask('settings/set', { masking: false });
  const audit = String(at(await ask('audit/export', {}), 'text'));
  expect(audit).toContain('k~');
  expectClean(audit);
  {
    using opened = openSqlite(join(temp.path, 'chats.db'), { mode: 'write' });
    opened.db.exec(`INSERT INTO conversation_history (session_id, user_id, role, content, created_at) VALUES ('s0', ${quoted(users[0] ?? '')}, 'user', 'giraffe 3', ${moment(9)})`);
  }
  await job('libraries/refresh', { id: library('copy') });
  expect((await pages('conversations/list', asked)).map(keyOf).toSorted()).toEqual(seen.toSorted());
  const clear = JSON.stringify(['s0', users[0]]);
  const found = await ask('conversations/get', { ...asked, key: clear });
  expect(found).toMatchObject({ messages: 4 });
  expect(seen).toContain(keyOf(found));
  expect(rows(await ask('conversations/messages', { ...asked, conversation: clear }))).toHaveLength(4);
  expect(JSON.stringify(await ask('conversations/raw', { ...asked, kind: 'message', key: keyOf(rows(await ask('conversations/messages', { ...asked, conversation: keyOf(found) }))[0]) }))).toContain(users[0]);
  const piece = await ask('conversations/exported', { jobId: await job('conversations/export', { ...asked, format: 'csv', conversation: keyOf(found) }) });
  const csv = Buffer.from(String(at(piece, 'data')), 'base64').toString('utf8');
  expect(csv).toContain(`"${clear.replaceAll('"', '""')}"`);
  expect(csv).not.toContain('k~');
});
