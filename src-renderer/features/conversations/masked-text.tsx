import { createContext, memo, use } from 'react';
import type { ReactNode } from 'react';
import { EyeOff } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Segments } from '../../../shared/model/conversation.ts';
import { en } from '../../i18n/texts/reader.ts';
import { piecesOf } from './pieces.ts';

/** What the search found, for marking it wherever texts are drawn. */
export const FoundContext = createContext<RegExp | null>(null);

type Kind = keyof (typeof en)['kinds'];
const isKind = (kind: string): kind is Kind => Object.hasOwn(en.kinds, kind);

/** A piece of personal data that was hidden, by its kind. */
function MaskedChip({ kind }: { kind: string }) {
  const { t } = useTranslation();
  return (
    <span className="mx-px inline-flex items-baseline gap-1 rounded-sm border border-line-strong bg-hover px-1 font-sans text-[0.86em] whitespace-nowrap text-ink-soft" title={t('reader.maskedHint')}>
      <EyeOff aria-hidden className="size-[0.9em] self-center" />
      {isKind(kind) ? t(`reader.kinds.${kind}`) : kind}
    </span>
  );
}

function drawn(text: string, found: RegExp | null, prefix = ''): ReactNode {
  const pieces = piecesOf(text, found);
  if (pieces.length === 1 && pieces[0]?.kind === 'text') return text;
  return pieces.map((piece, index) =>
    piece.kind === 'text' ? piece.text : piece.kind === 'found' ? <mark key={`${prefix}${index}`} className="rounded-sm bg-warn-soft text-ink shadow-[0_0_0_1px_var(--warn)]">{piece.text}</mark> : <MaskedChip key={`${prefix}${index}`} kind={piece.text} />,
  );
}

/** A text with its masked pieces as chips and what the search found marked. */
export const MaskedText = memo(function MaskedText({ text }: { text: string }) {
  return <>{drawn(text, use(FoundContext))}</>;
});

/** A snippet of a search: its hits are marked as the search says. */
export function Snippet({ segments }: { segments: Segments }) {
  return (
    <>
      {segments.map((segment, index) =>
        segment.hit ? <mark key={index} className="rounded-sm bg-warn-soft font-medium text-ink">{segment.text}</mark> : <span key={index}>{drawn(segment.text, null)}</span>,
      )}
    </>
  );
}
