import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { retellError } from '../../shared/pure/texts/retell.ts';
import { useShell } from '../stores/hooks.tsx';
import { cx } from '../ui/cx.ts';
import { useServers } from './use-servers.ts';

/** The bottom line: whether the host answers, the embedded servers that run, the version. A lost host is said loudly. `wrap`: in the opened navigation. */
export function StatusBar({ wrap = false }: { wrap?: boolean }) {
  const { t, i18n } = useTranslation();
  const link = useShell((state) => state.link);
  const info = useShell((state) => state.info);
  const lost = link === 'lost';
  const told = info?.storeNotice ?? null;
  const notice = told === null ? null : (retellError(told, 'message', i18n.language === 'pt-BR' ? 'pt-BR' : 'en') ?? told);
  return (
    <footer aria-label={t('shell.statusBar')} className={cx('flex shrink-0 items-center border-t px-3 text-2xs', wrap ? 'flex-wrap gap-x-4 py-1' : 'h-6.5 gap-4', lost ? 'bg-warn-soft text-ink' : cx('bg-canvas text-ink-soft', !wrap && 'low:hidden'))}>
      <span role="status" className="flex min-w-0 items-center gap-1.5" data-testid="link-state">
        <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', lost ? 'animate-pulse-soft bg-danger' : link === 'connected' ? 'bg-ok' : 'animate-pulse-soft bg-warn')} />
        <span className="truncate">{lost ? t('shell.linkLost') : link === 'connected' ? t('shell.linkConnected') : t('shell.linkConnecting')}</span>
      </span>
      {lost ? null : <Servers />}
      {notice === null ? null : <span className="truncate text-warn-text" title={notice}>{notice}</span>}
      <span className="flex-1" />
      {info ? <span className="shrink-0">{t('shell.version', { version: info.version })}</span> : null}
    </footer>
  );
}

/** Which embedded servers run now: each by its name and port, and that a rehearsal has one of its own. */
function Servers() {
  const { t } = useTranslation();
  const { servers, scratch } = useServers();
  if (servers.length === 0) return null;
  const running = servers.filter(({ status }) => status.running);
  const version = running[0]?.status.version ?? '';
  const line = (on: boolean, text: ReactNode, title?: string) => (
    <span key={title ?? 'line'} className="flex min-w-0 items-center gap-1.5" title={title}>
      <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', on ? 'bg-ok' : 'bg-line-strong')} />
      <span className="truncate">{text}</span>
    </span>
  );
  const places = running.map(({ name, status }) => t('shell.embeddedAt', { name, port: String(status.port ?? '') })).join(' · ');
  const state =
    running.length > 0 ? line(true, `${t('shell.embeddedRunning', { version })} ${places}`, places)
    : scratch ? null
    : servers.some(({ status }) => status.available) ? line(false, t('shell.embeddedStopped'))
    : line(false, t('shell.embeddedMissing'));
  return (
    <>
      {state}
      {scratch ? line(true, t('shell.embeddedScratch'), t('shell.embeddedScratch')) : null}
    </>
  );
}
