import { describe, expect, test } from 'vitest';
import { maxReplyBytes } from '../../../hosts/dispatcher.ts';
import { conversationOf, memoryGuard, memoryLibraries, memoryReader, messageOf, testLibrary, type TestData } from '../test-library.ts';
import { createView } from './index.ts';

const library = 'lib';
const asked = { library, query: '', limit: 50 };
const secret = 'secret-12345';

function open(data: TestData, guard = memoryGuard({ active: true, seesDeleted: false }), change: Partial<typeof testLibrary> = {}) {
  const calls: string[] = [];
  const reader = memoryReader(data, (name) => calls.push(name));
  return { view: createView({ libraries: memoryLibraries(reader, { ...testLibrary, ...change }), guard, now: () => Date.parse('2024-06-01T00:00:00Z') }), guard, calls, reader };
}

/** A secret wherever a text can stand. */
const full: TestData = {
  conversations: [conversationOf('c1', { title: `about ${secret}`, owner: secret, preview: `${secret}…`, metadata: `{"a":"${secret}"}` }), conversationOf('c2', { title: 'plain' })],
  messages: [
    messageOf('m1', 'c1', `my ${secret} please`, {
      metadata: `{"x":"${secret}"}`,
      parts: [
        { type: 'text', text: `my ${secret} please`, format: 'markdown' }, { type: 'reasoning', text: secret }, { type: 'tool-call', name: `f_${secret}`, callId: 'x', arguments: `{"id":"${secret}"}` }, { type: 'tool-result', name: secret, callId: 'x', text: secret, isError: false },
        { type: 'json', text: `["${secret}"]` }, { type: 'image', mime: 'image/png', name: `${secret}.png`, url: `https://x.y/${secret}`, data: null }, { type: 'file', mime: null, name: secret, url: secret, bytes: 1 }, { type: 'error', text: secret },
      ],
    }),
    messageOf('m2', 'c1', 'nothing here'),
  ],
  tasks: [{ key: 't', conversation: 'c1', status: 'open', description: secret, createdAt: null, updatedAt: null, metadata: secret, masked: false }],
  events: [{ key: 'e', conversation: 'c1', type: 'note', actor: secret, at: null, content: secret, masked: false }],
  raw: [{ table: 'm', columns: ['text', 'data', 'long'], cells: [{ class: 'text', text: secret }, { class: 'blob', text: Buffer.from(secret).toString('hex'), bytes: 12 }, { class: 'text', text: `${'x'.repeat(1990)}${secret.slice(0, 10)}`, cut: true }], masked: false }],
};

describe('masked', () => {
  test('a secret is in no answer, whatever field it stands in', async () => {
    const { view } = open(full);
    const answers = [
      await view.list(asked), await view.names({ library, text: 'about', limit: 10 }), await view.get({ library, key: 'c1' }), await view.messages({ library, conversation: 'c1', from: 'start', limit: 50 }), await view.message({ library, key: 'm1' }),
      await view.timeline({ library, conversation: 'c1', from: null, to: null }), await view.raw({ library, key: 'm1', kind: 'message' }), await view.search({ ...asked, query: 'please' }), await view.stats({ library, query: '' }),
    ];
    const text = JSON.stringify(answers);
    expect(text).not.toContain(secret);
    expect(text).not.toContain('secret-12');
    expect(text).not.toContain(Buffer.from(secret).toString('hex'));
    expect(text.match(/⟨token⟩/g)?.length).toBeGreaterThan(20);
    expect(answers[3]).toMatchObject({ rows: [{ key: 'm1', masked: true, revealed: false }, { key: 'm2', masked: false }] });
  });
  test('searching, counting, stepping or naming a masked value finds nothing; around it all is found', async () => {
    const { view, calls } = open(full);
    for (const query of [secret, `"${secret}"`, `please -${secret}`, `user:${secret}`, `-user:${secret}`, `meta.a:${secret}`]) {
      expect((await view.search({ ...asked, query })).rows, query).toEqual([]);
      expect(await view.count({ library, query })).toEqual({ count: 0, capped: false });
      expect((await view.list({ ...asked, query })).rows).toEqual([]);
      expect(await view.stats({ library, query })).toMatchObject({ messages: 0, users: [] });
      expect(await view.step({ library, query, key: 'm2', direction: 'previous' })).toEqual({ message: null, conversation: null, next: null });
    }
    expect(calls).toEqual([]);
    // Letter by letter, and by a part that is no secret by itself.
    for (const text of [secret, 'secret-1', 'secret', 'about secret']) expect((await view.names({ library, text, limit: 10 })).rows, text).toEqual([]);
    expect((await view.names({ library, text: 'about', limit: 10 })).rows).toHaveLength(1);
    expect((await view.search({ ...asked, query: 'please' })).rows).toHaveLength(1);
  });
  test('revealed: the message, and nothing else; then it is found by its words', async () => {
    const { view } = open(full);
    expect(await view.reveal({ library, kind: 'message', key: 'm1', reason: 'caller asked' })).toMatchObject({ message: { key: 'm1', masked: false, revealed: true } });
    expect(JSON.stringify(await view.message({ library, key: 'm1' }))).toContain(secret);
    expect((await view.search({ ...asked, query: secret })).rows).toMatchObject([{ message: 'm1', title: 'about ⟨token⟩' }]);
    expect(JSON.stringify(await view.get({ library, key: 'c1' }))).not.toContain(secret);
    expect(await view.reveal({ library, kind: 'conversation', key: 'c1', reason: 'caller asked' })).toMatchObject({ conversation: { owner: secret, revealed: true } });
    await expect(view.reveal({ library, kind: 'message', key: 'nope', reason: 'caller asked' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
  test('masking turned off shows all, turned on hides it again at once, also from pages kept', async () => {
    const { view, guard } = open(full, memoryGuard({ active: false, seesDeleted: true }));
    expect(JSON.stringify(await view.list(asked))).toContain(secret);
    guard.active = true;
    expect(JSON.stringify(await view.list(asked))).not.toContain(secret);
    expect(view.statistics().hits + view.statistics().misses).toBe(2);
  });
  test('what a reader cut off in the middle of a secret does not show its half', async () => {
    const cutText = `${'x '.repeat(200)}${secret.slice(0, 10)}`;
    const cutJson = `{"a":"${'x'.repeat(300)}","password":"hal`;
    const { view } = open({
      conversations: [conversationOf('c1')],
      messages: [messageOf('m1', 'c1', cutText, { truncated: true, metadata: cutJson }), messageOf('m2', 'c1', '', { truncated: true, parts: [{ type: 'text', text: 'before', format: 'plain' }, { type: 'tool-call', name: 'f', callId: null, arguments: cutJson }] })],
    });
    const page = await view.messages({ library, conversation: 'c1', from: 'start', limit: 5 });
    expect(JSON.stringify(page)).not.toMatch(/secret|hal/);
    expect(page.rows[1]?.parts).toMatchObject([{ text: 'before' }, { arguments: '' }]);
  });
  test('of a masked copy, what may be seen comes from its source', async () => {
    const copy: TestData = { conversations: [conversationOf('c1', { title: '⟨token⟩', masked: true })], messages: [messageOf('m1', 'c1', 'my ⟨token⟩', { masked: true }), messageOf('m2', 'c1', 'hi')] };
    const { view, reader } = open(copy, undefined, { way: 'cached' });
    const wanted: unknown[] = [];
    Object.assign(reader, {
      async originals(messages: string[], conversations: string[]) {
        wanted.push(...messages, ...conversations);
        return { messages: full.messages.filter(({ key }) => messages.includes(key)), conversations: full.conversations.filter(({ key }) => conversations.includes(key)) };
      },
    });
    expect(JSON.stringify(await view.messages({ library, conversation: 'c1', from: 'start', limit: 5 }))).not.toContain(secret);
    expect(wanted).toEqual([]);
    await view.reveal({ library, kind: 'message', key: 'm1', reason: 'caller asked' });
    expect((await view.messages({ library, conversation: 'c1', from: 'start', limit: 5 })).rows[0]).toMatchObject({ revealed: true, masked: false, parts: full.messages[0]?.parts });
    expect(await view.reveal({ library, kind: 'conversation', key: 'c1', reason: 'caller asked' })).toMatchObject({ conversation: { title: `about ${secret}`, masked: false } });
    expect(new Set(wanted)).toEqual(new Set(['m1', 'c1']));
  });
});

test('a query that cannot be understood is not asked of anybody', async () => {
  const { view, calls } = open(full);
  const answer = await view.search({ ...asked, query: 'roel:user' });
  expect(answer).toMatchObject({ rows: [], next: null, diagnostics: [{ code: 'query.unknown-operator', suggestion: 'role:user' }] });
  expect(await view.count({ library, query: 'a OR b' })).toEqual({ count: 0, capped: false });
  expect(await view.list({ ...asked, query: '"x' })).toMatchObject({ rows: [], diagnostics: [{ code: 'query.unclosed-quote' }] });
  expect(calls).toEqual([]);
});

test('soft-deleted rows are there for those who may see them, and for nobody else', async () => {
  const at = '2024-02-01T00:00:00.000Z';
  const data: TestData = {
    conversations: [conversationOf('c1'), conversationOf('c2', { deletedAt: at })],
    messages: [messageOf('m1', 'c1', 'one'), ...Array.from({ length: 5 }, (_, index) => messageOf(`d${index}`, 'c1', 'gone', { deletedAt: at })), messageOf('m9', 'c1', 'last'), messageOf('x1', 'c2', 'one')],
  };
  const { view } = open(data);
  expect((await view.list(asked)).rows.map(({ key }) => key)).toEqual(['c1']);
  for (const call of [view.get({ library, key: 'c2' }), view.messages({ library, conversation: 'c2', from: 'start', limit: 5 }), view.message({ library, key: 'x1' }), view.message({ library, key: 'd0' }), view.raw({ library, kind: 'message', key: 'd0' }), view.raw({ library, kind: 'conversation', key: 'c2' }), view.timeline({ library, conversation: 'c2', from: null, to: null }), view.reveal({ library, kind: 'message', key: 'x1', reason: 'curious' })]) {
    await expect(call).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect((await view.search({ ...asked, query: 'gone' })).rows).toEqual([]);
  expect((await view.search({ ...asked, query: 'has:deleted' })).rows).toEqual([]);
  // A page of nothing but deleted messages is passed over.
  const first = await view.messages({ library, conversation: 'c1', from: 'start', limit: 1 });
  expect(first.rows.map(({ key }) => key)).toEqual(['m1']);
  expect((await view.messages({ library, conversation: 'c1', from: { after: first.after ?? '' }, limit: 2 })).rows.map(({ key }) => key)).toEqual(['m9']);

  const dba = open(data, memoryGuard({ active: false, seesDeleted: true })).view;
  expect((await dba.list(asked)).rows.map(({ key, deletedAt }) => [key, deletedAt])).toEqual([['c1', null], ['c2', at]]);
  expect((await dba.search({ ...asked, query: 'has:deleted' })).rows).toHaveLength(5);
});

describe('answers stay below a megabyte, and nothing is lost', () => {
  test.each([['long texts', 'é'.repeat(300_000)], ['control characters', '\u0001'.repeat(100_000)], ['pairs', '😀'.repeat(90_000)]])('%s', async (_, text) => {
    const data: TestData = { conversations: [conversationOf('c1', { title: text, metadata: text, preview: text, owner: text })], messages: Array.from({ length: 24 }, (__, index) => messageOf(`m${index}`, 'c1', text, { metadata: text })) };
    const { view } = open(data, memoryGuard({ active: false, seesDeleted: true }));
    const keys: string[] = [];
    let from: { after: string } | 'start' = 'start';
    for (;;) {
      const page: Awaited<ReturnType<typeof view.messages>> = await view.messages({ library, conversation: 'c1', from, limit: 60 });
      expect(Buffer.byteLength(JSON.stringify(page))).toBeLessThan(maxReplyBytes);
      expect(page.rows.every(({ truncated, parts }) => truncated && JSON.stringify(parts).isWellFormed())).toBe(true);
      keys.push(...page.rows.map(({ key }) => key));
      if (page.after === null) break;
      from = { after: page.after };
    }
    expect(keys).toEqual(data.messages.map(({ key }) => key));
    for (const answer of [await view.message({ library, key: 'm1' }), await view.get({ library, key: 'c1' }), await view.list(asked)]) expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(maxReplyBytes);
  });
  test('pictures, many parts, wide rows, long timelines', async () => {
    const picture = { type: 'image', mime: 'image/png', name: null, url: null, data: `data:image/png;base64,${'A'.repeat(200_000)}` } as const;
    const text = 'x'.repeat(50_000);
    const data: TestData = {
      conversations: [conversationOf('c1')], messages: [messageOf('m1', 'c1', '', { parts: Array.from({ length: 10 }, () => picture) }), messageOf('m2', 'c1', '', { parts: Array.from({ length: 5000 }, () => ({ type: 'json', text: '{}' }) as const) })],
      raw: Array.from({ length: 5 }, () => ({ table: 't', columns: ['a'], cells: Array.from({ length: 200 }, () => ({ class: 'text', text: 'y'.repeat(2000) }) as const), masked: false })),
      events: Array.from({ length: 500 }, (_, index) => ({ key: `e${index}`, conversation: 'c1', type: 'x', actor: null, at: null, content: text, masked: false })),
    };
    const { view } = open(data, memoryGuard({ active: false, seesDeleted: true }));
    const answers = [await view.messages({ library, conversation: 'c1', from: 'start', limit: 50 }), await view.message({ library, key: 'm2' }), await view.raw({ library, kind: 'message', key: 'm1' }), await view.timeline({ library, conversation: 'c1', from: null, to: null })];
    for (const answer of answers) expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(maxReplyBytes);
    expect(answers[3]).toMatchObject({ events: { length: 500 } });
  });
});

test('pages are kept until what they show changes', async () => {
  const { view, calls } = open(full);
  const thread = { library, conversation: 'c1', from: 'start', limit: 5 } as const;
  await view.messages(thread);
  await view.messages(thread);
  await Promise.all([view.search({ ...asked, query: 'please' }), view.search({ ...asked, query: 'please' })]);
  expect(calls.filter((name) => name === 'thread' || name === 'search')).toEqual(['thread', 'search']);
  expect(view.statistics()).toMatchObject({ hits: 3, misses: 3 });
  view.onEvent({ type: 'changed', noun: 'libraries', id: 'another' });
  await view.messages(thread);
  expect(calls.filter((name) => name === 'thread')).toHaveLength(1);
  view.onEvent({ type: 'changed', noun: 'libraries', id: library });
  await view.messages(thread);
  view.onEvent({ type: 'changed', noun: 'replicas' });
  await view.messages(thread);
  expect(calls.filter((name) => name === 'thread')).toHaveLength(3);
});
