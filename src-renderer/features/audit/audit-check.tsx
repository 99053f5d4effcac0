import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditCheck } from '../../../shared/model/guard.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';

/** What a check of the chain found; a damage that was looked into can be accepted, with the reason. */
export function CheckResult({ check, onAccepted }: { check: AuditCheck; onAccepted: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [accepting, setAccepting] = useState(false);
  const unchained = check.unchained === 0 ? null : <p className="mt-0.5 text-ink-soft">{t('audit.unchained', { count: check.unchained, number: format.number(check.unchained) })}</p>;
  if (check.intact) {
    return (
      <div role="status" data-testid="audit-check">
        <Note>
          <p>{t('audit.intact', { number: format.number(check.lines) })}</p>
          {unchained}
        </Note>
      </div>
    );
  }
  return (
    <div role="status" data-testid="audit-check">
      <Note tone="danger" actions={<Button size="sm" onClick={() => setAccepting(true)}>{t('audit.accept')}</Button>}>
        <p className="font-semibold">{t('audit.damaged')}</p>
        <ul className="mt-0.5 list-disc pl-4">
          {check.problems.map(({ kind, seq }) => (
            <li key={kind}>
              {t(`audit.problems.${kind}`)}
              {seq === null ? '' : ` ${t('audit.fromLine', { line: format.number(seq) })}`}
            </li>
          ))}
        </ul>
        {unchained}
      </Note>
      {accepting ? <AcceptDialog onClose={() => setAccepting(false)} onAccepted={onAccepted} /> : null}
    </div>
  );
}

function AcceptDialog({ onClose, onAccepted }: { onClose: () => void; onAccepted: () => void }) {
  const { t } = useTranslation();
  const [reason, setReason] = useState('');
  const [tried, setTried] = useState(false);
  const anchor = useAction('audit/anchor');
  const isShort = reason.trim().length < 5;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort || !(await anchor.run({ reason: reason.trim() }))) return;
    onAccepted();
    onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('audit.acceptTitle')}
      description={t('audit.acceptText')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="danger" busy={anchor.pending} onClick={() => void submit()}>{t('audit.accept')}</Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Field label={t('audit.reason')} hint={t('audit.reasonHint')} problem={tried && isShort ? t('audit.reasonShort') : undefined}>
          {(ids) => <Input {...ids} autoFocus maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
      </form>
      <ErrorBox error={anchor.error} />
    </Dialog>
  );
}
