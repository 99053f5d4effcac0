import type { ConversationEvent, Message, Task } from '../../../shared/model/conversation.ts';

/** One thing that happened in a conversation, with the seconds since the one before it (null: unknown). */
export type TimelineItem =
  | { readonly kind: 'message'; readonly key: string; readonly at: string | null; readonly gap: number | null; readonly row: Message }
  | { readonly kind: 'task'; readonly key: string; readonly at: string | null; readonly gap: number | null; readonly row: Task }
  | { readonly kind: 'event'; readonly key: string; readonly at: string | null; readonly gap: number | null; readonly row: ConversationEvent };

/** Messages in their own order; tasks and events between them by their time, those without one at the end. */
export function timelineOf(messages: readonly Message[], tasks: readonly Task[], events: readonly ConversationEvent[]): readonly TimelineItem[] {
  const others: TimelineItem[] = [
    ...tasks.map((row): TimelineItem => ({ kind: 'task', key: `task ${row.key}`, at: row.createdAt ?? row.updatedAt, gap: null, row })),
    ...events.map((row): TimelineItem => ({ kind: 'event', key: `event ${row.key}`, at: row.at, gap: null, row })),
  ].toSorted((a, b) => timeOf(a.at) - timeOf(b.at));
  const items: TimelineItem[] = [];
  let next = 0;
  for (const row of messages) {
    for (let other = others[next]; row.at !== null && other && timeOf(other.at) < timeOf(row.at); other = others[next]) {
      items.push(other);
      next += 1;
    }
    items.push({ kind: 'message', key: `message ${row.key}`, at: row.at, gap: null, row });
  }
  items.push(...others.slice(next));
  return items.map((item, index) => ({ ...item, gap: gapBetween(items[index - 1]?.at ?? null, item.at) }));
}

/** Milliseconds since 1970; what has no time comes last. */
function timeOf(at: string | null): number {
  const time = at === null ? Number.NaN : Date.parse(at);
  return Number.isNaN(time) ? Number.POSITIVE_INFINITY : time;
}

/** Seconds from one moment to another; null where one is unknown. */
export function gapBetween(before: string | null, after: string | null): number | null {
  if (before === null || after === null) return null;
  const gap = (Date.parse(after) - Date.parse(before)) / 1000;
  return Number.isFinite(gap) ? gap : null;
}

/** Silence from which a thread says how long it lasted: five minutes. */
export const longGap = 300;
