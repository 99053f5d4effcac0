import { use, useState } from 'react';
import { Braces, Copy, Ellipsis, ExternalLink, Link, Pencil, Radius } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Message } from '../../../../shared/model/conversation.ts';
import { Menu } from '../../../ui/menu.tsx';
import type { MenuItem } from '../../../ui/menu.tsx';
import { isDesktop, wholeAddress } from '../desktop.ts';
import { MessageActionsContext } from './message-actions.ts';
import { textOf } from './tool-pairs.ts';

const icon = 'size-3.5';

/** What can be done with a message. A plain button until it is pressed: a thousand closed menus would cost what nobody sees. */
export function MessageMenu({ message }: { message: Message }) {
  const { t } = useTranslation();
  const [wanted, setWanted] = useState(false);
  if (!wanted) {
    return (
      <button type="button" aria-label={t('common.more')} aria-haspopup="menu" onClick={() => setWanted(true)} className="inline-flex size-6 items-center justify-center rounded-md text-ink-soft hover:bg-hover hover:text-ink">
        <Ellipsis aria-hidden className="size-4" />
      </button>
    );
  }
  return <OpenMenu message={message} />;
}

function OpenMenu({ message }: { message: Message }) {
  const { t } = useTranslation();
  const actions = use(MessageActionsContext);
  const copy = (text: string): void => void navigator.clipboard.writeText(text);
  const items: MenuItem[] = [
    { label: t('reader.copyLink'), icon: <Link aria-hidden className={icon} />, onSelect: () => copy(wholeAddress(actions.linkOf(message.key))) },
    { label: t('reader.copyText'), icon: <Copy aria-hidden className={icon} />, onSelect: () => copy(textOf(message)) },
    ...(isDesktop() ? [] : [{ label: t('reader.openNew'), icon: <ExternalLink aria-hidden className={icon} />, onSelect: () => void window.open(wholeAddress(actions.linkOf(message.key)), '_blank', 'noopener') }]),
    { label: t('reader.near'), icon: <Radius aria-hidden className={icon} />, onSelect: () => actions.near(message.key) },
    { label: t('reader.showRaw'), icon: <Braces aria-hidden className={icon} />, onSelect: () => actions.showRaw(message.key) },
    ...(actions.rewrite === null ? [] : [{ label: t('changes.rewrite'), icon: <Pencil aria-hidden className={icon} />, onSelect: () => actions.rewrite?.(message) }]),
  ];
  return <Menu label={t('common.more')} items={items} startOpen />;
}
