import { useState } from 'react';
import { ShieldCheck } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Screen } from '../../ui/layout.tsx';
import { Empty } from '../../ui/states.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

/** What stands at an address that the profile in force does not show. */
export function NotInProfile() {
  const { t } = useTranslation();
  const [leaving, setLeaving] = useState(false);
  return (
    <Screen title={t('profile.notHere')}>
      <Empty
        icon={<ShieldCheck className="size-5" />}
        title={t('profile.notHere')}
        actions={
          <>
            <a href="#/conversations" className={buttonClass('primary')}>{t('profile.toConversations')}</a>
            <Button onClick={() => setLeaving(true)}>{t('profile.leave')}</Button>
          </>
        }
      >
        {t('profile.notHereText')}
      </Empty>
      {leaving ? <LeaveDialog onClose={() => setLeaving(false)} /> : null}
    </Screen>
  );
}
