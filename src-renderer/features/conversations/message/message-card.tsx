import { memo, use, useState } from 'react';
import { EyeOff, Eye, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction } from '../../../stores/hooks.tsx';
import { Badge } from '../../../ui/badges.tsx';
import { Button } from '../../../ui/button.tsx';
import { cx } from '../../../ui/cx.ts';
import { ErrorBox } from '../../../ui/states.tsx';
import { MessageActionsContext } from './message-actions.ts';
import { MessageMenu } from './message-menu.tsx';
import { PartsView } from './parts-view.tsx';
import { RoleName, edgeOf, useRoleName } from './role.tsx';
import type { ToolPairs } from './tool-pairs.ts';

interface CardProps {
  readonly message: Message;
  readonly library: string;
  readonly selected: boolean;
  readonly pairs: ToolPairs | undefined;
}

/** One message: who, when, with what, and its parts. */
export const MessageCard = memo(function MessageCard({ message, library, selected, pairs }: CardProps) {
  const { t } = useTranslation();
  const roleName = useRoleName();
  const actions = use(MessageActionsContext);
  const { key, role, deletedAt } = message;
  return (
    <article
      aria-label={roleName(role)}
      aria-current={selected || undefined}
      data-message={key}
      onPointerUp={(event) => {
        // Choosing words to copy, or pressing something in it, is not choosing the message.
        if (event.button === 0 && !isBusy(event.target) && window.getSelection()?.isCollapsed !== false) actions.select(key);
      }}
      className={cx('group/message flex min-w-0 flex-col gap-1.5 border-l-[3px] py-2.5 pr-3 pl-4', edgeOf(role), selected ? 'bg-selected/60' : 'hover:bg-hover/50', deletedAt !== null && 'opacity-80')}
    >
      <MessageHead message={message} selected={selected} />
      {deletedAt === null ? null : <p className="flex items-center gap-1.5 text-xs text-warn-text"><Trash2 aria-hidden className="size-3.5" /><DeletedAt at={deletedAt} /></p>}
      <PartsView parts={message.parts} pairs={pairs} />
      {message.truncated ? <Truncated message={message} library={library} /> : null}
      {message.isError && !message.parts.some((part) => part.type === 'error') ? <span><Badge tone="danger">{t('reader.error')}</Badge></span> : null}
    </article>
  );
});

function isBusy(target: EventTarget): boolean {
  return target instanceof Element && target.closest('button, a, input, textarea, [role="menu"], [role="dialog"]') !== null;
}

function DeletedAt({ at }: { at: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  return <span title={format.dateTime(at, true)}>{t('reader.deleted', { when: format.ago(at) })}</span>;
}

function MessageHead({ message, selected }: { message: Message; selected: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const actions = use(MessageActionsContext);
  const { inputTokens, outputTokens, latencyMs, model } = message;
  const tokens =
    inputTokens !== null && outputTokens !== null ? t('reader.tokens', { input: format.number(inputTokens), output: format.number(outputTokens) })
    : inputTokens !== null ? t('reader.tokensIn', { input: format.number(inputTokens) })
    : outputTokens !== null ? t('reader.tokensOut', { output: format.number(outputTokens) })
    : null;
  return (
    <header className="flex min-h-6 min-w-0 items-center gap-2 text-xs text-ink-faint">
      <RoleName role={message.role} className="text-sm" />
      {model === null ? null : <span className="min-w-0 truncate font-mono text-2xs text-ink-soft" title={model}>{model}</span>}
      {message.at === null ? null : <time dateTime={message.at} title={format.ago(message.at)} className="tabular shrink-0">{format.dateTime(message.at)}</time>}
      <span className="hidden shrink-0 @3xl:inline">{message.at === null ? null : format.ago(message.at)}</span>
      {latencyMs === null ? null : <span className="tabular hidden shrink-0 @lg:inline">{t('reader.latency', { time: format.duration(latencyMs / 1000) })}</span>}
      {tokens === null ? null : <span className="tabular hidden shrink-0 @xl:inline">{tokens}</span>}
      <span className="flex-1" />
      {message.revealed ? <Badge tone="info"><Eye aria-hidden className="size-3" />{t('reader.revealed')}</Badge> : null}
      {message.masked && !message.revealed && actions.reveal !== null ? (
        <Button size="sm" variant="ghost" icon={<EyeOff aria-hidden className="size-3.5" />} onClick={() => actions.reveal?.(message)}>{t('reader.reveal')}</Button>
      ) : null}
      <span className={cx('shrink-0', !selected && 'opacity-0 group-focus-within/message:opacity-100 group-hover/message:opacity-100')}><MessageMenu message={message} /></span>
    </header>
  );
}

/** The text was cut on its way here: all of it comes when it is asked for. */
function Truncated({ message, library }: { message: Message; library: string }) {
  const { t } = useTranslation();
  const actions = use(MessageActionsContext);
  const whole = useAction('conversations/message');
  const [asked, setAsked] = useState(false);
  const load = async (): Promise<void> => {
    setAsked(true);
    const answer = await whole.run({ library, key: message.key });
    if (answer) actions.replace({ ...answer, truncated: false });
  };
  return (
    <div className="flex flex-wrap items-center gap-2 text-xs text-ink-soft">
      <span>{t('reader.cutAt')}</span>
      <Button size="sm" busy={asked && whole.pending} onClick={() => void load()}>{t('reader.wholeText')}</Button>
      <ErrorBox error={whole.error} />
    </div>
  );
}
