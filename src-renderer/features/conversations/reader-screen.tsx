import { use, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { flushSync } from 'react-dom';
import { ChartNoAxesColumn, ChevronRight, Download, Keyboard, PanelLeft, PanelRight } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import { go, goInPlace } from '../../app/use-route.ts';
import { useCall } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { IconButton, buttonClass } from '../../ui/button.tsx';
import { isCompact } from '../../ui/compact.ts';
import { FrameContext } from '../../ui/frame.ts';
import { Screen } from '../../ui/layout.tsx';
import { Panes } from '../../ui/panes.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';
import { useAllowed } from './use-allowed.ts';
import { GoneNote } from './changes/gone-note.tsx';
import { ConversationMenu } from './conversation-menu.tsx';
import { wholeAddress } from './desktop.ts';
import { KeysSheet } from './keys-sheet.tsx';
import { Freshness, SearchMissing } from './library-state.tsx';
import { ListPane } from './list/list-pane.tsx';
import { placeIn, useFoundWords, useReaderList, useSeen } from './list/use-list.ts';
import { FoundContext } from './masked-text.tsx';
import { MessageActionsContext } from './message/message-actions.ts';
import type { MessageActions } from './message/message-actions.ts';
import { foundPattern } from './pieces.ts';
import { namesIn } from './query-kind.ts';
import { readerHref } from './reader-address.ts';
import type { ReaderAddress, SideTab } from './reader-address.ts';
import { ReaderDialogs } from './reader-dialogs.tsx';
import type { ReaderDialog } from './reader-dialogs.tsx';
import { useReaderKeys } from './reader-keys.ts';
import type { ReaderKey } from './reader-keys.ts';
import { PickBar } from './pick-bar.tsx';
import { FilterChips } from './search/filter-chips.tsx';
import { SearchLine } from './search/search-line.tsx';
import { useParse } from './search/use-parse.ts';
import { SidePanel } from './side/side-panel.tsx';
import { ThreadPane } from './thread/thread-pane.tsx';
import type { ThreadHandle } from './thread/thread-scroll.tsx';
import { useThread } from './thread/use-thread.ts';
import { useStep } from './use-step.ts';

/** A library, read: list, thread and side panel under one search line. */
export function ReaderScreen({ address }: { address: ReaderAddress }) {
  const { t } = useTranslation();
  const libraries = useCall('libraries/list', {});
  const library = libraries.data?.find((each) => each.id === address.library);
  if (library) return <Reader key={library.id} library={library} address={address} />;
  return (
    <Screen title={t('libraries.title')} crumbs={[{ label: t('libraries.title'), href: '#/conversations' }]}>
      {libraries.error ? <ErrorBox error={libraries.error} onRetry={libraries.reload} /> : libraries.data ? (
        <Empty title={t('libraries.gone')} actions={<a href="#/conversations" className={buttonClass('primary')}>{t('libraries.toList')}</a>}>{t('libraries.goneHint')}</Empty>
      ) : <Skeleton lines={8} />}
    </Screen>
  );
}

/** Below this width of the window the side panel waits until it is asked for. */
const wideEnough = 1500;

function Reader({ library, address }: { library: Library; address: ReaderAddress }) {
  const { t } = useTranslation();
  const setFrame = use(FrameContext);
  useEffect(() => setFrame({ title: library.name, production: false }), [setFrame, library.name]);
  const allowed = useAllowed();
  const [reveals, setReveals] = useState(0);
  const list = useReaderList(address, reveals);
  const place = placeIn(list, address);
  const thread = useThread(address);
  const parsed = useParse(address.query);
  const { conversation: chosen, message: selected } = address;
  const info = useCall('conversations/get', chosen === null ? null : { library: library.id, key: chosen });
  const words = useFoundWords(list);
  const found = useMemo(() => foundPattern(words), [words]);
  const [listOpen, setListOpen] = useState(true);
  // Where only one of the three has room, the conversation that was opened is shown.
  useEffect(() => {
    if (chosen !== null && isCompact()) setListOpen(false);
  }, [chosen, selected]);
  const [isWide] = useState(() => window.innerWidth >= wideEnough);
  const side = address.side === null ? (isWide ? 'details' : null) : address.side === 'none' ? null : address.side;
  const [dialog, setDialog] = useState<ReaderDialog | null>(null);
  /** The conversation that was just deleted from here. */
  const [gone, setGone] = useState<{ readonly key: string; readonly title: string } | null>(null);
  if (gone !== null && chosen !== null && chosen !== gone.key) setGone(null);
  const [keys, setKeys] = useState(false);
  const [jumping, setJumping] = useState(false);
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const scroll = useRef<HTMLDivElement>(null);
  const handle = useRef<ThreadHandle | null>(null);

  const to = useCallback((change: Partial<ReaderAddress>, inPlace = false): void => (inPlace ? goInPlace : go)(readerHref({ ...address, ...change })), [address]);
  const setSide = (tab: SideTab | null): void => {
    if (tab !== null && isCompact()) setListOpen(false);
    to({ side: tab ?? 'none' }, true);
  };
  const search = (query: string): void => to({ query });
  const step = useStep({ library: library.id, address, list, onOpen: (change) => to(change, true) });
  const message = useMemo(() => thread.rows.find((row) => row.key === selected), [thread.rows, selected]);
  const pick = (key: string): void => setPicked((before) => (before?.has(key) ? new Set([...before].filter((each) => each !== key)) : new Set([...(before ?? []), key])));

  const latest = useRef({ to, address, thread });
  latest.current = { to, address, thread };
  const jump = useCallback((key: string): void => {
    latest.current.to({ message: key }, true);
    handle.current?.show(key);
  }, []);
  const mayRewrite = allowed('conversations/change');
  const mayReveal = allowed('conversations/reveal') && library.kind !== 'replica';
  const actions = useMemo<MessageActions>(
    () => ({
      select: (key) => latest.current.address.message !== key && latest.current.to({ message: key }, true),
      jump,
      reveal: mayReveal ? (each) => setDialog({ kind: 'reveal', subject: { kind: 'message', key: each.key } }) : null,
      replace: (each) => latest.current.thread.replace(each),
      showRaw: (key) => {
        latest.current.to({ message: key, side: 'raw' }, true);
      },
      near: (key) => latest.current.to({ query: `near:${/^[^\s"]+$/u.test(key) ? key : JSON.stringify(key)}`, message: key }),
      linkOf: (key) => readerHref({ ...latest.current.address, message: key }),
      rewrite: mayRewrite ? (each) => setDialog({ kind: 'rewrite', message: each }) : null,
    }),
    [jump, mayRewrite, mayReveal],
  );

  const stepMessage = (by: 1 | -1): boolean => {
    const from = selected ?? null;
    const at = from === null ? -1 : thread.rows.findIndex((row) => row.key === from);
    const next = at < 0 ? (handle.current?.firstInSight() ?? null) : (thread.rows[at + by]?.key ?? null);
    if (next !== null) jump(next);
    return next !== null;
  };
  const focusList = (): void => {
    if (isCompact()) flushSync(() => setListOpen(true));
    scroll.current?.querySelector<HTMLElement>('a[tabindex="0"]')?.focus();
  };
  const onKey: Record<ReaderKey, () => boolean | void> = {
    search: () => field.current?.focus(),
    next: () => void step.go('next'),
    previous: () => void step.go('previous'),
    nextMessage: () => stepMessage(1),
    previousMessage: () => stepMessage(-1),
    open: () => (chosen === null ? focusList() : handle.current?.focus()),
    back: focusList,
    start: () => thread.toStart(),
    end: () => thread.toEnd(),
    date: () => setJumping(chosen !== null),
    list: () => setListOpen(!listOpen),
    side: () => setSide(side === null ? 'details' : null),
    timeline: () => setSide(side === 'timeline' ? null : 'timeline'),
    reveal: () => setDialog(mayReveal && message?.masked ? { kind: 'reveal', subject: { kind: 'message', key: message.key } } : null),
    link: () => void navigator.clipboard.writeText(wholeAddress(readerHref(address))),
    export: () => setDialog({ kind: 'export' }),
    pick: () => chosen !== null && allowed('replicas/create') && pick(chosen),
    keys: () => setKeys(true),
  };
  useReaderKeys((key) => onKey[key]() !== false);

  const { models, users } = useSeen(list);
  const icon = 'size-4';
  return (
    <main id="content" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col bg-surface outline-none">
      <header className="flex flex-col gap-1 border-b px-3 pt-2 pb-1.5">
        <div className="flex items-center gap-2 compact:flex-wrap">
          <nav aria-label={t('common.back')} className="flex max-w-[14rem] min-w-0 shrink-0 items-center gap-1 pl-1 text-sm">
            <a href="#/conversations" className="shrink-0 rounded-sm text-xs text-ink-soft hover:text-ink hover:underline">{t('libraries.title')}</a>
            <ChevronRight aria-hidden className="size-3 shrink-0 text-ink-faint" />
            <h1 className="min-w-0 truncate font-semibold" title={library.name}>{library.name}</h1>
          </nav>
          <SearchLine value={address.query} onSearch={search} field={field} onLeave={focusList} />
          <div className="flex shrink-0 items-center">
            <IconButton label={listOpen ? t('reader.listHide') : t('reader.listShow')} keys="[" aria-pressed={listOpen} onClick={() => setListOpen(!listOpen)}><PanelLeft aria-hidden className={icon} /></IconButton>
            <IconButton label={side === null ? t('reader.sideShow') : t('reader.sideHide')} keys="]" aria-pressed={side !== null} onClick={() => setSide(side === null ? 'details' : null)}><PanelRight aria-hidden className={icon} /></IconButton>
            <a href={href(['conversations', library.id, 'statistics'], { q: address.query })} aria-label={t('reader.statistics')} title={t('reader.statistics')} className="inline-flex size-7 items-center justify-center rounded-md text-ink-soft hover:bg-hover hover:text-ink"><ChartNoAxesColumn aria-hidden className={icon} /></a>
            {allowed('conversations/export') ? <IconButton label={t('reader.export')} keys="e" onClick={() => setDialog({ kind: 'export' })}><Download aria-hidden className={icon} /></IconButton> : null}
            <IconButton label={t('reader.shortcuts')} keys="?" onClick={() => setKeys(true)}><Keyboard aria-hidden className={icon} /></IconButton>
          </div>
        </div>
        <div className="flex items-center gap-3 pl-0.5 compact:flex-wrap">
          <FilterChips line={address.query} onSearch={search} models={models} users={users} />
          <Freshness library={library} />
        </div>
      </header>
      <SearchMissing library={library} />
      {picked === null ? null : <PickBar picked={picked} onClear={() => setPicked(null)} onReplica={() => setDialog({ kind: 'replica', conversations: [...picked] })} />}
      <FoundContext value={found}>
        <MessageActionsContext value={actions}>
          <Panes
            name="reader"
            left={{
              label: t('reader.resizeList'), open: listOpen, start: 320, min: 220, max: 560,
              content: <ListPane address={address} list={list} place={place} names={list.kind === 'hits' ? namesIn(parsed.query) : ''} scroll={scroll} onStep={(direction) => void step.go(direction)} onSearch={search} picked={picked ?? new Set()} onPick={picked === null ? null : pick} />,
            }}
            right={{
              label: t('reader.resizeSide'), open: side !== null, start: 300, min: 240, max: 560,
              content: <SidePanel library={library.id} tab={side ?? 'details'} onTab={setSide} conversation={info.data} message={message} thread={thread} onJump={jump} />,
            }}
          >
            {info.error !== undefined && chosen !== null ? <div className="p-3"><ErrorBox error={info.error} onRetry={info.reload} /></div> : null}
            {chosen === null ? (
              <div className="m-auto flex flex-col items-center text-center">
                {gone === null ? null : <GoneNote library={library.id} title={gone.title} />}
                <p className="font-medium">{t('reader.openHint')}</p>
                <p className="mt-1 text-sm text-ink-soft">{t('reader.openHintKeys')}</p>
              </div>
            ) : (
              <ThreadPane
                library={library.id} thread={thread} conversation={info.data} selected={selected} handle={handle} jumping={jumping} onJumping={setJumping} onStep={(direction) => void step.go(direction)}
                onReveal={mayReveal ? () => setDialog({ kind: 'reveal', subject: { kind: 'conversation', key: chosen } }) : null}
                actions={<ConversationMenu address={address} conversation={info.data} onDialog={setDialog} onSearch={search} onPick={allowed('replicas/create') ? () => pick(chosen) : null} />}
              />
            )}
          </Panes>
        </MessageActionsContext>
      </FoundContext>
      <p role="status" className="sr-only">{step.atEnd ? t('reader.noFurther') : ''}</p>
      {keys ? <KeysSheet onClose={() => setKeys(false)} /> : null}
      <ReaderDialogs
        library={library} address={address} dialog={dialog} conversation={info.data}
        onClose={() => setDialog(null)}
        onRevealed={(answer) => {
          setReveals(reveals + 1);
          if ('message' in answer) thread.replace(answer.message);
          else info.reload();
        }}
        onChanged={() => {
          setReveals(reveals + 1);
          thread.retry();
          info.reload();
        }}
        onGone={() => {
          if (chosen !== null) setGone({ key: chosen, title: info.data?.title ?? chosen });
          to({ conversation: null, message: null });
        }}
      />
    </main>
  );
}
