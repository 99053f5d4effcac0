import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Conversation, Message, SearchHit } from '../../../../shared/model/conversation.ts';
import type { Page, ThreadPage } from '../ports.ts';
import { emptyQuery } from '../search-cases.ts';
import { refreshFile } from './build/refresh.ts';
import { openAnswers } from './reader/answers.ts';
import { asIs, conversationRow, memoryScan, messageRow, type MemorySource } from './test-fixture.ts';
import { testSeed } from '../../../test-support/test-seed.ts';

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), 'travessia-cache-')); });
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seed = testSeed();

/** Times that are equal, absent, before 1970, or differ by a microsecond. */
const moment = fc.constantFrom(null, null, '1969-12-31T23:59:59Z', '2026-01-01T00:00:00Z', '2026-01-01T00:00:00.000001Z', '2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00.500Z', '2026-01-01T00:00:01Z', '2026-02-01T10:00:00.123456789Z', 'no time');
const key = fc.oneof(fc.integer({ min: 0, max: 120 }).map(String), fc.constantFrom('a', 'B', 'é', '中', '9#0', '9#1', '9#s', '10#0', '["1","2"]', '-5', '007', ' ', '9007199254740993'));

/** Numbers by their value, then texts; the parts of an exchange as system, question, answer. */
function compareKeys(a: string, b: string): number {
  const parse = (text: string): readonly [bigint, string] | null => {
    const match = /^(0|[1-9]\d*)(#.*)?$/.exec(text);
    return match === null ? null : [BigInt(match[1] ?? 0), (match[2] ?? '').replace('#s', '# ')];
  };
  const [left, right] = [parse(a), parse(b)];
  if (left !== null && right !== null) return left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : Buffer.compare(Buffer.from(left[1]), Buffer.from(right[1]));
  if (left !== null || right !== null) return left === null ? 1 : -1;
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Microseconds; what has no time comes before all others. */
const timeOf = (iso: string | null): number => {
  const base = iso === null ? Number.NaN : Date.parse(iso.replace(/\.\d+/, ''));
  return Number.isNaN(base) ? Number.NEGATIVE_INFINITY : base * 1000 + Number((/\.(\d+)/.exec(iso ?? '')?.[1] ?? '').padEnd(6, '0').slice(0, 6));
};
const byTime = (a: { key: string; at: string | null }, b: { key: string; at: string | null }): number => {
  const [left, right] = [timeOf(a.at), timeOf(b.at)];
  return left === right ? compareKeys(a.key, b.key) : left < right ? -1 : 1;
};

const sources = fc.record({
  heads: fc.uniqueArray(fc.record({ key, updatedAt: moment, createdAt: moment }), { selector: (row) => row.key, minLength: 1, maxLength: 30 }),
  rows: fc.uniqueArray(fc.record({ key, at: moment }), { selector: (row) => row.key, maxLength: 60 }),
  limit: fc.integer({ min: 1, max: 12 }),
});

test(`pages in both directions are the plain order (seed ${seed})`, async () => {
  let run = 0;
  await fc.assert(fc.asyncProperty(sources, async ({ heads, rows, limit }) => {
    run += 1;
    const [first] = heads;
    const conversation = first?.key ?? '';
    const source: MemorySource = { conversations: heads.map((row): Conversation => conversationRow(row.key, row)), messages: rows.map((row): Message => messageRow(row.key, conversation, 'word', row)) };
    const into = join(folder, String(run));
    await refreshFile({ ...asIs, folder: into, scan: memoryScan(source) });
    const open = openAnswers({ folder: into, masking: 'none', mapping: 'test' }, () => Promise.resolve(memoryScan(source)));
    try {
      const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
      const inOrder = rows.toSorted(byTime).map((row) => row.key);
      const listed = heads.map((row) => ({ key: row.key, at: row.updatedAt ?? row.createdAt })).toSorted((a, b) => byTime(b, a)).map((row) => row.key);
      const pages = async <T>(page: (after: string | undefined) => Page<T> | Promise<Page<T>>): Promise<T[]> => {
        const all: T[] = [];
        for (let after: string | undefined = undefined; ;) {
          const got: Page<T> = await page(after);
          all.push(...got.rows);
          if (got.next === null) return all;
          after = got.next;
        }
      };
      expect((await pages<Conversation>((after) => ask.list(emptyQuery, after, limit))).map((row) => row.key)).toEqual(listed);
      const found = await pages<SearchHit>((after) => ask.search(emptyQuery, after, limit, false));
      // In a search the newest come first; within one moment the order is its own, but each comes once.
      expect(found.map((hit) => hit.message).toSorted()).toEqual(inOrder.toSorted());
      expect(found.map((hit) => timeOf(hit.at))).toEqual(rows.map((row) => timeOf(row.at)).toSorted((a, b) => (a === b ? 0 : a < b ? 1 : -1)));
      const ranked = await pages<SearchHit>((after) => ask.search({ ...emptyQuery, terms: [{ kind: 'word', text: 'words', not: false }] }, after, limit, false));
      expect(ranked.map((hit) => hit.message).toSorted()).toEqual(inOrder.toSorted());

      const forwards: string[] = [];
      let page: ThreadPage = await ask.thread(conversation, 'start', limit);
      for (forwards.push(...page.rows.map((row) => row.key)); page.after !== null; forwards.push(...page.rows.map((row) => row.key))) page = await ask.thread(conversation, { after: page.after }, limit);
      expect(forwards).toEqual(inOrder);
      const backwards: string[] = [];
      page = await ask.thread(conversation, 'end', limit);
      for (backwards.unshift(...page.rows.map((row) => row.key)); page.before !== null; backwards.unshift(...page.rows.map((row) => row.key))) page = await ask.thread(conversation, { before: page.before }, limit);
      expect(backwards).toEqual(inOrder);
      for (const around of inOrder.slice(0, 5)) {
        const { rows: near, before, after } = await ask.thread(conversation, { around }, limit);
        const keys = near.map((row) => row.key);
        expect(keys).toContain(around);
        expect(keys).toHaveLength(Math.min(limit, inOrder.length));
        const from = inOrder.indexOf(keys[0] ?? '');
        expect(keys).toEqual(inOrder.slice(from, from + keys.length));
        expect([before !== null, after !== null]).toEqual([from > 0, from + keys.length < inOrder.length]);
      }
    } finally {
      open.close();
      rmSync(into, { recursive: true, force: true });
    }
  }), { numRuns: 25, seed });
});

test('a thread opens at a moment', async () => {
  const into = join(folder, 'moment');
  const source: MemorySource = { conversations: [conversationRow('c')], messages: Array.from({ length: 100 }, (_, index) => messageRow(String(index), 'c', 'x', { at: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString() })) };
  await refreshFile({ ...asIs, folder: into, scan: memoryScan(source) });
  const open = openAnswers({ folder: into, masking: 'none', mapping: 'test' }, () => Promise.resolve(memoryScan(source)));
  const ask = open.for({ revealed: [], limits: { isCancelled: () => false } });
  const keys = async (at: string): Promise<string[]> => (await ask.thread('c', { at }, 4)).rows.map((row) => row.key);
  expect(await keys('2026-01-01T00:49:30Z')).toEqual(['48', '49', '50', '51']);
  expect(await keys('2025-01-01T00:00:00Z')).toEqual(['0', '1', '2', '3']);
  expect(await keys('2027-01-01T00:00:00Z')).toEqual(['96', '97', '98', '99']);
  expect((await ask.step(emptyQuery, '50', 'next'))?.message).toBe('49');
  expect((await ask.step(emptyQuery, '50', 'previous'))?.message).toBe('51');
  expect(await ask.step(emptyQuery, '0', 'next')).toBeNull();
  open.close();
});
