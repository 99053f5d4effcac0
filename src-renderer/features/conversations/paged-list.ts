/**
 * A list of rows of one height, paged by cursors that lead forward only. Pages far from what is in sight are dropped and asked for again by the
 * cursor they began with, so that any number of rows costs a bounded memory.
 */
export interface ListPage<T> {
  readonly after: string | undefined;
  /** null: dropped. */
  readonly rows: readonly T[] | null;
  readonly count: number;
  readonly next: string | null;
  /** When it was asked for; rows of an earlier round stay until they are asked again. */
  readonly round: number;
}

export type PagedRows<T> = readonly ListPage<T>[];

/** Pages of a hundred kept about what is in sight. */
const keptAround = 8;

export function countOf<T>(pages: PagedRows<T>): number {
  return pages.reduce((sum, page) => sum + page.count, 0);
}

export function rowAt<T>(pages: PagedRows<T>, index: number): T | undefined {
  let from = 0;
  for (const page of pages) {
    if (index < from + page.count) return page.rows?.[index - from];
    from += page.count;
  }
  return undefined;
}

/** True where every page was asked for. */
export function isWhole<T>(pages: PagedRows<T>): boolean {
  return pages.length > 0 && pages.at(-1)?.next === null;
}

/** What has to be asked for so that the rows from `first` to `last` can be drawn as they are in this `round`; undefined: nothing. */
export function wanted<T>(pages: PagedRows<T>, first: number, last: number, round = 0, ahead = 25): { readonly after: string | undefined } | undefined {
  let from = 0;
  for (const page of pages) {
    if ((page.rows === null || page.round !== round) && from <= last && (first < from + page.count || page.count === 0)) return { after: page.after };
    from += page.count;
  }
  const next = pages.at(-1)?.next;
  if (pages.length === 0) return { after: undefined };
  return next !== null && next !== undefined && last >= from - ahead ? { after: next } : undefined;
}

/** Takes an answer in: in place of the page that began there, or at the end; drops what is far from the rows in sight. */
export function withPage<T>(pages: PagedRows<T>, after: string | undefined, answer: { readonly rows: readonly T[]; readonly next: string | null }, first: number, last: number, round = 0): PagedRows<T> {
  const page: ListPage<T> = { after, rows: answer.rows, count: answer.rows.length, next: answer.next, round };
  const at = pages.findIndex((each) => each.after === after);
  const all = at < 0 ? [...pages, page] : pages.map((each, index) => (index === at ? page : each));
  let from = 0;
  const seen = all.map((each) => {
    const inSight = from <= last && first < from + each.count;
    from += each.count;
    return inSight;
  });
  const near = (index: number): boolean => seen.some((inSight, other) => inSight && Math.abs(other - index) <= keptAround) || index >= all.length - 1 || index === at;
  return all.map((each, index) => (each.rows !== null && !near(index) ? { ...each, rows: null } : each));
}
