import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAction, useShell } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';

const shortest = 8;

/** Asks for a passphrase only where none was ever set; entering again needs none. */
export function EnterDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const isKnown = useShell((state) => state.profile?.hasPassphrase === true);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [tried, setTried] = useState(false);
  const enter = useAction('profile/enter');
  const isShort = !isKnown && passphrase.length < shortest;
  const differs = !isKnown && again !== passphrase;
  const submit = async (): Promise<void> => {
    setTried(true);
    if (isShort || differs) return;
    const answer = await enter.run({ profile: 'support', ...(isKnown ? {} : { passphrase }) });
    if (answer) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('profile.enterTitle')}
      description={t('profile.enterText')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" busy={enter.pending} onClick={() => void submit()}>{t('profile.enter')}</Button>
        </>
      }
    >
      <form
        className="flex flex-col gap-3"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        {/* For password managers, which keep a passphrase by a name. */}
        <input hidden readOnly type="text" name="username" autoComplete="username" value="travessia" />
        {isKnown ? (
          <p className="text-sm text-ink-soft">{t('profile.passphraseKnown')}</p>
        ) : (
          <>
            <Field label={t('profile.passphrase')} hint={t('profile.passphraseNew')} problem={tried && isShort ? t('profile.passphraseShort') : undefined}>
              {(ids) => <Input {...ids} type="password" autoFocus autoComplete="new-password" maxLength={200} value={passphrase} onChange={(event) => setPassphrase(event.target.value)} />}
            </Field>
            <Field label={t('profile.repeat')} problem={tried && !isShort && differs ? t('profile.repeatDiffers') : undefined}>
              {(ids) => <Input {...ids} type="password" autoComplete="new-password" maxLength={200} value={again} onChange={(event) => setAgain(event.target.value)} />}
            </Field>
          </>
        )}
        {/* Enter in a field of two: a form with more than one field is sent only where it has a button. */}
        <button type="submit" tabIndex={-1} aria-hidden className="sr-only" />
      </form>
      <Note>{t('profile.boundary')}</Note>
      <ErrorBox error={enter.error} />
    </Dialog>
  );
}
