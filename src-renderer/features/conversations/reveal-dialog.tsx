import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox } from '../../ui/states.tsx';

export interface RevealSubject {
  readonly kind: 'message' | 'conversation';
  readonly key: string;
}

interface RevealProps {
  readonly library: string;
  readonly subject: RevealSubject;
  readonly onClose: () => void;
  readonly onRevealed: (answer: CallOutput<'conversations/reveal'>) => void;
}

/** Asks why personal data is to be shown; the reason goes to the audit before anything is shown. */
export function RevealDialog({ library, subject, onClose, onRevealed }: RevealProps) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const reveal = useAction('conversations/reveal');
  const isShort = reason.trim().length < 5;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort) return;
    const answer = await reveal.run({ library, kind: subject.kind, key: subject.key, reason: reason.trim() });
    if (answer) onRevealed(answer);
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('reader.revealTitle')}
      description={subject.kind === 'message' ? t('reader.revealMessage') : t('reader.revealConversation')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" busy={reveal.pending} onClick={() => void submit()}>{t('reader.revealDo')}</Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label={t('reader.revealReason')} hint={t('reader.revealReasonHint')} problem={tried && isShort ? t('reader.revealReasonShort') : undefined}>
          {(ids) => <Input {...ids} autoFocus maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </form>
      <ErrorBox error={reveal.error} />
    </Dialog>
  );
}
