import { useState } from 'react';
import { ShieldCheck, UserRound } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useShell } from '../../stores/hooks.tsx';
import { cx } from '../../ui/cx.ts';
import { EnterDialog } from './enter-dialog.tsx';
import { LeaveDialog } from './leave-dialog.tsx';

/** Which profile is in force, always in sight; pressing it enters support or leaves it. */
export function ProfileSwitch() {
  const { t } = useTranslation();
  const profile = useShell((state) => state.profile);
  const [open, setOpen] = useState(false);
  if (!profile) return <span />;
  const isSupport = profile.profile === 'support';
  const name = isSupport ? t('profile.support') : t('profile.dba');
  const does = isSupport ? t('profile.leave') : t('profile.enter');
  const Icon = isSupport ? ShieldCheck : UserRound;
  const close = (): void => setOpen(false);
  return (
    <>
      <button
        type="button"
        data-testid="profile"
        onClick={() => setOpen(true)}
        title={does}
        aria-haspopup="dialog"
        aria-label={`${t('profile.menu', { name })}. ${does}`}
        className={cx('flex h-7 w-fit items-center gap-1.5 justify-self-end rounded-md border px-2 text-xs font-medium', isSupport ? 'border-accent bg-selected text-ink' : 'border-transparent text-ink-soft hover:bg-hover hover:text-ink')}
      >
        <Icon aria-hidden className="size-3.5 shrink-0" />
        <span className="truncate max-[36rem]:hidden">{name}</span>
      </button>
      {open ? isSupport ? <LeaveDialog onClose={close} /> : <EnterDialog onClose={close} /> : null}
    </>
  );
}
