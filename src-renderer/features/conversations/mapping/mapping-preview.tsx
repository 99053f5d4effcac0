import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../../shared/contract/contract.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { cx } from '../../../ui/cx.ts';
import { MaskedText } from '../masked-text.tsx';
import { PartsView } from '../message/parts-view.tsx';
import { RoleName, edgeOf } from '../message/role.tsx';

/** The first conversations and messages as a mapping reads them. */
export function MappingPreview({ preview }: { preview: CallOutput<'libraries/preview'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { conversations, messages } = preview;
  if (conversations.length === 0 && messages.length === 0) return <p className="text-sm text-ink-soft">{t('libraries.previewNone')}</p>;
  return (
    <div className="flex flex-col gap-4">
      <section className="flex flex-col gap-1">
        <h3 className="text-2xs font-semibold tracking-wider text-ink-faint uppercase">{t('libraries.previewConversations')}</h3>
        <ul className="divide-y divide-line rounded-md border">
          {conversations.slice(0, 5).map((row) => (
            <li key={row.key} className="flex items-baseline gap-2 px-2.5 py-1.5 text-sm">
              <span className={cx('min-w-0 flex-1 truncate', row.title === null && 'text-ink-faint')}><MaskedText text={row.title ?? row.preview ?? t('reader.untitled')} /></span>
              {row.owner === null ? null : <span className="max-w-32 truncate text-xs text-ink-soft"><MaskedText text={row.owner} /></span>}
              <span className="tabular shrink-0 text-2xs text-ink-faint">{format.dateTime(row.updatedAt ?? row.createdAt)}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="flex flex-col gap-1">
        <h3 className="text-2xs font-semibold tracking-wider text-ink-faint uppercase">{t('libraries.previewMessages')}</h3>
        <ul className="flex flex-col gap-2">
          {messages.slice(0, 4).map((row) => (
            <li key={row.key} className={cx('max-h-48 overflow-hidden border-l-[3px] py-1 pl-3', edgeOf(row.role))}>
              <p className="mb-1 flex gap-2 text-xs text-ink-faint"><RoleName role={row.role} />{row.model === null ? null : <span className="font-mono text-2xs">{row.model}</span>}<span>{format.dateTime(row.at)}</span></p>
              <PartsView parts={row.parts} pairs={undefined} />
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
