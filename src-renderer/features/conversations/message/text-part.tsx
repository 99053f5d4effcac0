import { memo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../../i18n/use-format.ts';
import { Button } from '../../../ui/button.tsx';
import { Code } from '../../../ui/code.tsx';
import { CopyButton } from '../../../ui/copy-button.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { Markdown } from '../markdown/markdown.tsx';
import { MaskedText } from '../masked-text.tsx';
import { beginningOf, drawnAtMost, shownAtFirst } from './long-text.ts';

interface TextPartProps {
  readonly text: string;
  readonly format: 'plain' | 'markdown';
}

/** Words of a message: the beginning of a long one, all of it on demand. */
export const TextPart = memo(function TextPart({ text, format }: TextPartProps) {
  const { t } = useTranslation();
  const show = useFormat();
  const [all, setAll] = useState(false);
  const [apart, setApart] = useState(false);
  const isLong = text.length > shownAtFirst * 1.25;
  const shown = isLong && !all ? beginningOf(text) : text;
  // Its bytes are counted only where they are said.
  const size = isLong ? show.bytes(new Blob([text]).size) : '';
  return (
    <div className="min-w-0">
      {format === 'markdown' ? <Markdown text={shown} /> : <p className="text-sm leading-relaxed break-words whitespace-pre-wrap" dir="auto"><MaskedText text={shown} /></p>}
      {isLong ? (
        <div className="mt-1 flex items-center gap-2">
          {text.length <= drawnAtMost ? (
            <Button size="sm" onClick={() => setAll(!all)}>{all ? t('reader.showLess') : t('reader.showAll', { size })}</Button>
          ) : (
            <Button size="sm" onClick={() => setApart(true)}>{t('reader.showAll', { size })}</Button>
          )}
        </div>
      ) : null}
      {apart ? <WholeText text={text} onClose={() => setApart(false)} /> : null}
    </div>
  );
});

/** A text of any length in a view that draws only what is in sight. */
export function WholeText({ text, onClose }: { text: string; onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <Dialog wide open onClose={onClose} title={t('reader.wholeText')} footer={<><CopyButton text={text} label={t('reader.copyText')} /><Button onClick={onClose}>{t('common.close')}</Button></>}>
      <div className="h-[52vh] overflow-hidden rounded-md border"><Code text={text} label={t('reader.wholeText')} dialect="none" wrap /></div>
    </Dialog>
  );
}
