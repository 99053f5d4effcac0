import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import type { ReaderAddress } from '../reader-address.ts';
import { namesIn } from '../query-kind.ts';
import { useParse, viewerZone } from '../search/use-parse.ts';
import type { ReaderList } from './use-list.ts';

/** What the list holds and in which order. The count comes by itself: no row waits for it. */
export function ListSummary({ address, list }: { address: ReaderAddress; list: ReaderList }) {
  const { t } = useTranslation();
  const format = useFormat();
  const diagnosed = (list.meta?.diagnostics.length ?? 0) > 0;
  const count = useCall('conversations/count', list.kind === 'hits' && !diagnosed ? { library: address.library, query: address.query, zone: viewerZone() } : null);
  const asked = useParse(address.query);
  // Words have a best hit; where they stand in too many messages, the order is that of time, and somebody who looks for the best has to know.
  const isMany = list.kind === 'hits' && list.meta?.order === 'newest' && namesIn(asked.query) !== '';
  const order = t(`reader.order.${isMany ? 'many' : (list.meta?.order ?? 'newest')}`);
  // Whoever has paged to the end knows better than a count that stopped.
  const known = list.kind === 'hits' && list.whole && count.data?.capped === true ? { count: list.count, capped: false } : count.data;
  return (
    <p className="flex min-h-8 shrink-0 flex-wrap items-center gap-x-1.5 border-b px-3 py-1.5 text-xs text-ink-soft" role="status" data-testid="list-summary">
      {list.kind === 'conversations' ? (
        <span className="font-medium text-ink">{t('reader.conversations')}</span>
      ) : (
        <span className="tabular font-medium text-ink">{known === undefined ? (diagnosed || count.error !== undefined ? t('reader.hits') : t('reader.counting')) : known.capped && known.count === 0 ? t('reader.notCounted') : t('reader.count', { count: known.count, shown: `${format.number(known.count)}${known.capped ? '+' : ''}` })}</span>
      )}
      <span className={isMany ? undefined : 'min-w-0 truncate text-ink-faint'} {...(isMany ? { title: t('reader.order.manyHint') } : {})}>{order}</span>
    </p>
  );
}
