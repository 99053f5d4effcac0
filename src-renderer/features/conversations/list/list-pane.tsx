import { useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode, RefObject } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import { MessagesSquare, SearchX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { useShell } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Empty, ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { readerHref } from '../reader-address.ts';
import type { ReaderAddress } from '../reader-address.ts';
import { ConversationRow, HitRow } from './list-rows.tsx';
import { ListSummary } from './list-summary.tsx';
import { NamesStrip } from './names-strip.tsx';
import { keyOf } from './use-list.ts';
import type { ListRow, ReaderList } from './use-list.ts';

interface ListPaneProps {
  readonly address: ReaderAddress;
  readonly list: ReaderList;
  /** Index of what is open; -1: not among the rows held. */
  readonly place: number;
  readonly names: string;
  readonly scroll: RefObject<HTMLDivElement | null>;
  readonly onStep: (direction: 'next' | 'previous') => void;
  readonly onSearch: (line: string) => void;
  readonly picked: ReadonlySet<string>;
  /** null: nothing is being picked. */
  readonly onPick: ((key: string) => void) | null;
}

/** Pixels of a row: they are all of one height, so that any place in the list is known without measuring. */
const heights = { comfortable: { conversation: 58, hit: 84 }, dense: { conversation: 50, hit: 72 } } as const;

export function ListPane({ address, list, place, names, scroll, onStep, onSearch, picked, onPick }: ListPaneProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const density = useShell((state) => state.settings?.density ?? 'comfortable');
  const height = heights[density][list.kind === 'hits' ? 'hit' : 'conversation'];
  const virtual = useVirtualizer({ count: list.count, getScrollElement: () => scroll.current, estimateSize: () => height, overscan: 8 });
  useEffect(() => virtual.measure(), [virtual, height]);
  const items = virtual.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  const { show } = list;
  useEffect(() => show(first, last), [show, first, last, list.count]);
  const shownPlace = useRef(-1);
  useEffect(() => {
    if (place >= 0 && place !== shownPlace.current) virtual.scrollToIndex(place, { align: 'auto' });
    shownPlace.current = place;
  }, [virtual, place]);

  const label = list.kind === 'hits' ? t('reader.hits') : t('reader.conversations');
  const onKeyDown = (event: KeyboardEvent): void => {
    const direction = event.key === 'ArrowDown' ? 'next' : event.key === 'ArrowUp' ? 'previous' : null;
    if (!direction) return;
    event.preventDefault();
    onStep(direction);
  };
  const diagnosed = (list.meta?.diagnostics.length ?? 0) > 0;
  return (
    <>
      <ListSummary address={address} list={list} />
      {names === '' || list.kind !== 'hits' ? null : <NamesStrip address={address} names={names} />}
      {list.error === undefined ? null : <div className="p-2"><ErrorBox error={list.error} onRetry={list.retry} /></div>}
      {diagnosed && list.count === 0 ? <div className="p-3"><Note tone="warn">{t('reader.notSearched')}</Note></div> : null}
      {list.pending ? <div className="p-3"><Skeleton lines={8} /></div> : null}
      {!list.pending && list.count === 0 && !list.whole && list.error === undefined && !diagnosed ? <p role="status" className="px-3 py-6 text-center text-sm text-ink-soft">{t('reader.lookingOn')}</p> : null}
      {!list.pending && list.count === 0 && list.whole && list.error === undefined && !diagnosed ? <Nothing kind={list.kind} onClear={address.query === '' ? null : () => onSearch('')} /> : null}
      <div ref={scroll} role="list" aria-label={label} className="min-h-0 flex-1 overflow-y-auto" data-testid="reader-list">
        <div role="presentation" className="relative" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = list.at(item.index);
            // Until something is chosen the first row is where the keyboard enters.
            const current = item.index === place;
            const entry = place < 0 ? item.index === 0 : current;
            return (
              <div key={item.key} role="listitem" aria-setsize={list.whole ? list.count : -1} aria-posinset={item.index + 1} className="absolute inset-x-0 top-0" style={{ height, transform: `translateY(${item.start}px)` }}>
                {row ? (
                  <>
                    <RowLink row={row} address={address} current={current} entry={entry} indent={onPick !== null} onKeyDown={onKeyDown}>
                      {row.kind === 'hit' ? <HitRow hit={row.row} /> : <ConversationRow row={row.row} />}
                    </RowLink>
                    {onPick === null || row.kind === 'hit' ? null : (
                      <input type="checkbox" checked={picked.has(row.row.key)} aria-label={t('reader.pick', { title: row.row.title ?? row.row.preview ?? t('reader.untitled') })} onChange={() => onPick(row.row.key)} className="absolute top-2.5 left-3 size-4 accent-accent" />
                    )}
                  </>
                ) : (
                  <div aria-hidden className="m-3 h-3 w-3/5 animate-pulse-soft rounded-sm bg-line" />
                )}
              </div>
            );
          })}
        </div>
        {list.whole && list.count > 0 ? <p className="px-3 py-2 text-center text-2xs text-ink-faint">{t(list.kind === 'hits' ? 'reader.count' : 'reader.countConversations', { count: list.count, shown: format.number(list.count) })}</p> : null}
      </div>
    </>
  );
}

function RowLink({ row, address, current, entry, indent, onKeyDown, children }: { row: ListRow; address: ReaderAddress; current: boolean; entry: boolean; indent: boolean; onKeyDown: (event: KeyboardEvent) => void; children: ReactNode }) {
  const to = row.kind === 'hit' ? { conversation: row.row.conversation, message: row.row.message } : { conversation: row.row.key, message: null };
  return (
    <a
      href={readerHref({ ...address, ...to })}
      aria-current={current || undefined}
      tabIndex={entry ? 0 : -1}
      data-key={keyOf(row)}
      onKeyDown={onKeyDown}
      className={cx('flex h-full flex-col justify-center gap-0.5 border-b border-line/60 px-3 hover:bg-hover focus-visible:-outline-offset-2 aria-[current=true]:bg-selected aria-[current=true]:shadow-[inset_3px_0_0_var(--accent)]', indent && 'pl-9')}
    >
      {children}
    </a>
  );
}

function Nothing({ kind, onClear }: { kind: ReaderList['kind']; onClear: (() => void) | null }) {
  const { t } = useTranslation();
  const actions = onClear ? <Button size="sm" onClick={onClear}>{t('reader.noHitsClear')}</Button> : undefined;
  return kind === 'hits' ? (
    <Empty icon={<SearchX className="size-5" />} title={t('reader.noHits')} actions={actions}>{t('reader.noHitsHint')}</Empty>
  ) : (
    <Empty icon={<MessagesSquare className="size-5" />} title={t('reader.noConversations')} actions={actions}>{t('reader.noConversationsHint')}</Empty>
  );
}
