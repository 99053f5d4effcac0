/** More candidates than are looked at for one answer: the search goes on until the last hit, and says so while it does. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { freshDatabase, hasPostgres, type TestDatabase } from '../../../test-support/index.ts';
import { noMasking, type ConversationReader, type Masker, type QueryPort } from '../ports.ts';
import { emptyQuery } from '../search-cases.ts';
import { carryOutIndex, createQueryPort, openPostgresReader, planIndex, readIndexable } from './index.ts';
import { insertSearchCases, searchCaseMapping } from './test-library.ts';

const { signal } = new AbortController();
const prefix = (text: string, not = false): Query => ({ ...emptyQuery, terms: [{ kind: 'prefix', text, not }] });
const word = (text: string): Query => ({ ...emptyQuery, terms: [{ kind: 'word', text, not: false }] });

describe.skipIf(!hasPostgres())('more candidates than one answer looks at', () => {
  let database: TestDatabase;
  let reader: ConversationReader;
  beforeAll(async () => {
    database = await freshDatabase();
    await using session = await database.connect();
    await insertSearchCases(session);
    const many = (name: string, text: string, count: number, from: string): string =>
      `INSERT INTO messages SELECT '${name}-' || n, '${name}', 'user', '${text}', timestamptz '${from}' + n * interval '1 second', NULL FROM generate_series(1, ${count}) n`;
    const one = (key: string, text: string, at: string): string => `INSERT INTO messages VALUES ('${key}', '${key.split('-')[0]}', 'user', '${text}', '${at}', NULL)`;
    await session.exec([
      "INSERT INTO conversations SELECT x, x, timestamptz '2026-04-01', NULL FROM unnest(ARRAY['marked', 'sea', 'lake', 'secret', 'empty', 'pond1', 'pond2', 'pond3', 'pond4']) x",
      // Other words that begin with the stem of `maria`: 6,000, newer than what is looked for.
      many('marked', 'o encontro foi marcado para o dia dez de março deste ano', 6000, '2026-05-01'), one('marked-hit', 'a mariana perguntou do pagamento', '2026-04-01'),
      // The stem itself: too many to rank; and few enough.
      many('sea', 'o oceano amargou e a luna estava no ceu, um lun de nada', 5600, '2026-05-01'), one('sea-hit', 'uma lunaria nasceu no jardim da casa', '2026-04-01'), one('sea-old', 'outra lunaria nasceu no jardim da casa', '2026-03-01'),
      many('lake', 'the hop was in the garden of the house', 2600, '2026-05-01'), one('lake-hit', 'the hoped end of the work was there', '2026-04-01'),
      // Only in what is masked.
      many('secret', 'please write to silva at 4711-1111 for the papers', 2600, '2026-05-01'), one('secret-hit', 'the silva family asked for the papers', '2026-04-01'),
      ...[1, 2, 3, 4].flatMap((n) => [many(`pond${n}`, 'please write to costa at 4711-1111 for the papers', 900, '2026-05-01'), one(`pond${n}-hit`, 'the costa family asked for the papers', '2026-04-01')]),
      many('empty', 'please write to costa at 4711-1111 for the papers', 900, '2026-05-01'),
    ].join(';'));
    const port = createQueryPort(database.config);
    await carryOutIndex(await planIndex(await readIndexable(port, 'lib', searchCaseMapping)), { open: () => database.connect(), signal });
    await port.close();
    reader = await openPostgresReader({ port: createQueryPort(database.config), mapping: searchCaseMapping, library: { id: 'lib' } });
  }, 120_000);
  afterAll(async () => {
    await reader.close();
    await database.close();
  });

  const masker: Masker = { active: true, mask: (text) => text.replaceAll(/(silva|costa) at 4711-1111/g, '⟨phone⟩'), isRevealed: () => false, revealed: () => [] };
  const all = async (query: Query, asked: Masker = noMasking): Promise<{ keys: string[]; pages: number; empty: number }> => {
    const keys: string[] = [];
    let [pages, empty] = [0, 0];
    for (let after: string | undefined; ;) {
      const page = await reader.search({ query, limit: 100, masker: asked, signal, ...(after === undefined ? {} : { after }) });
      pages += 1;
      if (page.rows.length === 0) empty += 1;
      keys.push(...page.rows.map((row) => row.message));
      if (page.next === null) return { keys, pages, empty };
      after = page.next;
    }
  };
  const stepped = async (query: Query, key: string, direction: 'next' | 'previous', asked: Masker = noMasking): Promise<{ message: string | null; asked: number }> => {
    let after: string | undefined;
    for (let times = 1; ; times += 1) {
      const found = await reader.step(query, key, direction, asked, signal, { line: '', ...(after === undefined ? {} : { after }) });
      if (found?.next === undefined) return { message: found?.message ?? null, asked: times };
      after = found.next;
    }
  };

  it('a beginning of a word is not lost among other words with its stem', async () => {
    expect(await all(prefix('maria'))).toEqual({ keys: ['marked-hit'], pages: 1, empty: 0 });
    expect(await reader.count(prefix('maria'), noMasking, signal)).toEqual({ count: 1, capped: false });
    expect((await reader.list({ query: prefix('maria'), limit: 10, masker: noMasking, signal })).rows.map((row) => row.key)).toEqual(['marked']);
    expect(await reader.stats(prefix('maria'), noMasking, signal)).toMatchObject({ messages: 1, conversations: 1 });
  });

  it('where the stem itself is common, the search goes on to the last hit: too many to rank', async () => {
    const found = await all(prefix('lunari'));
    expect(found.keys).toEqual(['sea-hit', 'sea-old']);
    expect(found.empty).toBeGreaterThanOrEqual(2);
    expect(await reader.count(prefix('lunari'), noMasking, signal)).toEqual({ count: 0, capped: true });
    const on = await stepped(prefix('lunari'), 'sea-5600', 'next');
    expect(on).toEqual({ message: 'sea-hit', asked: 3 });
    expect(await stepped(prefix('lunari'), 'sea-hit', 'next')).toEqual({ message: 'sea-old', asked: 1 });
    expect((await stepped(prefix('lunari'), 'sea-hit', 'previous')).message).toBeNull();
  });

  it('and where they are ranked', async () => {
    const found = await all(prefix('hope'));
    expect(found.keys).toEqual(['lake-hit']);
    expect(found.pages).toBeLessThan(5);
    expect((await stepped(prefix('hope'), 'lake-2600', 'next')).message).toBe('lake-hit');
  });

  it('what is left out by its beginning takes nothing else with it', async () => {
    expect(await all({ ...prefix('lunari', true), in: 'sea' }).then(({ keys }) => keys.length)).toBe(5600);
    expect(await reader.count({ ...prefix('lunari', true), in: 'sea' }, noMasking, signal)).toEqual({ count: 1000, capped: true });
  });

  it('so it is in a list of conversations, page by page', async () => {
    const keys: string[] = [];
    let pages = 0;
    for (let after: string | undefined; ;) {
      const page = await reader.list({ query: word('costa'), limit: 100, masker, signal, ...(after === undefined ? {} : { after }) });
      pages += 1;
      keys.push(...page.rows.map((row) => row.key));
      if (page.next === null) break;
      after = page.next;
    }
    expect(keys.toSorted()).toEqual(['pond1', 'pond2', 'pond3', 'pond4']);
    expect(new Set(keys).size).toBe(keys.length);
    expect(pages).toBe(2);
  });

  it('a word that mostly stands in what is masked is found where it does not', async () => {
    const query = word('silva');
    expect((await all(query, masker)).keys).toEqual(['secret-hit']);
    expect(await reader.count(query, masker, signal)).toMatchObject({ capped: true });
    expect((await stepped(query, 'secret-2600', 'next', masker)).message).toBe('secret-hit');
  });

  it('words that the planner never heard of are not taken for many, however large the library', async () => {
    const port = createQueryPort(database.config);
    const asked: string[] = [];
    // As the planner of ten million messages would have it: of each unknown word more than a thousand.
    const large: QueryPort = {
      ...port,
      async rows(sql, values, options) {
        asked.push(sql);
        const rows = await port.rows(sql, values, options);
        return sql.startsWith('EXPLAIN') ? rows.map((row) => ({ ...row, 'QUERY PLAN': (row['QUERY PLAN'] ?? '').replaceAll(/("Plan Rows": )(\d+)/g, (_, name: string, count: string) => `${name}${Number(count) * 5000}`) })) : rows;
      },
    };
    const there = await openPostgresReader({ port: large, mapping: searchCaseMapping, library: { id: 'lib' } });
    expect((await there.list({ query: prefix('mariana'), limit: 10, masker: noMasking, signal })).rows.map((row) => row.key)).toEqual(['marked']);
    expect(asked.filter((sql) => /EXISTS \(SELECT FROM "travessia_search"/.test(sql))).toEqual([]);
    expect((await there.search({ query: prefix('mariana'), limit: 10, masker: noMasking, signal })).order).toBe('best');
    await there.close();
  });
});
