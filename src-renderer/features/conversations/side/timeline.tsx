import { useEffect, useMemo, useRef, useState } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { CircleDot, ListChecks } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { Badge } from '../../../ui/badges.tsx';
import { cx } from '../../../ui/cx.ts';
import { ErrorBox, Note } from '../../../ui/states.tsx';
import { MaskedText } from '../masked-text.tsx';
import { RoleName } from '../message/role.tsx';
import { textOf } from '../message/tool-pairs.ts';
import type { Thread } from '../thread/use-thread.ts';
import { longGap, timelineOf } from '../timeline-items.ts';
import type { TimelineItem } from '../timeline-items.ts';

interface TimelineProps {
  readonly library: string;
  readonly conversation: string;
  readonly thread: Thread;
  readonly selected: string | null;
  readonly onJump: (key: string) => void;
}

const itemHeight = 46;

/** Messages, tasks and events of the stretch that the thread holds, on one line of time. */
export function Timeline({ library, conversation, thread, selected, onJump }: TimelineProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroll = useRef<HTMLDivElement>(null);
  const { rows, more } = thread;
  const times = rows.map((row) => row.at).filter((at) => at !== null);
  const [from, to] = [more.before ? (times[0] ?? null) : null, more.after ? (times.at(-1) ?? null) : null];
  const stretch = useSettled(`${from ?? ''} ${to ?? ''}`);
  const [askedFrom = '', askedTo = ''] = stretch.split(' ');
  const answer = useCall('conversations/timeline', { library, conversation, from: askedFrom === '' ? null : askedFrom, to: askedTo === '' ? null : askedTo });
  const kept = useRef(answer.data);
  if (answer.data) kept.current = answer.data;
  const data = answer.data ?? kept.current;
  const items = useMemo(() => timelineOf(rows, data?.tasks ?? [], data?.events ?? []), [rows, data]);
  const virtual = useVirtualizer({ count: items.length, getScrollElement: () => scroll.current, estimateSize: () => itemHeight, overscan: 8 });
  const place = items.findIndex((item) => item.kind === 'message' && item.row.key === selected);
  useEffect(() => {
    if (place >= 0) virtual.scrollToIndex(place, { align: 'auto' });
  }, [virtual, place]);

  return (
    <>
      {answer.error === undefined ? null : <div className="p-3"><ErrorBox error={answer.error} onRetry={answer.reload} /></div>}
      {data?.cut ? <div className="p-2"><Note>{t('reader.timelineCut')}</Note></div> : null}
      {times.length > 1 ? <p className="border-b px-4 py-1.5 text-2xs text-ink-faint">{t('reader.timelineStretch')}: {format.dateTime(times[0])} – {format.dateTime(times.at(-1))}</p> : null}
      {items.length === 0 ? <p className="p-4 text-sm text-ink-soft">{t('reader.timelineEmpty')}</p> : null}
      <div ref={scroll} tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto">
        <ol className="relative" style={{ height: virtual.getTotalSize() }}>
          <span aria-hidden className="absolute inset-y-0 left-[1.3rem] w-px bg-line" />
          {virtual.getVirtualItems().map((entry) => {
            const item = items[entry.index];
            if (!item) return null;
            return (
              <li key={item.key} className="absolute inset-x-0 top-0" style={{ height: itemHeight, transform: `translateY(${entry.start}px)` }}>
                <Entry item={item} current={entry.index === place} onJump={() => jumpTo(items, entry.index, onJump)} />
              </li>
            );
          })}
        </ol>
      </div>
    </>
  );
}

/** A message itself; of a task or an event the message that follows it, or the last before it. */
function jumpTo(items: readonly TimelineItem[], index: number, onJump: (key: string) => void): void {
  const found = items.slice(index).find((item) => item.kind === 'message') ?? items.slice(0, index).findLast((item) => item.kind === 'message');
  if (found?.kind === 'message') onJump(found.row.key);
}

function Entry({ item, current, onJump }: { item: TimelineItem; current: boolean; onJump: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const gap = item.gap === null || item.gap <= 0 ? null : `+${item.gap >= longGap ? format.span(item.gap) : format.duration(item.gap)}`;
  const latency = item.kind === 'message' && item.row.latencyMs !== null ? format.duration(item.row.latencyMs / 1000) : null;
  return (
    <button type="button" aria-current={current || undefined} onClick={onJump} className={cx('flex h-full w-full items-start gap-2.5 px-3.5 pt-1.5 text-left focus-visible:-outline-offset-2', current ? 'bg-selected' : 'hover:bg-hover')}>
      <Sign item={item} />
      <span className="flex min-w-0 flex-1 flex-col">
        <span className="flex items-center gap-2 text-xs">
          {item.kind === 'message' ? <RoleName role={item.row.role} className="text-xs" /> : item.kind === 'task' ? <><span className="font-semibold">{t('reader.task')}</span><Badge className="h-4">{item.row.status}</Badge></> : <span className="truncate font-semibold">{item.row.type}</span>}
          {latency === null ? null : <span className="tabular text-2xs text-ink-soft" title={t('reader.latency', { time: latency })}>{latency}</span>}
          <span className="flex-1" />
          <span className="tabular shrink-0 text-2xs text-ink-faint" title={format.dateTime(item.at, true)}>{gap ?? format.time(item.at)}</span>
        </span>
        <span className="truncate text-xs text-ink-soft"><MaskedText text={wordsOf(item)} /></span>
      </span>
    </button>
  );
}

function Sign({ item }: { item: TimelineItem }) {
  const shape = 'z-10 mt-0.5 grid size-4 shrink-0 place-items-center rounded-full bg-surface';
  if (item.kind === 'task') return <span aria-hidden className={shape}><ListChecks className="size-3.5 text-info-text" /></span>;
  if (item.kind === 'event') return <span aria-hidden className={shape}><CircleDot className="size-3.5 text-ink-faint" /></span>;
  return <span aria-hidden className={shape}><span className={cx('size-2.5 rounded-full', item.row.isError ? 'bg-danger' : item.row.role === 'user' ? 'bg-info' : 'bg-accent')} /></span>;
}

function wordsOf(item: TimelineItem): string {
  const text = item.kind === 'message' ? textOf(item.row) : item.kind === 'task' ? item.row.description : [item.row.actor, item.row.content].filter((each) => each !== null).join(' · ');
  return text.slice(0, 160).replaceAll(/\s+/gu, ' ');
}

/** A value once it has stood still for a while: scrolling asks nothing until it rests. */
function useSettled(value: string, milliseconds = 250): string {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), milliseconds);
    return () => clearTimeout(timer);
  }, [value, milliseconds]);
  return settled;
}
