import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox } from '../../ui/states.tsx';

export function LeaveDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const [passphrase, setPassphrase] = useState('');
  const leave = useAction('profile/leave');
  const submit = async (): Promise<void> => {
    const answer = await leave.run({ passphrase });
    setPassphrase('');
    if (answer) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('profile.leaveTitle')}
      description={t('profile.leaveText')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" busy={leave.pending} disabled={passphrase === ''} onClick={() => void submit()}>{t('profile.leave')}</Button>
        </>
      }
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (passphrase !== '') void submit();
        }}
      >
        {/* For password managers, which keep a passphrase by a name. */}
        <input hidden readOnly type="text" name="username" autoComplete="username" value="travessia" />
        <Field label={t('profile.passphrase')}>
          {(ids) => <Input {...ids} type="password" autoFocus autoComplete="current-password" maxLength={200} value={passphrase} onChange={(event) => setPassphrase(event.target.value)} />}
        </Field>
      </form>
      <ErrorBox error={leave.error} />
    </Dialog>
  );
}
