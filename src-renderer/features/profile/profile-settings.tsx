import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Settings } from '../../../shared/model/settings.ts';
import { useShell } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/fields.tsx';
import { Facts, Section } from '../../ui/layout.tsx';
import { EnterDialog } from './enter-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

/** The profile in force and whether personal data is hidden, among the settings. */
export function ProfileSettings({ masking, onChange }: { masking: boolean; onChange: (change: Partial<Settings>) => void }) {
  const { t } = useTranslation();
  const profile = useShell((state) => state.profile);
  const [open, setOpen] = useState(false);
  if (!profile) return null;
  const isSupport = profile.profile === 'support';
  const close = (): void => setOpen(false);
  return (
    <Section title={t('profile.section')}>
      <Facts facts={[[t('profile.current'), isSupport ? t('profile.support') : t('profile.dba')]]} />
      {isSupport ? null : <Checkbox label={t('profile.masking')} hint={t('profile.maskingHint')} checked={masking} onChange={(event) => onChange({ masking: event.target.checked })} />}
      <div className="mt-1"><Button onClick={() => setOpen(true)}>{isSupport ? t('profile.leave') : t('profile.enter')}</Button></div>
      {open ? isSupport ? <LeaveDialog onClose={close} /> : <EnterDialog onClose={close} /> : null}
    </Section>
  );
}
