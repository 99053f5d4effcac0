import { CloudDownload } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format.ts';
import { Button } from '../../ui/button.tsx';

/** Conversations chosen one by one, and what can be done with them together. */
export function PickBar({ picked, onClear, onReplica }: { picked: ReadonlySet<string>; onClear: () => void; onReplica: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="flex items-center gap-3 border-b bg-accent-soft px-4 py-1.5 text-sm" data-testid="pick-bar">
      <span role="status" className="font-medium">{t('reader.picked', { count: picked.size, amount: format.number(picked.size) })}</span>
      <Button size="sm" disabled={picked.size === 0} icon={<CloudDownload aria-hidden className="size-3.5" />} onClick={onReplica}>{t('reader.makeReplica')}</Button>
      <Button size="sm" variant="ghost" onClick={onClear}>{t('reader.unpick')}</Button>
    </div>
  );
}
