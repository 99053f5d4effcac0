import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { ArrowRight, Database, FolderInput, Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { go } from '../../app/use-route.ts';
import { useAction, useConsole, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { stepNames } from '../../stores/steps.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Segmented } from '../../ui/fields.tsx';
import { Screen } from '../../ui/layout.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';

/** First start: what the program does, and three ways to begin. */
export function WelcomeScreen() {
  const { t } = useTranslation();
  const { setSettings } = useConsole();
  const embedded = useShell((state) => state.info?.embeddedAvailable ?? false);
  const tourDone = useShell((state) => state.settings?.tourDone ?? true);
  const sample = useAction('sample/migrate');
  const [size, setSize] = useState<'small' | 'realistic'>('realistic');

  // Seen once: the next start opens the projects. A refusal only means that the tour is shown again.
  useEffect(() => {
    if (!tourDone) setSettings({ tourDone: true }).catch(() => undefined);
  }, [setSettings, tourDone]);

  const start = async (): Promise<void> => {
    const made = await sample.run({ size });
    if (made) go(href(['projects', made.projectId]));
  };

  return (
    <Screen title={t('welcome.title')} subtitle={t('welcome.lead')} actions={<a href="#/projects" className={buttonClass('ghost')}>{t('welcome.skip')}</a>}>
      <div className="flex max-w-4xl flex-col gap-7 pt-2 pb-8">
        <section aria-labelledby="sample-heading" className="flex flex-col gap-4 rounded-lg border border-accent/40 bg-accent-soft p-5">
          <div className="flex flex-col gap-1">
            <h2 id="sample-heading" className="text-lg font-semibold">{t('welcome.sample')}</h2>
            <p className="max-w-2xl text-sm text-ink-soft">{t('welcome.sampleText')}</p>
          </div>
          {embedded ? (
            <div className="flex flex-wrap items-center gap-4">
              <Button variant="primary" className="h-9 px-4" busy={sample.pending} icon={<Play aria-hidden className="size-4" />} onClick={() => void start()}>
                {t('welcome.sample')}
              </Button>
              <Segmented hideLabel label={t('welcome.sampleSize')} value={size} onChange={setSize} options={[{ value: 'realistic', label: t('welcome.realistic') }, { value: 'small', label: t('welcome.small') }]} />
            </div>
          ) : (
            <Note tone="warn">{t('welcome.sampleMissing')}</Note>
          )}
          <ErrorBox error={sample.error} />
        </section>
        <section aria-labelledby="own-heading">
          <h2 id="own-heading" className="mb-2 text-sm font-semibold">{t('welcome.own')}</h2>
          <div className="grid grid-cols-2 gap-3 max-[36rem]:grid-cols-1">
            <Choice to="#/projects?new=1" icon={<FolderInput aria-hidden className="size-4.5" />} title={t('welcome.newProject')} text={t('welcome.newProjectText')} />
            <Choice to="#/connections?new=1" icon={<Database aria-hidden className="size-4.5" />} title={t('welcome.connection')} text={t('welcome.connectionText')} />
          </div>
        </section>
        <section aria-labelledby="way-heading">
          <h2 id="way-heading" className="mb-2 text-sm font-semibold">{t('welcome.stepsTitle')}</h2>
          <ol className="grid grid-cols-2 gap-x-6 gap-y-4 max-[36rem]:grid-cols-1 lg:grid-cols-3">
            {stepNames.map((step, index) => (
              <li key={step} className="flex gap-3">
                <span aria-hidden className="tabular grid size-6 shrink-0 place-items-center rounded-full border border-line-strong text-xs font-semibold text-ink-soft">{index + 1}</span>
                <div>
                  <h3 className="text-sm font-medium">{t(`welcome.steps.${step}.title`)}</h3>
                  <p className="text-sm text-ink-soft">{t(`welcome.steps.${step}.text`)}</p>
                </div>
              </li>
            ))}
          </ol>
        </section>
      </div>
    </Screen>
  );
}

function Choice({ to, icon, title, text }: { to: string; icon: ReactNode; title: string; text: string }) {
  return (
    <a href={to} className="group flex items-start gap-3 rounded-lg border p-4 hover:border-line-strong hover:bg-hover">
      <span className="mt-0.5 text-accent-text">{icon}</span>
      <span className="min-w-0 flex-1">
        <span className="block text-sm font-medium">{title}</span>
        <span className="block text-sm text-ink-soft">{text}</span>
      </span>
      <ArrowRight aria-hidden className="mt-0.5 size-4 text-ink-faint group-hover:text-ink" />
    </a>
  );
}
