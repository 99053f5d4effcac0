import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { href } from '../../../stores/route.ts';
import { buttonClass } from '../../../ui/button.tsx';
import { MaskedText } from '../masked-text.tsx';

/** After a conversation was deleted: that it was, and the way back. It takes the focus, whose place went with the conversation. */
export function GoneNote({ library, title }: { library: string; title: string }) {
  const { t } = useTranslation();
  const link = useRef<HTMLAnchorElement>(null);
  useEffect(() => link.current?.focus(), []);
  return (
    <div role="status" className="mb-8 flex max-w-md flex-col items-center gap-2 rounded-lg border bg-raised px-5 py-4 text-sm">
      <p className="font-medium break-words">{t('changes.gone')} <MaskedText text={title} /></p>
      <p className="text-ink-soft">{t('changes.goneHint')}</p>
      <a ref={link} href={href(['conversations', library, 'changes'])} className={buttonClass()}>{t('changes.toChanges')}</a>
    </div>
  );
}
