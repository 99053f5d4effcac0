import { useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { ArrowDownToLine, ArrowUpToLine, CalendarSearch, ChevronDown, ChevronUp, Eye, EyeOff, MessagesSquare } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { Badge } from '../../../ui/badges.tsx';
import { Button, IconButton } from '../../../ui/button.tsx';
import { Field, Input } from '../../../ui/fields.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { Empty, ErrorBox, Skeleton } from '../../../ui/states.tsx';
import { MaskedText } from '../masked-text.tsx';
import { When } from '../relative-time.tsx';
import { ThreadScroll } from './thread-scroll.tsx';
import type { ThreadHandle } from './thread-scroll.tsx';
import type { Thread } from './use-thread.ts';

interface ThreadPaneProps {
  readonly library: string;
  readonly thread: Thread;
  readonly conversation: Conversation | undefined;
  readonly selected: string | null;
  readonly handle: RefObject<ThreadHandle | null>;
  readonly jumping: boolean;
  readonly onJumping: (open: boolean) => void;
  readonly onStep: (direction: 'next' | 'previous') => void;
  /** null: not possible here. */
  readonly onReveal: (() => void) | null;
  /** More of what can be done with the conversation. */
  readonly actions: ReactNode;
}

/** The thread: what it is, ways to move in it, its messages. */
export function ThreadPane({ library, thread, conversation, selected, handle, jumping, onJumping, onStep, onReveal, actions }: ThreadPaneProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const icon = 'size-4';
  return (
    <section aria-label={conversation?.title ?? t('reader.thread')} className="flex min-h-0 flex-1 flex-col">
      <header className="flex min-h-11 items-center gap-2 border-b py-1 pr-2 pl-4">
        <div className="min-w-0 flex-1">
          <h2 className="truncate text-sm font-semibold" title={conversation?.title ?? undefined}>
            {conversation ? <MaskedText text={conversation.title ?? conversation.preview ?? t('reader.untitled')} /> : '…'}
          </h2>
          {conversation ? (
            <p className="flex min-w-0 items-center gap-1.5 truncate text-2xs text-ink-faint">
              {conversation.owner === null ? null : <span className="truncate text-ink-soft"><MaskedText text={conversation.owner} /></span>}
              {conversation.messages === null ? null : <span className="tabular shrink-0">{t('reader.messages', { count: conversation.messages, shown: format.number(conversation.messages) })}</span>}
              <When at={conversation.updatedAt ?? conversation.createdAt} className="shrink-0" />
              {conversation.deletedAt === null ? null : <Badge tone="warn" className="h-4">{t('reader.deletedShort')}</Badge>}
              {conversation.revealed ? <Badge tone="info" className="h-4"><Eye aria-hidden className="size-3" />{t('reader.revealed')}</Badge> : null}
              {conversation.masked && !conversation.revealed && onReveal !== null ? <button type="button" onClick={onReveal} className="inline-flex shrink-0 items-center gap-1 rounded-sm px-1 text-ink-soft hover:bg-hover hover:text-ink"><EyeOff aria-hidden className="size-3" />{t('reader.reveal')}</button> : null}
            </p>
          ) : null}
        </div>
        <div className="flex shrink-0 items-center">
          <IconButton label={t('reader.previousHit')} keys="K" onClick={() => onStep('previous')}><ChevronUp aria-hidden className={icon} /></IconButton>
          <IconButton label={t('reader.nextHit')} keys="J" onClick={() => onStep('next')}><ChevronDown aria-hidden className={icon} /></IconButton>
          <span aria-hidden className="mx-1 h-4 w-px bg-line" />
          <IconButton label={t('reader.jumpStart')} keys="g" onClick={thread.toStart}><ArrowUpToLine aria-hidden className={icon} /></IconButton>
          <IconButton label={t('reader.jumpEnd')} keys="G" onClick={thread.toEnd}><ArrowDownToLine aria-hidden className={icon} /></IconButton>
          <DateJump open={jumping} onOpen={onJumping} onJump={thread.toMoment} />
          {actions}
        </div>
      </header>
      {thread.error === undefined ? null : <div className="p-3"><ErrorBox error={thread.error} onRetry={thread.retry} /></div>}
      {thread.rows.length > 0 ? (
        <ThreadScroll key={thread.epoch} thread={thread} library={library} selected={selected} handle={handle} />
      ) : thread.loading === 'open' ? (
        <div className="p-5"><Skeleton lines={8} /></div>
      ) : thread.error === undefined ? (
        <Empty icon={<MessagesSquare className="size-5" />} title={t('reader.threadEmpty')}>{t('reader.threadEmptyHint')}</Empty>
      ) : null}
    </section>
  );
}

function DateJump({ open, onOpen, onJump }: { open: boolean; onOpen: (open: boolean) => void; onJump: (iso: string) => void }) {
  const { t } = useTranslation();
  const [day, setDay] = useState('');
  return (
    <Popover
      label={t('reader.jumpDate')}
      align="end"
      open={open}
      onOpenChange={onOpen}
      trigger={<IconButton label={t('reader.jumpDate')} keys="d"><CalendarSearch aria-hidden className="size-4" /></IconButton>}
    >
      <form
        className="flex items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          // The day as the viewer means it: from its midnight in their own zone.
          const moment = new Date(`${day}T00:00:00`);
          if (Number.isNaN(moment.getTime())) return;
          onOpen(false);
          onJump(moment.toISOString());
        }}
      >
        <Field label={t('reader.jumpDate')}>{(ids) => <Input {...ids} autoFocus required type="date" value={day} onChange={(event) => setDay(event.target.value)} />}</Field>
        <Button type="submit" variant="primary">{t('reader.jumpGo')}</Button>
      </form>
    </Popover>
  );
}
