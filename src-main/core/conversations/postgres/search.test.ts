import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../../../test-support/index.ts';
import { noMasking, type ConversationReader, type Masker } from '../ports.ts';
import { emptyQuery, hostileTexts, maskedCases, searchCaseMessages, searchCases } from '../search-cases.ts';
import { carryOutIndex, createQueryPort, openPostgresReader, planIndex, readIndexable } from './index.ts';
import { insertSearchCases, searchCaseMapping } from './test-library.ts';

const { signal } = new AbortController();
const ask = (query: Partial<Query>): Query => ({ ...emptyQuery, ...query });
const word = (text: string): Query => ask({ terms: [{ kind: 'word', text, not: false }] });

async function makeIndex(database: TestDatabase): Promise<number> {
  const port = createQueryPort(database.config);
  const plan = await planIndex(await readIndexable(port, 'lib', searchCaseMapping));
  expect(plan.blockers).toEqual([]);
  await carryOutIndex(plan, { open: () => database.connect(), signal });
  const again = await planIndex(await readIndexable(port, 'lib', searchCaseMapping));
  await port.close();
  return again.steps.filter((step) => step.kind !== 'note').length;
}

describe.skipIf(!hasPostgres())('searching in PostgreSQL', () => {
  let database: TestDatabase;
  let reader: ConversationReader;
  const keys = async (query: Query, masker: Masker = noMasking): Promise<string[]> => (await reader.search({ query, limit: 100, masker, signal })).rows.map((row) => row.message);

  beforeAll(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    await insertSearchCases(session);
    reader = await openPostgresReader({ port: createQueryPort(database.config), mapping: searchCaseMapping, library: { id: 'lib' } });
  });
  afterAll(async () => {
    await reader.close();
    await database.close();
  });

  it('says what is missing before the index is made, and finds the index once it is', async () => {
    await expect(reader.search({ query: word('refund'), limit: 5, masker: noMasking, signal })).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    await expect(reader.count(word('refund'), noMasking, signal)).rejects.toMatchObject({ code: 'CACHE_MISSING' });
    expect((await reader.list({ query: ask({}), limit: 5, masker: noMasking, signal })).rows).toHaveLength(3);
    expect(await makeIndex(database)).toBe(0);
    expect(await keys(word('refund'))).toHaveLength(4);
  });

  it.each(searchCases)('$name: $line', async ({ query, finds }) => {
    expect((await keys(ask(query))).toSorted()).toEqual(finds.toSorted());
    expect(await reader.count(ask(query), noMasking, signal)).toEqual({ count: finds.length, capped: false });
    const conversations = [...new Set(finds.map((key) => searchCaseMessages.find((message) => message.key === key)?.conversation))];
    if ((query.after ?? query.before ?? null) === null) expect((await reader.list({ query: ask(query), limit: 10, masker: noMasking, signal })).rows.map((row) => row.key).toSorted()).toEqual(conversations.toSorted());
  });

  it('asks for many conversations that a filter names a few at a time, and finds each message once, newest first', async () => {
    await using session = await database.connect();
    await session.exec(`INSERT INTO conversations SELECT 'many-' || n, 'many', timestamptz '2026-04-01', jsonb_build_object('team', n % 2) FROM generate_series(1, 90) n;
      INSERT INTO messages SELECT 'many-' || n || '-' || m, 'many-' || n, 'user', 'the zeppelin number ' || m, timestamptz '2026-04-01' + n * interval '1 minute' + m * interval '1 second', NULL FROM generate_series(1, 90) n, generate_series(1, 2) m`);
    try {
      const of = (query: Query): Promise<string[]> => keys({ ...query, meta: [{ path: ['team'], value: '1', not: false }] });
      const odd = Array.from({ length: 45 }, (_, at) => 89 - 2 * at).flatMap((n) => [`many-${n}-2`, `many-${n}-1`]);
      expect((await of(word('zeppelin'))).toSorted()).toEqual(odd.toSorted());
      expect(await of(ask({}))).toEqual(odd);
      expect((await reader.list({ query: { ...word('zeppelin'), meta: [{ path: ['team'], value: '1', not: false }] }, limit: 100, masker: noMasking, signal })).rows).toHaveLength(45);
    } finally {
      await session.exec("DELETE FROM messages WHERE id LIKE 'many-%'; DELETE FROM conversations WHERE id LIKE 'many-%'");
    }
  });

  it('marks what it found, and nothing that the message itself marks', async () => {
    const { rows, order } = await reader.search({ query: word('ações'), limit: 10, masker: noMasking, signal });
    expect(order).toBe('best');
    const marked = rows.map((row) => row.snippet.filter((piece) => piece.hit).map((piece) => piece.text));
    expect(marked.toSorted()).toEqual([['ação'], ['acao'], ['ações']].toSorted());
    expect(rows.every((row) => row.snippet.map((piece) => piece.text).join('').length > 20)).toBe(true);
  });

  it('is not broken by anything that is typed', async () => {
    for (const text of hostileTexts) {
      for (const kind of ['word', 'phrase', 'prefix'] as const) {
        for (const terms of [[{ kind, text, not: false }], [{ kind: 'word' as const, text: 'refund', not: false }, { kind, text, not: true }]]) {
          await reader.search({ query: ask({ terms }), limit: 3, masker: noMasking, signal });
          await reader.count(ask({ terms }), noMasking, signal);
        }
      }
      const filters = ask({ roles: [text], models: [text], users: [], in: text, near: text, meta: [{ path: [text], value: text, not: false }] });
      expect(await keys(filters)).toEqual([]);
      await reader.list({ query: ask({ in: text, meta: [{ path: [text, 'x'], value: text, not: true }] }), limit: 3, masker: noMasking, signal });
      await reader.names(text, 3, signal);
    }
    expect(await keys(word('refund'))).toHaveLength(4);
  }, 300_000);

  it('pages through all hits, in both orders, and steps through them', async () => {
    for (const query of [word('refund'), ask({ roles: ['user'] }), ask({})]) {
      const whole = await keys(query);
      const found: string[] = [];
      for (let after: string | undefined; ;) {
        const page = await reader.search({ query, limit: 2, masker: noMasking, signal, ...(after === undefined ? {} : { after }) });
        found.push(...page.rows.map((row) => row.message));
        if (page.next === null) break;
        after = page.next;
      }
      expect(found).toEqual(whole);
      const stepped: string[] = [];
      for (let key: string | undefined = whole[0]; key !== undefined;) {
        stepped.push(key);
        key = (await reader.step(query, key, 'next', noMasking, signal))?.message;
      }
      expect(stepped).toEqual(whole);
      expect((await reader.step(query, whole[1] ?? '', 'previous', noMasking, signal))?.message).toBe(whole[0]);
      expect(await reader.step(query, whole[0] ?? '', 'previous', noMasking, signal)).toBeNull();
    }
  });

  it('finds what is near a message', async () => {
    expect((await keys(ask({ near: 'en-3' }))).toSorted()).toEqual(['en-1', 'en-2', 'en-3', 'en-4', 'en-5', 'en-6']);
    expect(await keys(ask({ near: 'en-3', terms: [{ kind: 'word', text: 'quarterly', not: false }] }))).toHaveLength(3);
  });

  it('keeps in step with what the program writes', async () => {
    await using session = await database.connect();
    await session.query("INSERT INTO messages VALUES ('new-1', 'conv-en', 'user', 'A walrus asked for the invoice of the month.', '2026-04-01', NULL)");
    expect(await keys(word('walruses'))).toEqual(['new-1']);
    await session.query("UPDATE messages SET content = 'An otter asked for the invoice of the month.' WHERE id = 'new-1'");
    expect([await keys(word('walrus')), await keys(word('otters'))]).toEqual([[], ['new-1']]);
    await session.query("UPDATE messages SET id = 'new-2' WHERE id = 'new-1'");
    expect(await keys(word('otters'))).toEqual(['new-2']);
    await session.query("DELETE FROM messages WHERE id = 'new-2'");
    expect(await keys(word('otters'))).toEqual([]);
  });

  it('does not find a masked value, shows none, and finds it once revealed', async () => {
    await using session = await database.connect();
    const values = maskedCases.map(({ value }) => value);
    for (const [at, { text }] of maskedCases.entries()) await session.query('INSERT INTO messages VALUES ($1, $2, $3, $4, $5, NULL)', [`pii-${at}`, 'conv-en', 'user', text, '2026-05-01']);
    const revealed = new Set<string>();
    const masker: Masker = {
      active: true, mask: (text) => values.reduce((masked, value) => masked.replaceAll(value, '⟨email⟩'), text), isRevealed: (_, key) => revealed.has(key), revealed: () => [...revealed],
    };
    for (const [at, { value, beside }] of maskedCases.entries()) {
      for (const kind of ['word', 'phrase'] as const) {
        const query = ask({ terms: [{ kind, text: value, not: false }] });
        expect(await keys(query), value).toContain(`pii-${at}`);
        expect(await keys(query, masker), value).toEqual([]);
        expect(await reader.count(query, masker, signal)).toEqual({ count: 0, capped: false });
        expect((await reader.list({ query, limit: 10, masker, signal })).rows).toEqual([]);
        expect((await reader.stats(query, masker, signal)).messages).toBe(0);
        expect(await reader.step(query, 'en-1', 'next', masker, signal)).toBeNull();
      }
      const { rows } = await reader.search({ query: word(beside), limit: 50, masker, signal });
      expect(rows.map((row) => row.message)).toContain(`pii-${at}`);
      expect(JSON.stringify(rows)).not.toContain(value);
      revealed.add(`pii-${at}`);
      expect(await keys(ask({ terms: [{ kind: 'phrase', text: value, not: false }] }), masker)).toEqual([`pii-${at}`]);
      revealed.clear();
    }
    await session.query("DELETE FROM messages WHERE id LIKE 'pii-%'");
  });

  it('adds up what a query finds', async () => {
    expect(await reader.stats(ask({ in: 'no such key' }), noMasking, signal)).toMatchObject({ messages: 0, days: [] });
    const stats = await reader.stats(word('refund'), noMasking, signal);
    expect(stats).toMatchObject({ messages: 4, conversations: 2, estimated: false, days: [{ day: '2026-03-01', messages: 4, errors: 0 }] });
    expect(stats.roles).toEqual(expect.arrayContaining([{ role: 'assistant', messages: 3 }, { role: 'user', messages: 1 }]));
    expect((await reader.stats(ask({}), noMasking, signal)).messages).toBe(searchCaseMessages.length);
  });
});
