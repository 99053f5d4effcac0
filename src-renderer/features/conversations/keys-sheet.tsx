import { useTranslation } from 'react-i18next';
import { Dialog } from '../../ui/overlays.tsx';
import { readerKeys } from './reader-keys.ts';

const names: Readonly<Record<string, string>> = { Escape: 'Esc', Enter: '⏎' };

/** Every key of the reader. */
export function KeysSheet({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog open onClose={onClose} title={t('reader.keys.title')}>
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1.5 pb-4 sm:grid-cols-[max-content_1fr_max-content_1fr]">
        {readerKeys.map(([key, action]) => (
          <div key={key} className="contents">
            <dt><kbd className="inline-block min-w-7 rounded-sm border border-line-strong bg-sunken px-1.5 py-0.5 text-center font-mono text-xs">{names[key] ?? key}</kbd></dt>
            <dd className="text-sm">{t(`reader.keys.${action}`)}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
