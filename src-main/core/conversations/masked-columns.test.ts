/** Values that only the name of their column tells to be personal (bare digits in `phone`) are nowhere in clear for those who see masked data, and nothing confirms them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportFormats } from '../../../shared/model/conversation-work.ts';
import { hasPersonalData } from '../../../shared/pure/masking/index.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { at, expectNoFileHolds, expectNone, rows, testConsole } from '../../test-support/test-console.ts';

const temp = tempFolder('masked-columns');
const home = join(temp.path, 'home');
const [first, second, pin, titled, called, fax, mobile] = ['11887001122', '21887003344', '70014455', '9988001166', '3133009911', '4140088877', '8500776655'] as const;
const needles = [first, second, pin, titled, called, fax, mobile];
const passphrase = randomBytes(12).toString('hex');

/** Named alike on both: what holds the owner is called `phone`, the title `fax`, the model `pin`, and so on. */
const statements: readonly string[] = [
  'CREATE TABLE conversations (id text PRIMARY KEY, fax text, phone text, created_at text)',
  'CREATE TABLE messages (id text PRIMARY KEY, conversation_id text, mobile text, content text, pin text, created_at text)',
  'CREATE TABLE tasks (id text PRIMARY KEY, conversation_id text, status text, telefone text, created_at text)',
  'CREATE TABLE events (id text PRIMARY KEY, conversation_id text, event_type text, whatsapp text, content text, timestamp text)',
  `INSERT INTO conversations VALUES ('a', '${titled}', '${first}', '2030-01-01T00:00:00Z'), ('b', 'Fax ${fax}', '${second}', '2030-01-02T00:00:00Z'), ('c', 'A plain talk', 'unknown', '2030-01-03T00:00:00Z')`,
  ...['a', 'b', 'c'].map((key) => `INSERT INTO messages VALUES ('${key}1', '${key}', '${key === 'a' ? mobile : 'user'}', 'a giraffe said', '${pin}', '2030-01-01T00:00:01Z'), ('${key}2', '${key}', 'assistant', 'a giraffe answered', 'plain', '2030-01-01T00:00:02Z')`),
  `INSERT INTO tasks VALUES ('t', 'a', 'open', 'Call ${called}', '2030-01-01T00:00:00Z')`,
  `INSERT INTO events VALUES ('e', 'a', 'call', '${called}', 'rang', '2030-01-01T00:00:00Z')`,
];
const field = (column: string): object => ({ column });
const created = { column: 'created_at', as: 'auto' };
const mappingIn = (schema: string | null): object => {
  const table = (name: string): object => ({ schema, name });
  return {
    adapter: 'generic',
    conversations: { table: table('conversations'), id: field('id'), title: field('fax'), owner: field('phone'), created },
    messages: { table: table('messages'), id: field('id'), conversation: field('conversation_id'), role: field('mobile'), content: field('content'), contentAs: 'text', model: field('pin'), created },
    tasks: { table: table('tasks'), id: field('id'), conversation: field('conversation_id'), status: field('status'), description: field('telefone'), created },
    events: { table: table('events'), id: field('id'), conversation: field('conversation_id'), type: field('event_type'), actor: field('whatsapp'), content: field('content'), at: { column: 'timestamp', as: 'auto' } },
  };
};

let database: TestDatabase | undefined;
const { ask, reply, job, said, close } = testConsole(home);
const libraries = new Map<string, string>();
const ways = ['copy', 'server', 'replica'] as const;
const library = (name: (typeof ways)[number]): string => libraries.get(name) ?? '';

async function add(name: string, source: string, schema: string | null): Promise<string> {
  const mapping = mappingIn(schema);
  expect(at(await ask('libraries/preview', { source, mapping }), 'conversations')).toHaveLength(3);
  const id = String(at(await ask('libraries/add', { source, name, mapping }), 'id'));
  libraries.set(name, id);
  return id;
}
const expectClean = (text: string): void => expectNone(text, needles);

beforeAll(async () => {
  const file = join(temp.path, 'chats.db');
  {
    using opened = openSqlite(file, { mode: 'write', create: true });
    for (const sql of statements) opened.db.exec(sql);
  }
  await job('libraries/refresh', { id: await add('copy', file, null) });
  if (hasPostgres()) {
    database = await freshDatabase();
    await using session = await database.connect();
    for (const sql of statements) await session.exec(sql.replaceAll('created_at text', 'created_at timestamptz').replaceAll('timestamp text', 'timestamp timestamptz'));
    const id = await add('server', database.url, 'public');
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

test('nothing but the columns tells of them', () => {
  for (const value of needles) expect(hasPersonalData(value), value).toBe(false);
});

describe.each(ways)('%s', (name) => {
  const isThere = name === 'copy' || hasPostgres();
  const asked = (): { library: string } => ({ library: library(name) });

  test.skipIf(!isThere)('lists, threads, hits, names, timelines and sums are masked', async () => {
    const list = rows(await ask('conversations/list', asked()));
    expect(list.map((row) => [at(row, 'key'), at(row, 'title'), at(row, 'owner')]).toSorted()).toEqual([['a', '⟨phone⟩', '⟨phone⟩'], ['b', '⟨phone⟩', '⟨phone⟩'], ['c', 'A plain talk', 'unknown']]);
    for (const key of ['a', 'b']) {
      expect(await ask('conversations/get', { ...asked(), key })).toMatchObject({ owner: '⟨phone⟩' });
      expect(rows(await ask('conversations/messages', { ...asked(), conversation: key }))).toHaveLength(2);
      await ask('conversations/message', { ...asked(), key: `${key}1` });
      for (const kind of ['message', 'conversation']) await ask('conversations/raw', { ...asked(), kind, key: kind === 'message' ? `${key}1` : key });
    }
    expect(await ask('conversations/message', { ...asked(), key: 'a1' })).toMatchObject({ role: '⟨phone⟩', model: '⟨token⟩' });
    expect(await ask('conversations/timeline', { ...asked(), conversation: 'a' })).toMatchObject({ tasks: [{ description: '⟨phone⟩' }], events: [{ actor: '⟨phone⟩', content: 'rang' }] });
    const hits = rows(await ask('conversations/search', { ...asked(), query: 'giraffe said' }));
    expect(hits.map((hit) => at(hit, 'owner')).toSorted()).toEqual(['unknown', '⟨phone⟩', '⟨phone⟩']);
    expect(rows(await ask('conversations/names', { ...asked(), text: 'plain' }))).toHaveLength(1);
    const stats = await ask('conversations/stats', { ...asked(), query: '' });
    expect(at(stats, 'users')).toEqual([{ user: '⟨phone⟩', conversations: 2, messages: 4 }, { user: 'unknown', conversations: 1, messages: 2 }]);
    expectClean(said.join('\n'));
  });

  test.skipIf(!isThere)('a value asked for is as one that does not exist', async () => {
    const answers = async (value: string, role: string, model: string, from: string): Promise<unknown[]> => {
      const all: unknown[] = [];
      for (const query of [`user:${value}`, `-user:${value}`, `user:"${value}" giraffe`, `role:${role}`, `-role:${role} giraffe`, `model:${model}`, `-model:${model}`, `usuário:${value}`]) {
        for (const call of ['list', 'search', 'count', 'stats']) all.push(await reply(`conversations/${call}`, { ...asked(), query }));
      }
      for (const text of [value, value.slice(0, 4), value.slice(0, 8), value.slice(-6), from]) all.push(await ask('conversations/names', { ...asked(), text }));
      return all;
    };
    expect(await answers(first, mobile, pin, titled)).toEqual(await answers('11900000000', '8599999999', '70019999', '9900990099'));
    for (const text of [first, '1188700', '887001', titled, '99880', fax, '41400']) expect(rows(await ask('conversations/names', { ...asked(), text })), text).toEqual([]);
    for (const query of [`user:${first}`, `role:${mobile}`, `model:${pin}`]) expect(rows(await ask('conversations/search', { ...asked(), query })), query).toEqual([]);
    expect(await ask('conversations/search', { ...asked(), query: 'user:⟨phone⟩' })).toMatchObject({ diagnostics: [{ code: 'query.masked-name' }] });
    expect(rows(await ask('conversations/list', { ...asked(), query: 'user:unknown' }))).toHaveLength(1);
    // A line that is not understood is written down too; its answer says it again to whoever typed it.
    const before = said.length;
    await reply('conversations/search', { ...asked(), query: `usr:${first}` });
    await reply('conversations/search', { ...asked(), query: `giraffe ${second}` });
    await reply('conversations/search', { ...asked(), query: `user:${first.slice(0, 5)}\\${first.slice(5)}` });
    said.length = before;
    expectClean(said.join('\n'));
  });

  test.skipIf(!isThere)('no export holds one', async () => {
    for (const format of exportFormats) {
      for (const input of [{ query: 'giraffe' }, { conversation: 'a' }, { query: 'after:2029', of: 'conversations' }, { query: `user:${first}` }]) {
        const piece = await ask('conversations/exported', { jobId: await job('conversations/export', { ...asked(), format, ...input }) });
        expectClean(Buffer.from(String(at(piece, 'data')), 'base64').toString('utf8'));
      }
    }
  });

  test.skipIf(!isThere || name === 'replica')('revealed with a reason: this conversation, and no other', async () => {
    const before = said.length;
    try {
      expect(await ask('conversations/reveal', { ...asked(), kind: 'conversation', key: 'b', reason: 'the customer asked' })).toMatchObject({ conversation: { owner: second, title: `Fax ${fax}` } });
      expect(rows(await ask('conversations/list', asked())).map((row) => at(row, 'owner')).toSorted()).toEqual([second, 'unknown', '⟨phone⟩']);
    } finally {
      said.length = before;
    }
  });
});

test('no file of the console holds one: not the copy, the replica, the store, the audit or an export', () => {
  expect(expectNoFileHolds(home, needles).some((path) => /caches.*\.db$/.test(path))).toBe(true);
});

test('a DBA who has masks switched off sees, finds and exports them; the audit says what was asked without them', async () => {
  await ask('profile/leave', { passphrase });
  await ask('settings/set', { masking: false });
  for (const name of ways.filter((each) => each === 'server' ? hasPostgres() : each === 'copy')) {
    const asked = { library: library(name) };
    expect(rows(await ask('conversations/list', asked)).map((row) => at(row, 'owner')).toSorted()).toEqual([first, second, 'unknown'].toSorted());
    if (name === 'server') expect(rows(await ask('conversations/list', { ...asked, query: `user:${first}` }))).toHaveLength(1);
  }
  // A replica is masked for a DBA too: that is what lies in its file.
  if (hasPostgres()) expect(rows(await ask('conversations/list', { library: library('replica') })).map((row) => at(row, 'owner')).toSorted()).toEqual(['unknown', '⟨phone⟩', '⟨phone⟩']);
  const audit = String(at(await ask('audit/export', {}), 'text'));
  expect(audit).toContain('user:⟨phone⟩');
  expectClean(audit);
});

test.skipIf(!hasPostgres())('a replica whose library was removed keeps what the columns of that library said', async () => {
  await ask('libraries/remove', { id: library('server') });
  await ask('profile/enter', { profile: 'support', passphrase });
  const before = said.length;
  const asked = { library: library('replica') };
  const query = `user:${second} role:${mobile}`;
  expect(rows(await ask('conversations/list', asked)).map((row) => at(row, 'owner')).toSorted()).toEqual(['unknown', '⟨phone⟩', '⟨phone⟩']);
  for (const call of ['list', 'search', 'count', 'stats']) await ask(`conversations/${call}`, { ...asked, query });
  await ask('conversations/names', { ...asked, text: titled });
  for (const format of exportFormats) {
    const piece = await ask('conversations/exported', { jobId: await job('conversations/export', { ...asked, format, query }) });
    expectClean(Buffer.from(String(at(piece, 'data')), 'base64').toString('utf8'));
  }
  said.splice(before, said.length);
  await ask('profile/leave', { passphrase });
  const audit = String(at(await ask('audit/export', {}), 'text'));
  expect(audit).toContain('user:⟨phone⟩ role:⟨phone⟩');
  expectClean(audit);
  expectNoFileHolds(home, needles);
});
