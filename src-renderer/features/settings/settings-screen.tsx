import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { maxReplicaMinutes, type Settings } from '../../../shared/model/settings.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useAllowed, useCall, useConsole, useShell } from '../../stores/hooks.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Segmented } from '../../ui/fields.tsx';
import { Facts, Screen, Section } from '../../ui/layout.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { ProfileSettings } from '../profile/profile-settings.tsx';
import { NumberSetting } from './number-setting.tsx';

const gibibyte = 1024 ** 3;

export function SettingsScreen() {
  const { t } = useTranslation();
  const { setSettings } = useConsole();
  const settings = useShell((state) => state.settings);
  const isSupport = useShell((state) => state.profile?.profile === 'support');
  const [error, setError] = useState<unknown>(null);
  if (!settings) return <Screen title={t('settings.title')}>{null}</Screen>;

  const set = (change: Partial<Settings>): void => {
    setError(null);
    setSettings(change).catch(setError);
  };
  const thresholds = settings.thresholds;
  const setThreshold = (change: Partial<Settings['thresholds']>): void => set({ thresholds: { ...thresholds, ...change } });

  return (
    <Screen title={t('settings.title')}>
      <div className="flex max-w-3xl flex-col gap-8 pb-8">
        <ErrorBox error={error} />
        <Section title={t('settings.appearance')}>
          <div className="flex flex-wrap gap-x-8 gap-y-4">
            <Segmented
              label={t('settings.language')}
              value={settings.language}
              onChange={(language) => set({ language })}
              options={[{ value: 'system', label: t('settings.languageSystem') }, { value: 'en', label: 'English' }, { value: 'pt-BR', label: 'Português (Brasil)' }]}
            />
            <Segmented
              label={t('settings.theme')}
              value={settings.theme}
              onChange={(theme) => set({ theme })}
              options={[{ value: 'system', label: t('settings.themeSystem') }, { value: 'light', label: t('settings.themeLight') }, { value: 'dark', label: t('settings.themeDark') }]}
            />
            <Segmented
              label={t('settings.density')}
              value={settings.density}
              onChange={(density) => set({ density })}
              options={[{ value: 'comfortable', label: t('settings.comfortable') }, { value: 'dense', label: t('settings.dense') }]}
            />
          </div>
        </Section>
        <ProfileSettings masking={settings.masking} onChange={set} />
        {isSupport ? null : (
          <>
            <Section title={t('settings.thresholds')}>
              <p className="text-sm text-ink-soft">{t('settings.thresholdsHint')}</p>
              <div className="grid grid-cols-2 gap-4 xl:grid-cols-3">
                <NumberSetting label={t('settings.items')} value={thresholds.items} min={1} onSave={(items) => setThreshold({ items })} />
                <NumberSetting label={t('settings.itemsWarning')} value={thresholds.itemsWarning} min={1} onSave={(itemsWarning) => setThreshold({ itemsWarning })} />
                <NumberSetting label={t('settings.startupSeconds')} value={thresholds.startupSeconds} min={0} onSave={(startupSeconds) => setThreshold({ startupSeconds })} />
                <NumberSetting label={t('settings.memoryGiB')} value={thresholds.memoryBytes / gibibyte} min={0} onSave={(memory) => setThreshold({ memoryBytes: Math.round(memory * gibibyte) })} />
                <NumberSetting label={t('settings.instances')} value={thresholds.instances} min={1} onSave={(instances) => setThreshold({ instances })} />
              </div>
            </Section>
            <Section title={t('settings.rejects')}>
              <NumberSetting label={t('settings.rejectShare')} hint={t('settings.rejectShareHint')} value={settings.rejectShare * 100} min={0} max={100} onSave={(percent) => set({ rejectShare: percent / 100 })} />
            </Section>
            <Section title={t('settings.replicas')}>
              <NumberSetting label={t('settings.replicaMinutes')} hint={t('settings.replicaMinutesHint')} value={settings.replicaMinutes} min={0} max={maxReplicaMinutes} onSave={(minutes) => set({ replicaMinutes: Math.round(minutes) })} />
            </Section>
          </>
        )}
        <AboutConsole />
      </div>
    </Screen>
  );
}

function AboutConsole() {
  const { t } = useTranslation();
  const format = useFormat();
  const info = useShell((state) => state.info);
  const server = useShell((state) => state.server);
  const may = useAllowed();
  const sizes = useCall('app/sizes', may('app/sizes') ? {} : null);
  const pages = useCall('conversations/pages', may('conversations/pages') ? {} : null).data;
  const asked = pages === undefined ? 0 : pages.hits + pages.misses;
  const start = useAction('server/start');
  const stop = useAction('server/stop');
  if (!info) return null;
  const state =
    !server?.available ? t('settings.unavailable')
    : !server.running ? t('settings.stopped')
    : [t('settings.running', { version: server.version ?? '', port: String(server.port ?? '') }), server.kept ? t('settings.kept') : ''].filter((part) => part !== '').join(' · ');
  return (
    <Section title={t('settings.console')}>
      <Facts
        facts={[
          [t('settings.version'), info.version],
          [t('settings.platform'), info.platform],
          [t('settings.dataFolder'), <span key="folder" className="font-mono text-xs">{info.dataFolder}</span>],
          may('app/sizes') ? [t('settings.free'), format.bytes(sizes.data?.freeBytes)] : null,
          [t('settings.secrets'), info.secretsAvailable ? t('settings.secretsYes') : t('settings.secretsNo')],
          may('server/status') ? [t('settings.embedded'), state] : null,
          pages === undefined ? null : [t('settings.pages'), asked === 0 ? t('settings.pagesNone') : t('settings.pagesServed', { share: format.share(pages.hits / asked), asked: format.number(asked), bytes: format.bytes(pages.bytes) })],
        ]}
      />
      <ErrorBox error={start.error ?? stop.error} />
      <div className="mt-1 flex gap-2">
        {server?.available && !(server.running && server.kept) ? <Button busy={start.pending} onClick={() => void start.run({})}>{t('settings.start')}</Button> : null}
        {server?.running ? <Button busy={stop.pending} onClick={() => void stop.run({})}>{t('settings.stop')}</Button> : null}
        {may('sample/migrate') ? <a href="#/welcome" className={buttonClass('ghost')}>{t('settings.tour')}</a> : null}
      </div>
    </Section>
  );
}
