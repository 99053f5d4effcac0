import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import type { ReaderAddress } from '../reader-address.ts';
import { viewerZone } from '../search/use-parse.ts';
import type { ReaderList } from './use-list.ts';

/** What the list holds and in which order. The count comes by itself: no row waits for it. */
export function ListSummary({ address, list }: { address: ReaderAddress; list: ReaderList }) {
  const { t } = useTranslation();
  const format = useFormat();
  const diagnosed = (list.meta?.diagnostics.length ?? 0) > 0;
  const count = useCall('conversations/count', list.kind === 'hits' && !diagnosed ? { library: address.library, query: address.query, zone: viewerZone() } : null);
  const order = t(`reader.order.${list.meta?.order ?? 'newest'}`);
  const shown = count.data ? `${format.number(count.data.count)}${count.data.capped ? '+' : ''}` : null;
  return (
    <p className="flex h-8 shrink-0 items-center gap-1.5 border-b px-3 text-xs text-ink-soft" role="status" data-testid="list-summary">
      {list.kind === 'conversations' ? (
        <span className="font-medium text-ink">{t('reader.conversations')}</span>
      ) : (
        <span className="tabular font-medium text-ink">{shown === null ? (diagnosed || count.error !== undefined ? t('reader.hits') : t('reader.counting')) : t('reader.count', { count: count.data?.count ?? 0, shown })}</span>
      )}
      <span className="min-w-0 truncate text-ink-faint">{order}</span>
    </p>
  );
}
