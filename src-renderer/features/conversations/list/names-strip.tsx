import { User } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useCall } from '../../../stores/hooks.tsx';
import { MaskedText } from '../masked-text.tsx';
import { readerHref } from '../reader-address.ts';
import type { ReaderAddress } from '../reader-address.ts';
import { ShortWhen } from '../relative-time.tsx';

/** Conversations whose name, owner or id looks like what is searched for, above the messages found. */
export function NamesStrip({ address, names }: { address: ReaderAddress; names: string }) {
  const { t } = useTranslation();
  const answer = useCall('conversations/names', { library: address.library, text: names, limit: 4 });
  const rows = answer.data?.rows ?? [];
  if (rows.length === 0) return null;
  return (
    <nav aria-label={t('reader.names')} className="shrink-0 border-b bg-sunken py-1">
      <p className="px-3 text-2xs font-semibold tracking-wider text-ink-faint uppercase">{t('reader.names')}</p>
      <ul>
        {rows.map((row) => (
          <li key={row.key}>
            <a href={readerHref({ ...address, conversation: row.key, message: null })} aria-current={address.conversation === row.key && address.message === null ? true : undefined} className="flex h-6.5 items-center gap-2 px-3 text-xs hover:bg-hover focus-visible:-outline-offset-2 aria-[current=true]:bg-selected">
              <User aria-hidden className="size-3.5 shrink-0 text-ink-faint" />
              <span className="min-w-0 flex-1 truncate font-medium"><MaskedText text={row.title ?? row.preview ?? t('reader.untitled')} /></span>
              {row.owner === null ? null : <span className="max-w-2/5 truncate text-ink-soft"><MaskedText text={row.owner} /></span>}
              <ShortWhen at={row.updatedAt ?? row.createdAt} className="tabular shrink-0 text-2xs text-ink-faint" />
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
