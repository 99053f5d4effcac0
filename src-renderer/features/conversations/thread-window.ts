import type { Message } from '../../../shared/model/conversation.ts';

/** A page of a thread with the cursors on from it; null at an end of the thread. */
export interface ThreadPage {
  readonly rows: readonly Message[];
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * The stretch of a thread that is held: pages without a gap. Whatever the length of the thread, only some pages about what is in sight stay; the
 * cursors of the outer ones lead back to what was dropped.
 */
export type ThreadWindow = readonly ThreadPage[];

/** Pages kept: eight of fifty messages are some twenty screens. */
export const keptPages = 8;

function fresh(window: ThreadWindow, page: ThreadPage): ThreadPage {
  const known = new Set(window.flatMap((each) => each.rows.map((row) => row.key)));
  // A message that moved while pages were read (its time changed) is shown once.
  return page.rows.some((row) => known.has(row.key)) ? { ...page, rows: page.rows.filter((row) => !known.has(row.key)) } : page;
}

export function withAfter(window: ThreadWindow, page: ThreadPage, kept = keptPages): ThreadWindow {
  return [...window, fresh(window, page)].slice(-kept);
}

export function withBefore(window: ThreadWindow, page: ThreadPage, kept = keptPages): ThreadWindow {
  return [fresh(window, page), ...window].slice(0, kept);
}

/** A message as it is now, in place of what it was: revealed, or whole. */
export function withMessage(window: ThreadWindow, message: Message): ThreadWindow {
  return window.map((page) => (page.rows.some((row) => row.key === message.key) ? { ...page, rows: page.rows.map((row) => (row.key === message.key ? message : row)) } : page));
}

export function rowsOf(window: ThreadWindow): readonly Message[] {
  return window.flatMap((page) => page.rows);
}

export function edgesOf(window: ThreadWindow): { readonly before: string | null; readonly after: string | null } {
  return { before: window[0]?.before ?? null, after: window.at(-1)?.after ?? null };
}
