import type { ReactNode } from 'react';
import { ExternalLink } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { buttonClass } from '../../../ui/button.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Popover } from '../../../ui/popover.tsx';
import { isDesktop } from '../desktop.ts';
import { MaskedText } from '../masked-text.tsx';

/** True for an address that a browser opens as a page, and nothing else. */
function isPage(address: string): boolean {
  try {
    return ['http:', 'https:'].includes(new URL(address).protocol);
  } catch {
    return false;
  }
}

/** A link that somebody wrote into a conversation: pressing it shows where it leads; only from there it is opened, or copied. */
export function OutsideLink({ address, children }: { address: string; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <Popover
      label={t('reader.link')}
      className="flex max-w-96 flex-col gap-2"
      trigger={<button type="button" title={address} className="inline rounded-sm text-left text-accent-text underline decoration-1 underline-offset-2 hover:decoration-2">{children}</button>}
    >
      <p className="font-mono text-xs break-all"><MaskedText text={address} /></p>
      <p className="text-xs text-ink-soft">{t('reader.linkOutside')}</p>
      <div className="flex items-center gap-2">
        {isPage(address) && !isDesktop() ? (
          <a href={address} target="_blank" rel="noopener noreferrer" className={buttonClass('secondary', 'sm')}>
            <ExternalLink aria-hidden className="size-3.5" />
            {t('reader.linkOpen')}
          </a>
        ) : null}
        <span className="flex items-center text-xs text-ink-soft"><CopyButton text={address} label={t('reader.linkCopy')} />{t('reader.linkCopy')}</span>
      </div>
    </Popover>
  );
}
