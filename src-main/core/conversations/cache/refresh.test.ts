import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { emptyQuery, hostileTexts } from '../search-cases.ts';
import { refreshFile, type RefreshResult } from './build/refresh.ts';
import { cacheState, currentFile, readNote } from './files.ts';
import { openAnswers } from './reader/answers.ts';
import { asIs, conversationRow, memoryScan, messageRow, type MemorySource } from './test-fixture.ts';
import { createRowMask } from '../row-mask.ts';
import { testSeed } from '../../../test-support/test-seed.ts';

let folder: string;
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'travessia-cache-')); });
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const refresh = (source: MemorySource, into = folder, change: Partial<Parameters<typeof refreshFile>[0]> = {}): Promise<RefreshResult> => refreshFile({ ...asIs, folder: into, scan: memoryScan(source), ...change });

const query = (change: Partial<Query>): Query => ({ ...emptyQuery, ...change });
const word = (text: string): Query['terms'][number] => ({ kind: 'word', text, not: false });

/** Everything a copy answers about a source. */
async function everything(of: string, source: MemorySource): Promise<unknown> {
  const open = openAnswers({ folder: of, masking: 'none', mapping: 'test' }, () => Promise.resolve(memoryScan(source)));
  try {
    const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
    const list = await ask.list(emptyQuery, undefined, 1000);
    const threads = await Promise.all(list.rows.map(async (row) => [await ask.thread(row.key, 'start', 1000), await ask.timeline(row.key, null, null)]));
    const queries = [query({}), ...words.map((text) => query({ terms: [word(text)] })), query({ roles: ['assistant'] }), query({ users: ['ana'] }), query({ has: ['deleted'] }), query({ notHas: ['deleted'] }),
      query({ has: ['error'] }), query({ meta: [{ path: ['plan'], value: 'gold', not: false }] }), query({ meta: [{ path: ['own'], value: '1', not: false }] }), query({ after: '2026-01-01T00:00:20Z', before: '2026-01-01T00:00:40Z' })];
    const found = await Promise.all(queries.map(async (each) => [
      (await ask.search(each, undefined, 1000, false)).rows.toSorted((a, b) => (a.message < b.message ? -1 : 1)), (await ask.list(each, undefined, 1000)).rows.map((row) => row.key), await ask.count(each), await ask.stats(each)]));
    const names = await Promise.all(['title', 'ana', 'alpha'].map(async (text) => (await ask.names(text, 50)).map((row) => row.key).toSorted()));
    return { list, threads, found, names };
  } finally {
    open.close();
  }
}

const words = ['alpha', 'beta', 'gamma', 'reembolso', 'refund'];
const moment = fc.option(fc.integer({ min: 0, max: 60 }).map((second) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString()), { nil: null });
const key = fc.constantFrom('1', '2', '9', '10', '11', 'a', 'b#0', 'b#1', 'b#s', 'é', '["x","y"]');
const text = fc.array(fc.constantFrom(...words, 'the', 'de'), { maxLength: 6 }).map((list) => list.join(' '));
const conversations = fc.uniqueArray(fc.record({
  key, title: fc.option(text.map((title) => `title ${title}`), { nil: null }), owner: fc.constantFrom(null, 'Ana', 'bob'), updatedAt: moment, deletedAt: fc.constantFrom(null, null, '2026-01-02T00:00:00Z'),
  metadata: fc.constantFrom(null, '{"plan":"gold"}', '{"plan":"free"}'),
}), { selector: (row) => row.key, maxLength: 5 }).map((rows) => rows.map((row): Conversation => conversationRow(row.key, row)));
const messages = fc.uniqueArray(fc.record({
  key: fc.tuple(key, fc.integer({ min: 0, max: 4 })).map(([first, second]) => (second === 0 ? first : `${first}${second}`)), conversation: key, text, at: moment, role: fc.constantFrom('user', 'assistant', 'User'),
  isError: fc.boolean(), deletedAt: fc.constantFrom(null, null, null, '2026-01-02T00:00:00Z'), metadata: fc.constantFrom(null, '{"own":1}', '{"own":2}'), model: fc.constantFrom(null, 'm1', 'm2'), latencyMs: fc.constantFrom(null, 5, 10.5),
}), { selector: (row) => row.key, maxLength: 25 }).map((rows) => rows.map(({ text: words_, ...row }): Message => messageRow(row.key, row.conversation, words_, row)));
const sources = fc.record({ conversations, messages }).map(({ conversations: heads, messages: rows }): MemorySource => {
  // Every message's conversation has a row in the source.
  const known = new Set(heads.map((row) => row.key));
  return { conversations: heads, messages: rows.filter((row) => known.has(row.conversation)) };
});

const seed = testSeed();

test(`a copy brought up to date again and again answers as one made anew (seed ${seed})`, async () => {
  let run = 0;
  await fc.assert(fc.asyncProperty(fc.array(sources, { minLength: 2, maxLength: 4 }), async (steps) => {
    run += 1;
    const kept = join(folder, `kept-${run}`);
    const made = join(folder, `made-${run}`);
    for (const source of steps) await refresh(source, kept);
    const last = steps.at(-1) ?? { conversations: [], messages: [] };
    await refresh(last, made);
    expect(await everything(kept, last)).toEqual(await everything(made, last));
    rmSync(kept, { recursive: true, force: true });
    rmSync(made, { recursive: true, force: true });
  }), { numRuns: 15, seed });
});

const small: MemorySource = {
  conversations: [conversationRow('c1', { title: 'One', updatedAt: '2026-01-01T00:00:00Z' })],
  messages: [messageRow('1', 'c1', 'hello there', { at: '2026-01-01T00:00:00Z' }), messageRow('2', 'c1', 'the answer', { at: '2026-01-01T00:00:01Z', role: 'assistant' })],
};

test('what did not change is not written again', async () => {
  expect(await refresh(small)).toMatchObject({ outcome: 'made', written: 2, conversations: 1, messages: 2 });
  const again = { ...small, messages: [...small.messages, messageRow('3', 'c1', 'one more', { at: '2026-01-01T00:00:02Z' })] };
  expect(await refresh(again)).toMatchObject({ outcome: 'changed', written: 1, gone: 0, messages: 3 });
  expect(await refresh(again)).toMatchObject({ outcome: 'same', written: 0 });
  expect(await refresh(small)).toMatchObject({ outcome: 'changed', written: 0, gone: 1, messages: 2 });
});

test('other rules of masking or another mapping make it anew', async () => {
  await refresh(small);
  expect(await refresh(small, folder, { masking: 'v2' })).toMatchObject({ outcome: 'made' });
  expect(await refresh(small, folder, { masking: 'v2', mapping: 'other' })).toMatchObject({ outcome: 'made' });
  expect(readdirSync(folder).filter((name) => name.endsWith('.db'))).toEqual(['3.db']);
  const open = openAnswers({ folder, masking: 'v3', mapping: 'other' }, () => Promise.reject(new Error('no source')));
  expect(() => open.for({ revealed: [], limits: { isCancelled: () => false } })).toThrow(/no full-text copy/);
});

test('its state is told by a note beside it', async () => {
  const expected = { masking: 'none', mapping: 'test', fingerprint: JSON.stringify(small) };
  expect(cacheState(folder, expected)).toEqual({ search: 'missing', refreshedAt: null });
  await refresh(small);
  expect(cacheState(folder, expected)).toEqual({ search: 'ready', refreshedAt: '2026-03-02T00:00:00.000Z' });
  expect(cacheState(folder, { ...expected, fingerprint: null }).search).toBe('ready');
  expect(cacheState(folder, { ...expected, fingerprint: 'other' }).search).toBe('stale');
  expect(cacheState(folder, { ...expected, masking: 'v2' }).search).toBe('missing');
  rmSync(join(folder, 'note.json'));
  expect(cacheState(folder, expected).search).toBe('stale');
});

test('only its owner may read it', async () => {
  await refresh(small);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  for (const name of readdirSync(folder).filter((each) => each !== 'lock')) expect([name, statSync(join(folder, name)).mode & 0o077]).toEqual([name, 0]);
});

test('a damaged copy is made anew, and what a killed build left behind goes', async () => {
  await refresh(small);
  writeFileSync(join(folder, '9.building'), 'half');
  writeFileSync(currentFile(folder) ?? '', 'no database any more');
  expect(await refresh(small)).toMatchObject({ outcome: 'made', messages: 2 });
  expect(readdirSync(folder).filter((name) => name.endsWith('.building'))).toEqual([]);
});

test('a cancelled build leaves nothing, a cancelled refresh leaves the copy as it was', async () => {
  const controller = new AbortController();
  const stopping: MemorySource = { ...small, get messages() { controller.abort(); return small.messages; } };
  await expect(refresh(stopping, folder, { signal: controller.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(currentFile(folder)).toBeNull();
  await refresh(small);
  const before = await everything(folder, small);
  const more: MemorySource = { conversations: [], messages: [] };
  await expect(refresh(more, folder, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
  expect(await everything(folder, small)).toEqual(before);
  expect(readNote(folder)?.messages).toBe(2);
});

test('a key that comes twice is one row, as it came last', async () => {
  const doubled = { ...small, messages: [...small.messages, messageRow('1', 'c1', 'said again', { at: '2026-01-01T00:00:05Z' })] };
  expect(await refresh(doubled)).toMatchObject({ messages: 2, doubles: 1 });
});

test('texts of any kind come back as they were', async () => {
  const texts = [...hostileTexts, 'text with \u0000 inside', '"quoted" \\ and\nlines', '⟨email⟩'].map((each) => each.toWellFormed());
  const source: MemorySource = { conversations: [conversationRow("o'c")], messages: texts.map((each, index) => messageRow(`k"${index}`, "o'c", each, { metadata: JSON.stringify({ [each.slice(0, 50)]: each }), role: each.slice(0, 20) })) };
  await refresh(source);
  const open = openAnswers({ folder, masking: 'none', mapping: 'test' }, () => Promise.resolve(memoryScan(source)));
  const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
  for (const [index, each] of texts.entries()) {
    const key = `k"${index}`;
    expect(await ask.message(key)).toEqual(source.messages[index]);
    const found = await ask.search(query({ meta: [{ path: [each.slice(0, 50)], value: each, not: false }], in: "o'c" }), undefined, 200, false);
    expect(found.rows.map((row) => row.message)).toContain(key);
  }
  open.close();
});

test('a whole number of metadata is found as it is written', async () => {
  const source: MemorySource = { conversations: [conversationRow('c', { metadata: '{"id": 9007199254740993, "list": [12345678901234567890, "a, 12345678901234567, b"]}' })], messages: [messageRow('1', 'c', 'x')] };
  await refresh(source);
  const open = openAnswers({ folder, masking: 'none', mapping: 'test' }, () => Promise.resolve(memoryScan(source)));
  const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
  const count = async (path: string[], value: string): Promise<number> => (await ask.count(query({ meta: [{ path, value, not: false }] }))).count;
  expect(await count(['id'], '9007199254740993')).toBe(1);
  expect(await count(['id'], '9007199254740992')).toBe(0);
  open.close();
});

test('personal data is nowhere in its files', async () => {
  const secrets = ['ana.silva@example.com', '529.982.247-25', 'ANA.SILVA'];
  const hide = (value: string): string => secrets.reduce((masked, secret) => masked.replaceAll(secret, '⟨email⟩'), value);
  const [mail = '', cpf = ''] = secrets;
  const source: MemorySource = {
    conversations: [conversationRow('c1', { title: `about ${mail}`, owner: mail, preview: cpf, metadata: JSON.stringify({ contact: mail, [cpf]: 1 }) })],
    messages: [
      messageRow('1', 'c1', `write to ${mail} or ${cpf}`, { metadata: JSON.stringify({ deep: [{ mail }] }) }),
      messageRow('2', 'c1', '', { parts: [{ type: 'tool-call', name: 'send', callId: null, arguments: JSON.stringify({ to: mail }) }, { type: 'tool-result', name: null, callId: null, text: cpf, isError: false }, { type: 'error', text: mail }, { type: 'reasoning', text: cpf }, { type: 'json', text: `{"a":"${mail}"}` }, { type: 'file', mime: null, name: mail, url: `https://x/?m=${mail}`, bytes: 1 }] }),
    ],
    tasks: [{ key: 't', conversation: 'c1', status: 'open', description: mail, createdAt: null, updatedAt: null, metadata: `{"m":"${mail}"}`, masked: false }],
    events: [{ key: 'e', conversation: 'c1', type: 'note', actor: mail, at: null, content: cpf, masked: false }],
    metrics: [{ operation: mail, durationMs: 1, success: true, at: null }],
  };
  await refresh(source, folder, { mask: createRowMask([{ adapter: 'generic' }], hide) });
  await refresh({ ...source, messages: [...source.messages, messageRow('3', 'c1', mail)] }, folder, { mask: createRowMask([{ adapter: 'generic' }], hide) });
  for (const name of readdirSync(folder)) {
    if (name === 'note.json' || name === 'lock') continue;
    const bytes = readFileSync(join(folder, name)).toString('latin1').toLowerCase();
    for (const hidden of [...secrets, 'ana silva', 'silva', '529 982', '982']) expect([name, hidden, bytes.includes(hidden.toLowerCase())]).toEqual([name, hidden, false]);
  }
});
