import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Palette } from '../features/palette/palette.tsx';
import { JobsPanel } from '../features/jobs/jobs-panel.tsx';
import { useConsole, useShell } from '../stores/hooks.tsx';
import { Button } from '../ui/button.tsx';
import { FrameContext } from '../ui/frame.ts';
import type { FrameState } from '../ui/frame.ts';
import { ErrorBox, Skeleton } from '../ui/states.tsx';
import { cx } from '../ui/cx.ts';
import { Rail } from './rail.tsx';
import { Routes } from './routes.tsx';
import { StatusBar } from './status-bar.tsx';
import { TopBar } from './top-bar.tsx';
import { useAppearance } from './use-appearance.ts';
import { useShortcuts } from './use-shortcuts.ts';
import { go, useRoute } from './use-route.ts';

/** The window: frame, rail, screen, jobs, status. */
export function App() {
  const { t } = useTranslation();
  const console = useConsole();
  const ready = useShell((state) => state.info !== null && state.settings !== null);
  const firstStart = useShell((state) => state.info?.firstStart === true && state.settings?.tourDone === false);
  const isSupport = useShell((state) => state.profile?.profile === 'support');
  const failure = useShell((state) => (state.info === null ? state.failure : null));
  const route = useRoute();
  const [frame, setFrame] = useState<FrameState>({ title: 'Travessia', production: false });
  const [palette, setPalette] = useState(false);
  const [jobsOpen, setJobsOpen] = useState(false);
  const togglePalette = useCallback(() => setPalette((open) => !open), []);
  const toggleJobs = useCallback(() => setJobsOpen((open) => !open), []);
  useAppearance();
  useShortcuts(togglePalette, toggleJobs);

  useEffect(() => {
    document.title = frame.title === 'Travessia' ? frame.title : `${frame.title} · Travessia`;
  }, [frame]);
  useEffect(() => {
    if (ready && route.path.length === 0) go(isSupport ? '#/conversations' : firstStart ? '#/welcome' : '#/projects');
  }, [ready, firstStart, isSupport, route]);

  return (
    <FrameContext value={setFrame}>
      <a href="#content" onClick={(event) => { event.preventDefault(); document.getElementById('content')?.focus(); }} className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:bg-raised focus:px-3 focus:py-1.5">
        {t('shell.skip')}
      </a>
      <div className={cx('flex h-full flex-col border-t-[3px]', frame.production ? 'border-production' : 'border-transparent')} data-production={frame.production || undefined}>
        <TopBar onPalette={togglePalette} />
        <div className="flex min-h-0 flex-1">
          <Rail className="w-[14rem] shrink-0 border-r folded:hidden" />
          <div className="flex min-w-0 flex-1 flex-col">
            <div className="flex min-h-0 flex-1">
              {ready ? (
                <Routes route={route} />
              ) : (
                <main id="content" className="flex-1 bg-surface p-6">
                  <h1 className="sr-only">Travessia</h1>
                  {failure ? (
                    <ErrorBox error={failure} title={t('shell.startFailed')} actions={<Button size="sm" onClick={() => void console.refresh()}>{t('common.retry')}</Button>} />
                  ) : (
                    <Skeleton lines={6} />
                  )}
                </main>
              )}
            </div>
            <JobsPanel open={jobsOpen} onToggle={toggleJobs} />
          </div>
        </div>
        <StatusBar />
      </div>
      <Palette open={palette} onClose={() => setPalette(false)} onToggleJobs={toggleJobs} />
    </FrameContext>
  );
}
