/** Conversations on the command line, as a person or a script uses it; all commands but the first over one core, to be quick. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorCodes, fromErrorReply, toErrorReply } from '../../../shared/contract/errors.ts';
import type { CallName, CallOutput } from '../../../shared/contract/contract.ts';
import { createCore, type Core } from '../../core/composition.ts';
import { fourTables } from '../../core/conversations/postgres/test-library.ts';
import { writeSampleSqlite } from '../../core/conversations/samples/index.ts';
import { commandLineEntry, freshDatabase, hasPostgres, tempFolder } from '../../test-support/index.ts';
import { createDispatcher } from '../dispatcher.ts';
import { parseArguments } from './arguments.ts';
import type { Command } from './command.ts';
import { conversationsCommand } from './conversation-commands.ts';
import { librariesCommand } from './library-commands.ts';
import { createOutput } from './output.ts';
import { followJob } from './progress.ts';
import { replicasCommand } from './replica-commands.ts';
import { speechOf } from './speech.ts';

const speech = speechOf('en');
const temp = tempFolder('cli-conversations');
const home = join(temp.path, 'home');
const chats = join(temp.path, 'chats.db');
let core: Core | undefined;
beforeAll(() => writeSampleSqlite(chats, 'four-table', { conversations: 12, messages: 6 }));
afterAll(async () => {
  await core?.close();
  temp.remove();
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** The whole program, in a process of its own. */
function program(words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [commandLineEntry(), ...words], { env: { ...process.env, LC_ALL: 'C', TRAVESSIA_HOME: home }, maxBuffer: 1e8 }, (error, out, err) => resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, out, err }));
  });
}

const commands: Readonly<Record<string, Command>> = { conversations: conversationsCommand, libraries: librariesCommand, replicas: replicasCommand };

/** One command as main.ts carries it out. */
async function travessia([name = '', ...words]: readonly string[]): Promise<Ended> {
  const running = (core ??= await createCore({ home }));
  const dispatcher = createDispatcher(running);
  const interrupted = new AbortController().signal;
  let [out, err] = ['', ''];
  const json = words.includes('json') && words[words.indexOf('json') - 1] === '--format';
  const output = { ...createOutput(json), print: (text: string) => void (out += json ? '' : `${text}\n`), note: (text: string) => void (err += `${text}\n`), document: (value: unknown) => void (out += JSON.stringify(value)), raw: (text: string) => void (out += text) };
  try {
    const command = commands[name];
    if (command === undefined) throw new Error(`no command ${name}`);
    const code = await command.run({
      args: parseArguments(words, command.options ?? {}), output, speech, core: running, dispatcher, interrupted, job: (id) => followJob(running, id, output, speech, interrupted),
      async call<N extends CallName>(call: N, input: unknown) {
        const reply = await dispatcher.call(call, input, { who: 'cli' });
        if (!reply.ok) throw fromErrorReply(reply.error);
        return reply.value as CallOutput<N>;
      },
    });
    return { code, out, err };
  } catch (error) {
    const reply = toErrorReply(error);
    return { code: errorCodes[reply.code], out: JSON.stringify({ error: reply }), err: reply.message };
  }
}

/** Standard output as the one JSON document it must be. */
async function json(words: readonly string[], code = 0): Promise<Record<string, unknown> & { rows: Record<string, string>[] }> {
  const ended = await travessia([...words, '--format', 'json']);
  expect(ended.code, ended.err).toBe(code);
  return JSON.parse(ended.out);
}

test('one command away from a fresh file: recognised, copied, searched', async () => {
  const { code, out, err } = await program(['conversations', 'search', chats, 'ação', '--limit', '200']);
  expect(code, err).toBe(0);
  expect(out).toMatch(/a[çc](?:ão|ao|ões|oes)/i);
  expect(out).toMatch(/\d+ found, best first\.\n$/);
  expect(err).toContain('kept as the library "chats"');
  // Again, by its name: nothing is made anew.
  const again = await travessia(['conversations', 'search', 'chats', 'acao', '--limit', '200']);
  expect(again.out).toBe(out);
  expect(again.err).not.toContain('library');
});

describe('libraries', () => {
  test('list, detect, edit, index', async () => {
    const list = await json(['libraries', 'list']) as unknown as { id: string; name: string; mapping: { adapter: string } }[];
    expect(list).toMatchObject([{ name: 'chats', mapping: { adapter: 'four-table' } }]);
    const detected = await json(['libraries', 'detect', chats]) as unknown as { detections: { mapping: unknown }[] };
    const mapping = join(temp.path, 'mapping.json');
    writeFileSync(mapping, JSON.stringify(detected.detections[0]?.mapping));
    expect(await json(['libraries', 'add', chats, '--name', 'Second', '--mapping', mapping])).toMatchObject({ name: 'Second', search: 'ready' });
    expect(await json(['libraries', 'edit', 'second', '--name', 'Third'])).toMatchObject({ name: 'Third' });
    expect((await travessia(['libraries', 'remove', 'Third'])).code).toBe(0);
    expect(await json(['libraries', 'list'])).toHaveLength(1);
    expect(existsSync(chats)).toBe(true);
  });
  test('what is no library says so', async () => {
    expect(await json(['conversations', 'list', 'nope'], 2)).toMatchObject({ error: { code: 'NOT_FOUND' } });
    expect(await json(['conversations', 'list', join(temp.path, 'missing.db')], 2)).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
    writeFileSync(join(temp.path, 'bad.json'), '{}');
    expect(await json(['libraries', 'add', chats, '--mapping', join(temp.path, 'bad.json')], 2)).toMatchObject({ error: { code: 'MAPPING_INVALID' } });
    expect((await travessia(['libraries', 'frobnicate'])).code).toBe(2);
  });
});

test('pages go on to the last row', async () => {
  const all = await json(['conversations', 'list', 'chats', '--all', '--limit', '5']);
  const first = await json(['conversations', 'list', 'chats', '--limit', '5']);
  const second = await json(['conversations', 'list', 'chats', '--limit', '5', '--after', String(first['next'])]);
  expect(all.rows.length).toBeGreaterThanOrEqual(10);
  expect([...first.rows, ...second.rows]).toEqual(all.rows.slice(0, 10));
});

test('a conversation, its message, its row, its numbers', async () => {
  const { rows: [row] } = await json(['conversations', 'list', 'chats', '--limit', '1']);
  const key = row?.['key'] ?? '';
  const shown = await json(['conversations', 'show', 'chats', key, '--all', '--limit', '2']);
  expect(shown.rows.length).toBeGreaterThan(2);
  expect(shown['conversation']).toEqual(expect.objectContaining({ key }));
  const text = await travessia(['conversations', 'show', 'chats', key]);
  expect(text.out).toContain('── ');
  const message = shown.rows[0]?.['key'] ?? '';
  expect(await json(['conversations', 'message', 'chats', message])).toMatchObject({ key: message });
  expect((await travessia(['conversations', 'raw', 'chats', message])).out).toContain('messages');
  expect(await json(['conversations', 'reveal', 'chats', message, '--reason', 'asked by phone'])).toMatchObject({ message: { key: message, revealed: true } });
  const stats = await json(['conversations', 'stats', 'chats', 'role:user']);
  expect(stats['messages']).toBeGreaterThan(0);
  expect((await json(['conversations', 'names', 'chats', row?.['title']?.slice(0, 5) ?? ''])).rows.length).toBeGreaterThan(0);
});

test('a line that cannot be understood is refused with what was likely meant', async () => {
  const { error } = await json(['conversations', 'search', 'chats', 'senha', 'roel:user'], 2) as unknown as { error: { code: string; hint: string } };
  expect(error).toMatchObject({ code: 'QUERY_INVALID', hint: 'Did you mean:  senha role:user' });
  expect(await json(['conversations', 'export', 'chats', 'a OR b', '--out', join(temp.path, 'no.csv')], 2)).toMatchObject({ error: { code: 'QUERY_INVALID' } });
  expect(existsSync(join(temp.path, 'no.csv'))).toBe(false);
  expect((await json(['conversations', 'search', 'chats', '--query=-role:user role:assistant'])).rows.length).toBeGreaterThan(0);
});

test.each([['json', 'json'], ['ndjson', 'ndjson'], ['csv', 'csv'], ['md', 'markdown'], ['html', 'html']])('export to .%s', async (ending, format) => {
  const file = join(temp.path, `out.${ending}`);
  const found = await json(['conversations', 'search', 'chats', 'role:user', '--all', '--limit', '200']);
  expect(await json(['conversations', 'export', 'chats', 'role:user', '--out', file])).toMatchObject({ file, format, messages: found.rows.length });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(readFileSync(file, 'utf8')).toContain(found.rows[0]?.['message'] ?? '?');
  expect(await json(['conversations', 'export', 'chats', '--out', file], 2)).toMatchObject({ error: { code: 'FILE_EXISTS' } });
});

test('an export of one conversation', async () => {
  const { rows: [row] } = await json(['conversations', 'list', 'chats', '--limit', '1']);
  const file = join(temp.path, 'one.json');
  expect((await travessia(['conversations', 'export', 'chats', '--only', row?.['key'] ?? '', '--out', file])).code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8')).records[0]).toMatchObject({ kind: 'conversation', key: row?.['key'] });
  expect((await travessia(['conversations', 'export', 'chats', '--out', join(temp.path, 'x.unknown')])).code).toBe(2);
});

test.skipIf(!hasPostgres())('an undoing says what it took back', async () => {
  await using database = await freshDatabase();
  {
    await using session = await database.connect();
    await session.exec(`${fourTables}; INSERT INTO conversations (id, name) VALUES (md5('c')::uuid, 'Talk of Monday'); INSERT INTO messages (conversation_id, role, content) SELECT md5('c')::uuid, 'user', 'hello ' || n FROM generate_series(1, 2) n`);
  }
  const { rows: [row] } = await json(['conversations', 'list', database.url]);
  const key = row?.['key'] ?? '';
  expect((await travessia(['conversations', 'delete', database.url, key, '--yes'])).out).toMatch(/^Done\. The rows as they were are kept/);
  const [kept] = await json(['conversations', 'changes', database.url]) as unknown as { id: string }[];
  const { code, out, err } = await travessia(['conversations', 'undo', database.url, kept?.id ?? '', '--yes']);
  expect([code, out], err).toEqual([0, expect.stringMatching(/^Undone: delete of Talk of Monday, \d{4}-\d\d-\d\dT[\d:]{8}, by .+\. Back as they were: conversations: 1 row, messages: 2 rows\.\n$/)]);
  expect((await json(['conversations', 'list', database.url])).rows).toHaveLength(1);
});

test('a replica that was revoked says so, also where it is asked for as a library', async () => {
  const made = await json(['replicas', 'create', 'chats', '--name', 'offline', '--only', (await json(['conversations', 'list', 'chats', '--limit', '1'])).rows[0]?.['key'] ?? '']) as unknown as { id: string; readAs: string };
  expect((await json(['conversations', 'list', made.readAs])).rows).toHaveLength(1);
  expect((await travessia(['replicas', 'revoke', 'offline'])).out).toBe('offline is destroyed, and its key with it.\n');
  for (const words of [['replicas', 'refresh', made.id], ['replicas', 'rekey', made.id], ['conversations', 'list', made.readAs]]) expect(await json(words, 3), words.join(' ')).toMatchObject({ error: { code: 'REPLICA_REVOKED' } });
  for (const words of [['replicas', 'refresh', 'never'], ['replicas', 'revoke', 'never'], ['conversations', 'list', 'never']]) expect(await json(words, 2), words.join(' ')).toMatchObject({ error: { code: 'NOT_FOUND' } });
}, 300_000);
