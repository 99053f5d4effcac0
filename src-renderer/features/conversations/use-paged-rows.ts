import { useCallback, useEffect, useRef, useState } from 'react';
import { countOf, isWhole, rowAt, wanted, withPage } from './paged-list.ts';
import type { PagedRows } from './paged-list.ts';

interface Answer<T, M> {
  readonly rows: readonly T[];
  readonly next: string | null;
  readonly meta: M;
}

export interface PagedView<T, M> {
  readonly pages: PagedRows<T>;
  readonly count: number;
  /** Nothing comes after the rows known. */
  readonly whole: boolean;
  /** What the first page said besides its rows. */
  readonly meta: M | undefined;
  readonly error: unknown;
  /** True until the first page is there. */
  readonly pending: boolean;
  at(index: number): T | undefined;
  /** Tells which rows are in sight: what is missing is asked for. */
  show(first: number, last: number): void;
  retry(): void;
}

interface Held<T, M> {
  readonly key: string;
  readonly pages: PagedRows<T>;
  readonly meta?: M;
  readonly error?: unknown;
}

/** Rows by cursor, held in bounded memory (paged-list.ts). A new `key` begins again; a new `round` asks what is in sight again, in its place; `key` null asks nothing. */
export function usePagedRows<T, M>(key: string | null, round: number, fetchPage: (after: string | undefined) => Promise<Answer<T, M>>): PagedView<T, M> {
  const [held, setHeld] = useState<Held<T, M>>({ key: '', pages: [] });
  const sight = useRef<readonly [number, number]>([0, 0]);
  const latest = useRef({ key, round, held, fetchPage });
  latest.current = { key, round, held, fetchPage };
  const asking = useRef<string | null>(null);

  const ask = useCallback(() => {
    const now = latest.current;
    if (now.key === null) return;
    const pages = now.held.key === now.key ? now.held.pages : [];
    const [first, last] = sight.current;
    const want = wanted(pages, first, last, now.round);
    const name = `${now.key} ${now.round} ${want?.after ?? ''}`;
    if (!want || asking.current === name) return;
    asking.current = name;
    const asked = now.key;
    now.fetchPage(want.after).then(
      (answer) => {
        if (asking.current === name) asking.current = null;
        if (latest.current.key !== asked) return;
        setHeld((before) => {
          const same = before.key === asked;
          // A first page that is empty but not the last says nothing yet of what is found.
          const isBegun = same && before.meta !== undefined && want.after !== undefined && before.pages.some(({ count }) => count > 0);
          const meta = isBegun ? before.meta : answer.meta;
          return { key: asked, pages: withPage(same ? before.pages : [], want.after, answer, ...sight.current, now.round), meta };
        });
      },
      (error: unknown) => {
        if (asking.current === name) asking.current = null;
        if (latest.current.key === asked) setHeld((before) => (before.key === asked ? { ...before, error } : { key: asked, pages: [], error }));
      },
    );
  }, []);

  useEffect(() => {
    sight.current = [0, 0];
    ask();
  }, [ask, key]);
  useEffect(() => ask(), [ask, round]);
  const current = held.key === key ? held : null;
  const failed = current?.error !== undefined;
  // A page that came may leave another one missing.
  useEffect(() => {
    if (current && !failed) ask();
  }, [ask, current, failed]);

  const pages = current?.pages ?? [];
  return {
    pages,
    count: countOf(pages),
    whole: isWhole(pages),
    meta: current?.meta,
    error: current?.error,
    pending: key !== null && current === null,
    at: (index) => rowAt(pages, index),
    show: useCallback((first: number, last: number) => {
      sight.current = [first, last];
      ask();
    }, [ask]),
    retry: useCallback(() => {
      setHeld((before) => ({ key: before.key, pages: before.pages, ...(before.meta === undefined ? {} : { meta: before.meta }) }));
      queueMicrotask(ask);
    }, [ask]),
  };
}
