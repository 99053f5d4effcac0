/** Masked values appear nowhere: not in an answer, an export, a copy, a replica, the audit or the store; and no search tells of them. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exportFormats } from '../../../shared/model/conversation-work.ts';
import { openSqlite } from '../../drivers/sqlite/index.ts';
import { freshDatabase, hasPostgres, tempFolder, type TestDatabase } from '../../test-support/index.ts';
import { sampleStatements, writeSampleSqlite } from './samples/index.ts';
import { at, expectNoFileHolds, expectNone, quoted, rows, testConsole } from '../../test-support/test-console.ts';

const temp = tempFolder('masked');
const home = join(temp.path, 'home');
const token = 'sk-9fPlanted4Qz7Planted1xW8Planted3kL5Planted6vB2Planted0mN';
const values = ['maria.planted@example.com', '(11) 98765-4321', '390.533.447-05', '11.222.333/0001-81', '4111 1111 1111 1111', 'DE89370400440532013000', '203.0.113.77', token];
/** What must not be seen: less than the whole, for pieces of it. */
const needles = ['maria.planted', '98765-4321', '390.533.447', '222.333/0001', '4111 1111 1111', '70400440532013', '203.0.113.77', 'Planted4Qz7'];
const id = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
/** Words that no number follows. */
const letter = (index: number): string => ['lion', 'tiger', 'panda', 'koala', 'otter', 'heron', 'bison', 'moose'][index] ?? '';
const all = values.join(' and ');
const json = (value: unknown): string => quoted(JSON.stringify(value));
const when = "'2030-01-01T00:00:00.000Z'";

const planted: readonly string[] = [
  `INSERT INTO conversations (id, name, created_at, updated_at, metadata) VALUES ('${id(1)}', ${quoted(`Case of ${all}`)}, ${when}, ${when}, ${json({ user_id: values[0], notes: all, cpf: 39053344705 })})`,
  ...values.map((value, index) => `INSERT INTO messages (id, conversation_id, role, content, parts, created_at, metadata) VALUES ('${id(10 + index)}', '${id(1)}', 'user', ${quoted(`${letter(index)} ${value} giraffe`)}, ${json([{ type: 'tool_call', name: 'find', call_id: 'c', args: { who: value } }, { type: 'file', name: `${value}.pdf`, url: `https://x.y/${value}` }])}, ${when}, ${json({ about: value })})`),
  `INSERT INTO tasks (id, conversation_id, status, description, created_at, updated_at, metadata) VALUES ('${id(50)}', '${id(1)}', 'pending', ${quoted(all)}, ${when}, ${when}, ${json({ all })})`,
  `INSERT INTO events (id, conversation_id, actor, content, timestamp, event_type) VALUES ('${id(60)}', '${id(1)}', ${quoted(values[0] ?? '')}, ${json({ all })}, ${when}, 'note')`,
];

let database: TestDatabase | undefined;
const { ask, reply, job, said, close } = testConsole(home);
const libraries: { name: string; id: string }[] = [];

async function add(name: string, source: string): Promise<string> {
  const mapping = at(await ask('libraries/detect', { source }), 'detections', 0, 'mapping');
  await ask('libraries/preview', { source, mapping });
  const library = String(at(await ask('libraries/add', { source, name, mapping }), 'id'));
  libraries.push({ name, id: library });
  return library;
}

beforeAll(async () => {
  const file = join(temp.path, 'chats.db');
  writeSampleSqlite(file, 'four-table', { conversations: 5, messages: 4, personal: 0 });
  {
    using opened = openSqlite(file, { mode: 'write' });
    for (const sql of planted) opened.db.exec(sql);
  }
  await job('libraries/refresh', { id: await add('copy', file) });
  if (hasPostgres()) {
    database = await freshDatabase();
    await using session = await database.connect();
    for (const sql of [...sampleStatements('four-table', { conversations: 5, messages: 4, personal: 0 }), ...planted]) await session.exec(sql);
    const library = await add('server', database.url);
    const plan = await ask('libraries/index-plan', { id: library });
    await job('libraries/index', { id: library, hash: at(plan, 'hash') });
    await job('replicas/create', { library, query: '', name: 'replica' });
    libraries.push({ name: 'replica', id: String(at(await ask('replicas/list', {}), 0, 'readAs')) });
  }
  await ask('profile/enter', { profile: 'support', passphrase: randomBytes(12).toString('hex') });
}, 180_000);

afterAll(async () => {
  await close();
  await database?.close();
  temp.remove();
});

const assertNothingSaid = (): void => expectNone(said.join('\n'), needles);

describe.each(['copy', 'server', 'replica'])('%s', (name) => {
  const library = (): string => libraries.find((each) => each.name === name)?.id ?? '';
  const isThere = name === 'copy' || hasPostgres();
  const conversation = id(1);

  test.skipIf(!isThere)('everything that can be read is masked', async () => {
    const list = await ask('conversations/list', { library: library() });
    expect(rows(list)).toEqual(expect.arrayContaining([expect.objectContaining({ key: conversation, ...(name === 'replica' ? {} : { masked: true }) })]));
    await ask('conversations/get', { library: library(), key: conversation });
    const thread = await ask('conversations/messages', { library: library(), conversation });
    expect(rows(thread)).toHaveLength(values.length);
    await ask('conversations/timeline', { library: library(), conversation });
    for (const [index] of values.entries()) {
      await ask('conversations/message', { library: library(), key: id(10 + index) });
      await ask('conversations/raw', { library: library(), kind: 'message', key: id(10 + index) });
      const found = await ask('conversations/search', { library: library(), query: `${letter(index)} giraffe` });
      expect(rows(found), `${letter(index)}`).toHaveLength(1);
    }
    await ask('conversations/raw', { library: library(), kind: 'conversation', key: conversation });
    expect(rows(await ask('conversations/names', { library: library(), text: 'Case of' }))).toHaveLength(1);
    await ask('conversations/stats', { library: library(), query: '' });
    assertNothingSaid();
  });

  test.skipIf(!isThere)('no search, count, step, list, sum or name tells what is masked', async () => {
    // None of these is personal by itself, so that the audit may hold it as it was typed.
    const pieces = ['maria*', '"maria plante"', '98765', '39053344705', '"390.533"', '533*', '4111*', '"4111 1111"', 'DE89*', '"203.0.113"', '9fPlanted*', 'sk'].map((piece) => `in:${conversation} ${piece}`);
    for (const query of [...values.map((value) => `"${value}"`), ...pieces, `user:${values[0] ?? ''}`, `meta.user_id:${values[0] ?? ''}`, 'meta.cpf:39053344705']) {
      const asked = { library: library(), query };
      expect(rows(await ask('conversations/search', asked)), query).toEqual([]);
      expect(await ask('conversations/count', asked), query).toMatchObject({ count: 0 });
      expect(rows(await ask('conversations/list', asked)), query).toEqual([]);
      expect(await ask('conversations/stats', asked), query).toMatchObject({ messages: 0 });
    }
    // Without it is as with it: what is left out tells nothing either.
    for (const [index, piece] of ['maria*', '98765', '533*', '222*', '4111*', 'DE89*', '203*', '9f*'].entries()) {
      const { count } = await ask('conversations/count', { library: library(), query: `in:${conversation} ${letter(index)} -${piece}` }) as { count: number };
      expect(count, piece).toBe(1);
    }
    for (const text of ['maria', 'maria.plan', '98765', '390.533', '4111']) expect(rows(await ask('conversations/names', { library: library(), text })), text).toEqual([]);
    // The searches themselves hold the values; the answers do not.
    assertNothingSaid();
  });

  test.skipIf(!isThere)('no export holds it, in any format', async () => {
    for (const format of exportFormats) {
      for (const input of [{ query: 'giraffe' }, { conversation }, { query: 'after:2029', of: 'conversations' }]) {
        const jobId = await job('conversations/export', { library: library(), format, ...input });
        const piece = await ask('conversations/exported', { jobId });
        const text = Buffer.from(String(at(piece, 'data')), 'base64').toString('utf8');
        expect(text).toContain('⟨email⟩');
        for (const needle of needles) expect(text).not.toContain(needle);
      }
    }
  });

  test.skipIf(!isThere)('revealed with a reason: this message, and no other', async () => {
    const reveal = (reason: string): Promise<unknown> => reply('conversations/reveal', { library: library(), kind: 'message', key: id(10), reason });
    expect(JSON.stringify(await reveal('x'))).not.toContain('maria');
    if (name === 'replica') return;
    const before = said.length;
    try {
      expect(JSON.stringify(await reveal('the customer asked'))).toContain('maria.planted@example.com');
      expect(JSON.stringify(await reply('conversations/search', { library: library(), query: '"maria.planted@example.com"' }))).toContain(id(10));
    } finally {
      said.length = before;
    }
    await ask('conversations/message', { library: library(), key: id(11) });
    assertNothingSaid();
  });
});

test('no file of the console holds it', () => {
  expectNoFileHolds(home, needles);
});
