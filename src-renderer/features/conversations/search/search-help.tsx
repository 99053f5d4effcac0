import { CircleHelp } from 'lucide-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../../../ui/button.tsx';
import { Popover } from '../../../ui/popover.tsx';

const rows = ['word', 'phrase', 'prefix', 'not', 'role', 'model', 'user', 'after', 'before', 'on', 'has', 'in', 'near', 'meta'] as const;

/** Every operator with an example; an example pressed stands in the line. */
export function SearchHelp({ onTry }: { onTry: (part: string) => void }) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  return (
    <Popover
      label={t('reader.help.title')}
      align="end"
      open={open}
      onOpenChange={setOpen}
      className="w-[34rem] max-w-[92vw]"
      trigger={
        <IconButton label={t('reader.searchHelp')} className="size-6">
          <CircleHelp aria-hidden className="size-3.5" />
        </IconButton>
      }
    >
      <h2 className="text-sm font-semibold">{t('reader.help.title')}</h2>
      <p className="mt-0.5 mb-2 text-xs text-ink-soft">{t('reader.help.intro')}</p>
      <dl className="grid grid-cols-[max-content_1fr] items-baseline gap-x-4 gap-y-1">
        {rows.map((row) => {
          const example = t(`reader.help.${row}`);
          const first = example.split(/\s{2,}/u)[0] ?? example;
          return (
            <div key={row} className="contents">
              <dt>
                <button
                  type="button"
                  aria-label={t('reader.help.tryIt', { text: example })}
                  onClick={() => {
                    setOpen(false);
                    onTry(first);
                  }}
                  className="rounded-sm bg-accent-soft px-1.5 py-0.5 font-mono text-xs whitespace-pre text-accent-text hover:bg-hover"
                >
                  {example}
                </button>
              </dt>
              <dd className="text-xs text-ink-soft">{t(`reader.help.${row}Text`)}</dd>
            </div>
          );
        })}
      </dl>
    </Popover>
  );
}
