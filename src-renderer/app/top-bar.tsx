import { Search } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { ProfileSwitch } from '../features/profile/profile-switch.tsx';
import { useShell } from '../stores/hooks.tsx';
import { Mark } from '../ui/mark.tsx';
import { NavigationMenu } from './navigation-menu.tsx';
import { modifierName } from './use-shortcuts.ts';

export function TopBar({ onPalette }: { onPalette: () => void }) {
  const { t } = useTranslation();
  const isSupport = useShell((state) => state.profile?.profile === 'support');
  return (
    <header className="grid h-11 shrink-0 grid-cols-[1fr_minmax(16rem,26rem)_1fr] items-center gap-4 border-b bg-canvas px-3 compact:grid-cols-[auto_minmax(0,1fr)_auto] compact:gap-2">
      <div className="flex items-center gap-1">
        <NavigationMenu />
        <a href={isSupport ? '#/conversations' : '#/projects'} className="flex w-fit items-center gap-2 rounded-md pr-2 font-semibold tracking-tight">
          <Mark className="size-5 text-accent" />
          <span className="max-[36rem]:sr-only">Travessia</span>
        </a>
      </div>
      <button
        type="button"
        onClick={onPalette}
        aria-keyshortcuts="Control+K Meta+K"
        className="flex h-7 items-center gap-2 rounded-md border bg-surface px-2.5 text-xs text-ink-faint hover:border-line-strong"
      >
        <Search aria-hidden className="size-3.5" />
        <span className="flex-1 truncate text-left">{t('shell.paletteHint')}</span>
        <kbd aria-hidden className="font-mono text-2xs">{modifierName(navigator.platform)} K</kbd>
      </button>
      <ProfileSwitch />
    </header>
  );
}
