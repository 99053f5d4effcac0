import { useTranslation } from 'react-i18next';
import type { Conversation, SearchHit } from '../../../../shared/model/conversation.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { Badge } from '../../../ui/badges.tsx';
import { cx } from '../../../ui/cx.ts';
import { MaskedText, Snippet } from '../masked-text.tsx';
import { ShortWhen } from '../relative-time.tsx';
import { RoleName } from '../message/role.tsx';

/** One conversation of the list: its name, when it last moved, whose it is, how long. */
export function ConversationRow({ row }: { row: Conversation }) {
  const { t } = useTranslation();
  const format = useFormat();
  const title = row.title ?? row.preview ?? t('reader.untitled');
  return (
    <>
      <span className="flex items-baseline gap-2">
        <span className={cx('min-w-0 flex-1 truncate text-sm font-medium', row.title === null && 'text-ink-soft', row.deletedAt !== null && 'line-through decoration-ink-faint')}><MaskedText text={title} /></span>
        <ShortWhen at={row.updatedAt ?? row.createdAt} className="tabular shrink-0 text-2xs text-ink-faint" />
      </span>
      <span className="flex min-w-0 items-center gap-2 text-xs text-ink-soft">
        {row.owner === null ? null : <span className="max-w-1/2 shrink-0 truncate"><MaskedText text={row.owner} /></span>}
        <span className="min-w-0 flex-1 truncate text-ink-faint">{row.title === null || row.preview === null ? (row.model ?? '') : <MaskedText text={row.preview} />}</span>
        {row.deletedAt === null ? null : <Badge tone="warn" className="h-4">{t('reader.deletedShort')}</Badge>}
        {row.messages === null ? null : <span className="tabular shrink-0 rounded-full bg-hover px-1.5 text-2xs text-ink-soft" title={t('reader.messages', { count: row.messages, shown: format.number(row.messages) })}>{format.number(row.messages)}</span>}
      </span>
    </>
  );
}

/** One message that the search found, in its conversation. */
export function HitRow({ hit }: { hit: SearchHit }) {
  const { t } = useTranslation();
  return (
    <>
      <span className="flex items-center gap-2 text-xs">
        <RoleName role={hit.role} />
        <span className="min-w-0 flex-1 truncate text-ink-soft"><MaskedText text={hit.title ?? t('reader.untitled')} />{hit.owner === null ? null : <> · <MaskedText text={hit.owner} /></>}</span>
        <ShortWhen at={hit.at} className="tabular shrink-0 text-2xs text-ink-faint" />
      </span>
      <span className={cx('line-clamp-2 text-sm break-words', hit.deletedAt !== null && 'line-through decoration-ink-faint')}><Snippet segments={hit.snippet} /></span>
      {hit.isError || hit.deletedAt !== null ? (
        <span className="flex gap-1">
          {hit.isError ? <Badge tone="danger" className="h-4">{t('reader.error')}</Badge> : null}
          {hit.deletedAt !== null ? <Badge tone="warn" className="h-4">{t('reader.deletedShort')}</Badge> : null}
        </span>
      ) : null}
    </>
  );
}
