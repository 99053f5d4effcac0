import { useTranslation } from 'react-i18next';
import { useShell } from '../stores/hooks.tsx';
import { cx } from '../ui/cx.ts';

/** The bottom line: whether the host answers, the embedded server, the version. A lost host is said loudly. */
export function StatusBar() {
  const { t } = useTranslation();
  const link = useShell((state) => state.link);
  const server = useShell((state) => state.server);
  const info = useShell((state) => state.info);
  const lost = link === 'lost';
  const embedded =
    server === null ? null
    : !server.available ? t('shell.embeddedMissing')
    : server.running ? t('shell.embeddedRunning', { version: server.version ?? '', port: String(server.port ?? '') })
    : t('shell.embeddedStopped');
  return (
    <footer aria-label={t('shell.statusBar')} className={cx('flex h-6.5 shrink-0 items-center gap-4 border-t px-3 text-2xs', lost ? 'bg-warn-soft text-ink' : 'bg-canvas text-ink-soft')}>
      <span role="status" className="flex min-w-0 items-center gap-1.5" data-testid="link-state">
        <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', lost ? 'animate-pulse-soft bg-danger' : link === 'connected' ? 'bg-ok' : 'animate-pulse-soft bg-warn')} />
        <span className="truncate">{lost ? t('shell.linkLost') : link === 'connected' ? t('shell.linkConnected') : t('shell.linkConnecting')}</span>
      </span>
      {embedded === null || lost ? null : (
        <span className="flex min-w-0 items-center gap-1.5">
          <span aria-hidden className={cx('size-1.5 shrink-0 rounded-full', server?.running ? 'bg-ok' : 'bg-line-strong')} />
          <span className="truncate">{embedded}</span>
        </span>
      )}
      {info?.storeNotice ? <span className="truncate text-warn-text">{info.storeNotice}</span> : null}
      <span className="flex-1" />
      {info ? <span className="shrink-0">{t('shell.version', { version: info.version })}</span> : null}
    </footer>
  );
}
