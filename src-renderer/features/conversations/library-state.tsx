import { CloudOff, RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall, useJobs } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { useAllowed } from './use-allowed.ts';
import { useStarted } from './use-started.ts';

/** How fresh what is read is, always in sight: of a replica, and of a copy that the console made. Nothing for what is read from its server. */
export function Freshness({ library }: { library: Library }) {
  const { t } = useTranslation();
  const format = useFormat();
  const allowed = useAllowed();
  const isReplica = library.kind === 'replica';
  const replicas = useCall('replicas/list', isReplica ? {} : null);
  const replica = replicas.data?.find((each) => each.readAs === library.id || `replica:${each.id}` === library.source);
  const libraries = useCall('libraries/list', isReplica ? {} : null);
  // What it was copied from was removed: there is nothing to refresh it from.
  const isLeft = replica !== undefined && libraries.data !== undefined && !libraries.data.some((each) => each.id === replica.library);
  const refresh = useRefresh(library, replica?.id ?? null);
  if (library.way === 'direct' && !isReplica) return null;
  const at = replica ? replica.refreshedAt : library.refreshedAt;
  const when = at === null ? null : format.ago(at);
  const unreachable = replica?.state === 'unreachable';
  const text = isReplica ? (when === null ? t('reader.offlineNever') : t('reader.offline', { when })) : when === null ? null : t('reader.cachedAsOf', { when });
  return (
    <div className={cx('flex shrink-0 items-center gap-2 rounded-full py-0.5 pl-2.5 text-xs', isLeft ? 'pr-2.5' : 'pr-1', unreachable || library.search === 'stale' ? 'bg-warn-soft text-warn-text' : 'bg-hover text-ink-soft')} data-testid="freshness">
      {isReplica ? <CloudOff aria-hidden className="size-3.5" /> : null}
      <span title={at === null ? undefined : format.dateTime(at, true)}>{text}</span>
      {unreachable ? <span title={replica.error === null ? undefined : (format.retellError(replica.error, 'message') ?? replica.error)}>{t('reader.offlineUnreachable')}</span> : library.search === 'stale' ? <span>{t('reader.stale')}</span> : null}
      {isLeft ? <span title={t('replicas.leftHint')}>{t('replicas.left')}</span> : allowed(isReplica ? 'replicas/refresh' : 'libraries/refresh') ? (
        <button type="button" disabled={refresh.busy} onClick={refresh.start} className="inline-flex h-5 items-center gap-1 rounded-full px-1.5 font-medium hover:bg-raised disabled:opacity-60">
          <RefreshCw aria-hidden className={cx('size-3', refresh.busy && 'animate-spin')} />
          {refresh.busy ? t('reader.refreshing') : t('reader.refresh')}
        </button>
      ) : null}
    </div>
  );
}

/** Refreshing a copy or a replica, with the job that does it. */
export function useRefresh(library: Pick<Library, 'id'>, replica: string | null): { readonly busy: boolean; readonly progress: number | null; readonly error: unknown; start(): void } {
  const ofLibrary = useAction('libraries/refresh');
  const ofReplica = useAction('replicas/refresh');
  const job = useJobs((state) => state.jobs.find((each) => isActive(each) && (each.kind === 'cache' || each.kind === 'replica') && (each.resultId === library.id || each.resultId === replica)));
  const started = useStarted();
  const busy = job !== undefined || started.active || ofLibrary.pending || ofReplica.pending;
  return {
    busy,
    progress: job?.progress ?? started.progress,
    error: ofLibrary.error ?? ofReplica.error ?? started.error,
    start: () => void (replica === null ? ofLibrary.run({ id: library.id }) : ofReplica.run({ id: replica })).then((answer) => answer && started.follow(answer.jobId)),
  };
}

/** Says that search is not possible yet, and what makes it so. */
export function SearchMissing({ library }: { library: Library }) {
  const { t } = useTranslation();
  const allowed = useAllowed();
  const refresh = useRefresh(library, null);
  if (library.search !== 'missing') return null;
  const action =
    library.way === 'direct' ? (allowed('libraries/index-plan') ? <a href={href(['conversations', library.id, 'index'])} className={buttonClass('secondary', 'sm')}>{t('reader.prepareIndex')}</a> : null)
    : allowed('libraries/refresh') ? <Button size="sm" busy={refresh.busy} onClick={refresh.start}>{t('reader.prepareCache')}</Button>
    : null;
  return (
    <div className="flex flex-col gap-2 px-4 py-2">
      <Note tone="warn" actions={action}><span className="font-medium">{t('reader.searchMissing')}.</span> {library.way === 'direct' ? t('reader.searchMissingIndex') : t('reader.searchMissingCache')}</Note>
      <ErrorBox error={refresh.error} />
    </div>
  );
}
