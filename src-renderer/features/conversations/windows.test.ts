import { expect, test } from 'vitest';
import type { Message } from '../../../shared/model/conversation.ts';
import { countOf, isWhole, rowAt, wanted, withPage } from './paged-list.ts';
import type { PagedRows } from './paged-list.ts';
import { edgesOf, keptPages, rowsOf, withAfter, withBefore, withMessage } from './thread-window.ts';
import type { ThreadWindow } from './thread-window.ts';

const message = (key: number): Message => ({
  key: String(key), conversation: 'c', role: 'user', parts: [], truncated: false, at: null, model: null, inputTokens: null, outputTokens: null, latencyMs: null,
  parent: null, isError: false, deletedAt: null, metadata: null, masked: false, revealed: false,
});
const size = 10;
const total = 2000;
const page = (from: number) => ({ rows: Array.from({ length: size }, (_, index) => message(from + index)), before: from === 0 ? null : String(from), after: from + size >= total ? null : String(from + size) });

test('a thread read to its end and back loses no message, and never holds more than some pages', () => {
  let window: ThreadWindow = [page(0)];
  const seen = new Set<string>();
  for (let { after } = edgesOf(window); after !== null; { after } = edgesOf(window)) {
    window = withAfter(window, page(Number(after)));
    rowsOf(window).forEach((row) => seen.add(row.key));
    expect(window.length).toBeLessThanOrEqual(keptPages);
  }
  expect(seen.size).toBe(total);
  const keys = (): number[] => rowsOf(window).map((row) => Number(row.key));
  for (let { before } = edgesOf(window); before !== null; { before } = edgesOf(window)) {
    window = withBefore(window, page(Number(before) - size));
    expect(keys()).toEqual(Array.from({ length: keys().length }, (_, index) => (keys()[0] ?? 0) + index));
  }
  expect(keys()[0]).toBe(0);
});

test('a message that came twice is shown once; a revealed one takes its place', () => {
  const window = withAfter([page(0)], { ...page(5), after: null });
  expect(rowsOf(window).map((row) => row.key)).toEqual(Array.from({ length: 15 }, (_, index) => String(index)));
  expect(rowsOf(withMessage(window, { ...message(3), revealed: true })).filter((row) => row.revealed).map((row) => row.key)).toEqual(['3']);
});

test('a list of any length holds the pages about what is in sight, and asks again for what it dropped', () => {
  const answer = (after: string | undefined) => {
    const from = Number(after ?? 0);
    return { rows: Array.from({ length: 100 }, (_, index) => from + index), next: from + 100 >= 100_000 ? null : String(from + 100) };
  };
  let pages: PagedRows<number> = [];
  const show = (first: number, last: number): void => {
    for (let ask = wanted(pages, first, last); ask; ask = wanted(pages, first, last)) pages = withPage(pages, ask.after, answer(ask.after), first, last);
  };
  show(0, 20);
  while (!isWhole(pages)) show(countOf(pages) - 20, countOf(pages) - 1);
  expect(countOf(pages)).toBe(100_000);
  expect(pages.filter((each) => each.rows !== null).length).toBeLessThan(20);
  for (const index of [99_999, 50_000, 49_999, 7, 0]) {
    show(index, index);
    expect(rowAt(pages, index)).toBe(index);
  }
  expect(pages.filter((each) => each.rows !== null).length).toBeLessThan(20);
});
