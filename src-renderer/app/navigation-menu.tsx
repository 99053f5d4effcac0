import { useEffect, useState } from 'react';
import { Dialog as Base } from 'radix-ui';
import { Menu as MenuIcon, X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { IconButton } from '../ui/button.tsx';
import { useFocusBack } from '../ui/use-focus-back.ts';
import { Rail, RailGoContext } from './rail.tsx';
import { StatusBar } from './status-bar.tsx';
import { useRoute } from './use-route.ts';

/** The rail behind a button, where the window is too narrow for it to stand beside the screen. */
export function NavigationMenu() {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const route = useRoute();
  const giveBack = useFocusBack(open);
  useEffect(() => setOpen(false), [route]);
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <span className="hidden folded:contents">
        <IconButton label={t('shell.menu')} aria-haspopup="dialog" aria-expanded={open} onClick={() => setOpen(true)}>
          <MenuIcon aria-hidden className="size-4" />
        </IconButton>
      </span>
      <Base.Portal>
        <Base.Overlay className="fixed inset-0 z-40 bg-scrim" />
        <Base.Content aria-describedby={undefined} onCloseAutoFocus={giveBack} className="fixed inset-y-0 left-0 z-40 flex w-[min(18rem,calc(100vw-3rem))] flex-col border-r bg-canvas shadow-pop">
          <div className="flex h-11 shrink-0 items-center gap-2 border-b px-3">
            <Base.Title className="flex-1 truncate text-sm font-semibold">{t('shell.navigation')}</Base.Title>
            <Base.Close asChild>
              <IconButton label={t('common.close')}>
                <X aria-hidden className="size-4" />
              </IconButton>
            </Base.Close>
          </div>
          <RailGoContext value={() => setOpen(false)}>
            <Rail className="min-h-0 flex-1 low:block low:overflow-y-auto" />
          </RailGoContext>
          <StatusBar wrap />
        </Base.Content>
      </Base.Portal>
    </Base.Root>
  );
}
