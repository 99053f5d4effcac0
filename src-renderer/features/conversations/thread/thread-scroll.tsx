import { useCallback, useEffect, useLayoutEffect, useMemo, useRef } from 'react';
import type { RefObject } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { MessageCard } from '../message/message-card.tsx';
import { pairsOf, usesTools } from '../message/tool-pairs.ts';
import { gapBetween, longGap } from '../timeline-items.ts';
import { estimateHeight } from './estimate.ts';
import type { Thread } from './use-thread.ts';

/** What the keys ask of the thread that is drawn. */
export interface ThreadHandle {
  /** The first message in sight; null where there is none. */
  firstInSight(): string | null;
  /** Brings a message that is held into sight. */
  show(key: string): void;
  focus(): void;
}

interface ScrollProps {
  readonly thread: Thread;
  readonly library: string;
  readonly selected: string | null;
  readonly handle: RefObject<ThreadHandle | null>;
}

/** Messages from an end of what is held at which the next page is asked for. */
const ahead = 15;

/**
 * The messages held, of which those in sight are in the document. Pages that come in before what is read, and messages that turn out higher
 * than estimated, leave what is read where it is: the virtualiser keeps the message at the upper edge (`anchorTo: 'end'` keeps it through a page
 * before it too).
 */
export function ThreadScroll({ thread, library, selected, handle }: ScrollProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const scroll = useRef<HTMLDivElement>(null);
  const { rows, landing, more, loading, loadBefore, loadAfter } = thread;
  const latest = useRef(rows);
  latest.current = rows;
  const pairs = useMemo(() => pairsOf(rows), [rows]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    getItemKey: useCallback((index: number) => rows[index]?.key ?? index, [rows]),
    estimateSize: (index) => {
      const row = rows[index];
      return row ? estimateHeight(row, Math.max(30, ((scroll.current?.clientWidth ?? 700) - 60) / 7.2)) : 90;
    },
    overscan: 4,
    paddingStart: 36,
    paddingEnd: 56,
    scrollPaddingStart: 40,
    scrollPaddingEnd: 24,
    anchorTo: 'end',
    // Never: a message that opens at the end grows downwards like every other.
    scrollEndThreshold: -1,
  });
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? -1, items.at(-1)?.index ?? -1];

  const show = useCallback(
    (key: string, align: 'start' | 'center' | 'auto') => {
      const index = latest.current.findIndex((row) => row.key === key);
      if (index >= 0) virtual.scrollToIndex(index, { align });
    },
    [virtual],
  );
  useLayoutEffect(() => {
    if (landing.at === 'message') show(landing.key, landing.edge === true ? 'start' : 'center');
    else if (landing.at === 'end') virtual.scrollToIndex(latest.current.length - 1, { align: 'end' });
    // Once, when the thread was opened: this component is made anew for every opening.
  }, [landing, show, virtual]);
  const shown = useRef(selected);
  useEffect(() => {
    if (selected !== null && selected !== shown.current && !isInSight(scroll.current, selected)) show(selected, 'start');
    shown.current = selected;
  }, [selected, show]);
  const landed = useRef(landing.at === 'start');
  useEffect(() => {
    if (first < 0 || loading !== null) return;
    // A page put in front while the way to the landing is still made would move its goal.
    landed.current ||= landing.at === 'end' ? last >= rows.length - 1 : landing.at === 'message' && rows.slice(first, last + 1).some((row) => row.key === landing.key);
    if (!landed.current) return;
    if (more.before && first < ahead) loadBefore();
    else if (more.after && last >= rows.length - ahead) loadAfter();
  }, [first, last, rows, landing, loading, more.before, more.after, loadBefore, loadAfter]);
  const firstInSight = useCallback((): string | null => {
    const top = scroll.current?.scrollTop ?? 0;
    return latest.current[virtual.getVirtualItems().find((item) => item.end > top + 8)?.index ?? -1]?.key ?? null;
  }, [virtual]);
  const { sight } = thread;
  useEffect(() => {
    sight.current = firstInSight();
  });
  useEffect(() => {
    handle.current = {
      firstInSight,
      show: (key) => show(key, 'start'),
      focus: () => scroll.current?.focus(),
    };
    return () => {
      handle.current = null;
    };
  }, [handle, show, firstInSight]);

  return (
    <div ref={scroll} role="region" aria-label={t('reader.thread')} aria-busy={loading !== null} tabIndex={0} className="@container min-h-0 flex-1 overflow-y-auto [overflow-anchor:none] focus-visible:-outline-offset-2" data-testid="thread">
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        <p className="absolute inset-x-0 top-2 text-center text-2xs text-ink-faint">{more.before ? t('reader.loadingEarlier') : t('reader.threadStart')}</p>
        {items.map((item) => {
          const row = rows[item.index];
          if (!row) return null;
          const gap = gapBetween(rows[item.index - 1]?.at ?? null, row.at);
          return (
            <div key={item.key} ref={virtual.measureElement} data-index={item.index} className="absolute inset-x-0 top-0" style={{ transform: `translateY(${item.start}px)` }}>
              {gap !== null && gap >= longGap ? (
                <p className="flex items-center gap-3 px-4 py-1 text-2xs text-ink-faint before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">{t('reader.gap', { time: format.span(gap) })}</p>
              ) : null}
              <MessageCard message={row} library={library} selected={row.key === selected} pairs={usesTools(row) ? pairs : undefined} />
            </div>
          );
        })}
        <p className="absolute inset-x-0 bottom-3 text-center text-2xs text-ink-faint">{more.after ? t('reader.loadingLater') : t('reader.threadEnd')}</p>
      </div>
    </div>
  );
}

function isInSight(box: HTMLElement | null, key: string): boolean {
  const card = box?.querySelector(`[data-message="${CSS.escape(key)}"]`);
  if (!box || !card) return false;
  const [outer, inner] = [box.getBoundingClientRect(), card.getBoundingClientRect()];
  return inner.top >= outer.top && inner.top < outer.bottom - 60;
}
