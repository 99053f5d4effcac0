import { useState } from 'react';
import { ChevronDown, ChevronUp } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useFormat } from '../../i18n/use-format.ts';
import { useJobs } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { JobStateBadge } from '../../ui/badges.tsx';
import { cx } from '../../ui/cx.ts';
import { ErrorBox } from '../../ui/states.tsx';
import { JobActions, JobFigures, JobLog, JobProgress, jobName } from './job-parts.tsx';

/** The bottom panel: one line while closed, the jobs with their logs while open. */
export function JobsPanel({ open, onToggle }: { open: boolean; onToggle: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const jobs = useJobs((state) => state.jobs);
  const [chosen, setChosen] = useState<string | null>(null);
  const active = jobs.filter(isActive);
  const first = active[0];
  const job = jobs.find((each) => each.id === chosen) ?? first ?? jobs[0];

  return (
    <section aria-label={t('jobs.panel')} className="shrink-0 border-t bg-canvas" data-testid="jobs-panel">
      <div className="flex h-8 items-center gap-3 px-3">
        <button
          type="button"
          onClick={onToggle}
          aria-expanded={open}
          aria-keyshortcuts="Control+J Meta+J"
          aria-label={open ? t('jobs.collapse') : t('jobs.expand')}
          className="flex h-6 items-center gap-1.5 rounded-md px-1.5 text-xs font-medium text-ink-soft hover:bg-hover hover:text-ink"
        >
          {open ? <ChevronDown aria-hidden className="size-3.5" /> : <ChevronUp aria-hidden className="size-3.5" />}
          {t('jobs.title')}
        </button>
        {first ? (
          <>
            <span className="min-w-0 truncate text-xs" title={first.title}>{t(`common.jobKinds.${first.kind}`)}: {jobName(first)}</span>
            <span className="w-40 min-w-12 shrink-0 compact:shrink"><JobProgress job={first} slim /></span>
            <span className="hidden h-[1.1rem] min-w-0 overflow-hidden lg:block"><JobFigures job={first} /></span>
            {active.length > 1 ? <span className="shrink-0 text-xs whitespace-nowrap text-ink-soft">{t('jobs.running', { amount: format.number(active.length) })}</span> : null}
            <span className="flex-1" />
            <JobActions job={first} />
          </>
        ) : (
          <span className="text-xs text-ink-faint">{t('jobs.idle')}</span>
        )}
      </div>
      {open ? (
        <div className="flex h-56 border-t bg-surface compact:h-[min(14rem,50vh)] max-[36rem]:flex-col max-[36rem]:overflow-y-auto">
          {job === undefined ? (
            <p className="p-4 text-sm text-ink-soft">{t('jobs.emptyHint')}</p>
          ) : (
            <>
              <ul aria-label={t('jobs.list')} className="w-[20rem] shrink-0 overflow-y-auto border-r py-1 compact:w-[15rem] max-[36rem]:max-h-24 max-[36rem]:w-auto! max-[36rem]:border-r-0 max-[36rem]:border-b">
                {jobs.map((each) => (
                  <li key={each.id}>
                    <button
                      type="button"
                      aria-pressed={each.id === job.id}
                      onClick={() => setChosen(each.id)}
                      className={cx('flex w-full flex-col gap-1 px-3 py-1.5 text-left focus-visible:-outline-offset-2', each.id === job.id ? 'bg-selected' : 'hover:bg-hover')}
                    >
                      <span className="flex items-center gap-2 text-sm">
                        <span className="min-w-0 flex-1 truncate" title={each.title}>{t(`common.jobKinds.${each.kind}`)}: {jobName(each)}</span>
                        <JobStateBadge job={each} />
                      </span>
                      {isActive(each) ? <JobProgress job={each} slim /> : <span className="text-xs text-ink-soft">{format.ago(each.startedAt)}</span>}
                    </button>
                  </li>
                ))}
              </ul>
              <div className="flex min-w-0 flex-1 flex-col max-[36rem]:min-h-40">
                <div className="flex items-center gap-3 border-b px-3 py-1.5 compact:flex-wrap">
                  <JobFigures job={job} />
                  <span className="flex-1" />
                  <JobActions job={job} />
                </div>
                {job.error ? <div className="p-2"><ErrorBox error={job.error} /></div> : null}
                <JobLog key={job.id} jobId={job.id} title={job.title} className="min-h-0 flex-1" />
              </div>
            </>
          )}
        </div>
      ) : null}
    </section>
  );
}
