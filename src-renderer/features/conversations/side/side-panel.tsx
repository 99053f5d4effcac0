import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { cx } from '../../../ui/cx.ts';
import { Facts } from '../../../ui/layout.tsx';
import { JsonView } from '../message/json-view.tsx';
import { useRoleName } from '../message/role.tsx';
import { MaskedText } from '../masked-text.tsx';
import { sideTabs, type SideTab } from '../reader-address.ts';
import type { Thread } from '../thread/use-thread.ts';
import { RawRows } from './raw-rows.tsx';
import { Timeline } from './timeline.tsx';

interface SideProps {
  readonly library: string;
  readonly tab: SideTab;
  readonly onTab: (tab: SideTab) => void;
  readonly conversation: Conversation | undefined;
  /** The message the address names, where it is among those held. */
  readonly message: Message | undefined;
  readonly thread: Thread;
  readonly onJump: (key: string) => void;
}

/** Beside the thread: what is known of the message or the conversation, its timeline, its row. */
export function SidePanel({ library, tab, onTab, conversation, message, thread, onJump }: SideProps) {
  const { t } = useTranslation();
  return (
    <aside aria-label={t('reader.side')} className="flex min-h-0 flex-1 flex-col bg-surface">
      <div role="tablist" aria-label={t('reader.side')} className="flex h-11 shrink-0 items-end gap-3 border-b px-3">
        {sideTabs.map((each) => (
          <button
            key={each}
            type="button"
            role="tab"
            id={`side-tab-${each}`}
            aria-selected={tab === each}
            aria-controls="side-tab-panel"
            tabIndex={tab === each ? 0 : -1}
            onClick={() => onTab(each)}
            onKeyDown={(event) => {
              const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
              if (move === undefined) return;
              event.preventDefault();
              const next = sideTabs[(sideTabs.indexOf(each) + move + sideTabs.length) % sideTabs.length] ?? each;
              onTab(next);
              document.getElementById(`side-tab-${next}`)?.focus();
            }}
            className={cx('border-b-2 py-1.5 text-sm font-medium whitespace-nowrap', tab === each ? 'border-accent text-ink' : 'border-transparent text-ink-soft hover:text-ink')}
          >
            {t(`reader.sideTabs.${each}`)}
          </button>
        ))}
      </div>
      <div role="tabpanel" id="side-tab-panel" aria-labelledby={`side-tab-${tab}`} tabIndex={0} className="flex min-h-0 flex-1 flex-col overflow-y-auto focus-visible:-outline-offset-2">
        {conversation === undefined ? null : tab === 'details' ? (
          <Details conversation={conversation} message={message} />
        ) : tab === 'timeline' ? (
          <Timeline key={conversation.key} library={library} conversation={conversation.key} thread={thread} selected={message?.key ?? null} onJump={onJump} />
        ) : (
          <RawRows library={library} kind={message ? 'message' : 'conversation'} id={message?.key ?? conversation.key} />
        )}
      </div>
    </aside>
  );
}

function Details({ conversation, message }: { conversation: Conversation; message: Message | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-4 px-4 py-3">
      {message === undefined ? null : <MessageFacts message={message} />}
      <ConversationFacts conversation={conversation} />
      {message === undefined ? null : <Metadata text={message.metadata} title={`${t('reader.metadata')} · ${t('reader.ofMessage')}`} />}
      <Metadata text={conversation.metadata} title={`${t('reader.metadata')} · ${t('reader.ofConversation')}`} />
    </div>
  );
}

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-2">
      <h3 className="text-2xs font-semibold tracking-wider text-ink-faint uppercase">{title}</h3>
      {children}
    </section>
  );
}

function Key({ text }: { text: string }) {
  const { t } = useTranslation();
  return <span className="flex items-start"><span className="min-w-0 flex-1 font-mono text-xs break-all">{text}</span><span className="-my-1"><CopyButton text={text} label={t('reader.copyKey')} /></span></span>;
}

type Fact = readonly [string, ReactNode] | null;

function MessageFacts({ message }: { message: Message }) {
  const { t } = useTranslation();
  const format = useFormat();
  const roleName = useRoleName();
  const number = (name: string, value: number | null): Fact => (value === null ? null : [name, format.number(value)]);
  const facts: Fact[] = [
    [t('reader.facts.role'), roleName(message.role)],
    message.model === null ? null : [t('reader.facts.model'), message.model],
    message.at === null ? null : [t('reader.facts.at'), format.dateTime(message.at, true)],
    message.latencyMs === null ? null : [t('reader.facts.latency'), format.duration(message.latencyMs / 1000)],
    number(t('reader.facts.input'), message.inputTokens),
    number(t('reader.facts.output'), message.outputTokens),
    message.deletedAt === null ? null : [t('reader.facts.deleted'), format.dateTime(message.deletedAt, true)],
  ];
  return (
    <Part title={t('reader.ofMessage')}>
      <Facts facts={facts} />
      <Facts columns={1} facts={[[t('reader.facts.key'), <Key key="key" text={message.key} />], message.parent === null ? null : [t('reader.facts.parent'), <Key key="parent" text={message.parent} />]]} />
    </Part>
  );
}

function ConversationFacts({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const facts: Fact[] = [
    conversation.owner === null ? null : [t('reader.facts.owner'), <MaskedText key="owner" text={conversation.owner} />],
    conversation.messages === null ? null : [t('reader.facts.messages'), format.number(conversation.messages)],
    conversation.createdAt === null ? null : [t('reader.facts.created'), format.dateTime(conversation.createdAt, true)],
    conversation.updatedAt === null ? null : [t('reader.facts.updated'), format.dateTime(conversation.updatedAt, true)],
    conversation.model === null ? null : [t('reader.facts.model'), conversation.model],
    conversation.deletedAt === null ? null : [t('reader.facts.deleted'), format.dateTime(conversation.deletedAt, true)],
  ];
  return (
    <Part title={t('reader.ofConversation')}>
      <Facts facts={facts} />
      <Facts columns={1} facts={[[t('reader.facts.key'), <Key key="key" text={conversation.key} />]]} />
    </Part>
  );
}

function Metadata({ text, title }: { text: string | null; title: string }) {
  if (text === null || text === '{}' || text === '') return null;
  return <Part title={title}><JsonView text={text} /></Part>;
}
