import { CloudDownload, Download, ExternalLink, Link, ListChecks, Pencil, SearchCode, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Conversation } from '../../../shared/model/conversation.ts';
import { withFilter } from '../../../shared/pure/conversation-query/index.ts';
import { Menu } from '../../ui/menu.tsx';
import type { MenuItem } from '../../ui/menu.tsx';
import { isDesktop, wholeAddress } from './desktop.ts';
import { readerHref } from './reader-address.ts';
import type { ReaderAddress } from './reader-address.ts';
import type { ReaderDialog } from './reader-dialogs.tsx';
import { parseOptions } from './search/use-parse.ts';
import { useAllowed } from './use-allowed.ts';

interface MenuProps {
  readonly address: ReaderAddress;
  readonly conversation: Conversation | undefined;
  readonly onDialog: (dialog: ReaderDialog) => void;
  readonly onSearch: (line: string) => void;
  readonly onPick: (() => void) | null;
}

/** What can be done with the conversation that is open. What the profile does not allow is not there. */
export function ConversationMenu({ address, conversation, onDialog, onSearch, onPick }: MenuProps) {
  const { t } = useTranslation();
  const allowed = useAllowed();
  const key = address.conversation;
  if (key === null) return null;
  const icon = 'size-3.5';
  const link = wholeAddress(readerHref(address));
  const items: MenuItem[] = [
    { label: t('reader.copyLink'), icon: <Link aria-hidden className={icon} />, onSelect: () => void navigator.clipboard.writeText(link) },
    ...(isDesktop() ? [] : [{ label: t('reader.openNew'), icon: <ExternalLink aria-hidden className={icon} />, onSelect: () => void window.open(link, '_blank', 'noopener') }]),
    { label: t('reader.onlyConversation'), icon: <SearchCode aria-hidden className={icon} />, onSelect: () => onSearch(withFilter(address.query, { operator: 'in', value: key }, parseOptions())) },
    ...(allowed('conversations/export') ? [{ label: t('reader.export'), icon: <Download aria-hidden className={icon} />, onSelect: () => onDialog({ kind: 'export', conversation: key }) }] : []),
    ...(allowed('replicas/create') ? [{ label: t('reader.makeReplica'), icon: <CloudDownload aria-hidden className={icon} />, onSelect: () => onDialog({ kind: 'replica', conversations: [key] }) }] : []),
    ...(onPick === null ? [] : [{ label: t('reader.keys.pick'), icon: <ListChecks aria-hidden className={icon} />, onSelect: onPick }]),
    ...(allowed('conversations/change')
      ? [
          { label: t('changes.rename'), icon: <Pencil aria-hidden className={icon} />, disabled: conversation === undefined, onSelect: () => conversation && onDialog({ kind: 'rename', conversation }) },
          { label: t('changes.delete'), icon: <Trash2 aria-hidden className={icon} />, danger: true, disabled: conversation === undefined, onSelect: () => conversation && onDialog({ kind: 'delete', conversation }) },
        ]
      : []),
  ];
  return <Menu label={t('common.more')} items={items} />;
}
