/** A cursor goes on with what it was given for, and with nothing else: by another's, words would be read that nobody is written down to have asked for. */
import { expect, test } from 'vitest';
import { parseQuery } from '../../../../shared/pure/conversation-query/index.ts';
import type { ConversationReader } from '../ports.ts';
import { noMasking } from '../ports.ts';
import { conversationOf, memoryReader, messageOf } from '../test-library.ts';
import { createLibraryKeys, createSeal, sealReader } from './index.ts';

const keys = createLibraryKeys(createSeal(new Uint8Array(32).fill(3)), [], (text) => text.replace('personal', '⟨email⟩'));
const conversations = ['a', 'b', 'personal'];
const beneath = memoryReader({
  conversations: conversations.map((key) => conversationOf(key)),
  messages: conversations.flatMap((key) => [1, 2, 3].map((at) => messageOf(`${key}${at}`, key, `cat dog ${at}`))),
});
const library = (id: string): ConversationReader => sealReader(beneath, keys, keys.open, id);
const one = library('one');
const signal = new AbortController().signal;
const ask = (line: string, after?: string | null) => ({ query: parseQuery(line, { now: 0, zone: undefined }).query, line, limit: 1, masker: noMasking, signal, ...(typeof after === 'string' ? { after } : {}) });
const refused = { code: 'INVALID_INPUT', message: expect.stringMatching(/cursor/), hint: expect.stringMatching(/beginning/) };

test('each list goes on with its own cursor', async () => {
  const { next } = await one.search(ask('cat'));
  expect((await one.search(ask('cat', next))).rows).toHaveLength(1);
  const listed = await one.list(ask(''));
  expect((await one.list(ask('', listed.next))).rows).toHaveLength(1);
  for (const key of ['a', 'personal']) {
    const shown = keys.seal(key, 'conversation');
    const { after } = await one.thread(shown, 'start', 1, signal);
    const second = await one.thread(shown, { after: String(after) }, 1, signal);
    expect(second.rows.map((row) => keys.open(row.key))).toEqual([`${key}2`]);
    // The same conversation by its key in clear, for those who may give it so.
    expect((await one.thread(key, { before: String(second.before) }, 1, signal)).rows.map((row) => keys.open(row.key))).toEqual([`${key}1`]);
  }
});

test('what a line means may move with the clock from page to page: the line is what counts', async () => {
  const at = (now: number, after?: string | null) => ({ ...ask('after:2h cat', after), query: { ...parseQuery('cat', { now: 0, zone: undefined }).query, after: new Date(now).toISOString() } });
  const { next } = await one.search(at(0));
  expect((await one.search(at(60_000, next))).rows).toHaveLength(1);
  const { next: other } = await one.search(ask('after:2024-01-01 cat'));
  await expect(one.search(ask('after:2020-01-01 cat', other))).rejects.toMatchObject(refused);
});

test('a cursor of another conversation, search, call or library is refused, and so is one made up', async () => {
  const cat = String((await one.search(ask('cat'))).next);
  const { after } = await one.thread('a', 'start', 1, signal);
  const listed = String((await one.list(ask(''))).next);
  for (const attempt of [
    () => one.thread('b', { after: String(after) }, 1, signal), () => one.thread('b', { before: String(after) }, 1, signal), () => one.thread('a', { after: cat }, 1, signal), () => one.thread('a', { after: listed }, 1, signal),
    () => one.search(ask('dog', cat)), () => one.search(ask('cat', listed)), () => one.search(ask('', listed)), () => one.search(ask('cat', after)), () => one.list(ask('cat', cat)), () => one.list(ask('cat', listed)), () => one.list(ask('', after)),
    () => library('two').search(ask('cat', cat)), () => library('two').thread('a', { after: String(after) }, 1, signal), () => library('two').list(ask('', listed)),
    () => one.search(ask('cat', keys.cursor.seal('a2'))), () => one.search(ask('cat', 'a2')), () => one.search(ask('cat', '')), () => one.search(ask('cat', `${cat}aa`)),
  ]) await expect(attempt()).rejects.toMatchObject(refused);
});
