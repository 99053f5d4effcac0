import { ListChecks } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../shared/model/job.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useJobs } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { JobStateBadge } from '../../ui/badges.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Facts, Screen } from '../../ui/layout.tsx';
import { Empty, ErrorBox } from '../../ui/states.tsx';
import { JobActions, JobLog, JobProgress, jobName, usePhase } from './job-parts.tsx';

export function JobsScreen({ id }: { id: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const jobs = useJobs((state) => state.jobs);
  const job = jobs.find((each) => each.id === id);
  const columns: Column<Job>[] = [
    { id: 'kind', header: t('jobs.kind'), width: '8.5rem', cell: (row) => t(`common.jobKinds.${row.kind}`) },
    { id: 'title', header: t('jobs.what'), width: 'minmax(9rem, 2fr)', cell: (row) => <span title={row.title}>{jobName(row)}</span> },
    { id: 'state', header: t('common.state'), width: '8.5rem', cell: (row) => <JobStateBadge job={row} /> },
    { id: 'progress', header: t('jobs.progress'), width: 'minmax(4.5rem, 1fr)', cell: (row) => (isActive(row) ? <JobProgress job={row} /> : null) },
    { id: 'rows', header: t('common.rows'), width: '6rem', align: 'end', cell: (row) => (row.rows > 0 ? format.number(row.rows) : '') },
    { id: 'started', header: t('common.started'), width: '9rem', cell: (row) => <span title={format.dateTime(row.startedAt, true)}>{format.ago(row.startedAt)}</span> },
  ];
  return (
    <Screen title={t('jobs.title')} subtitle={t('jobs.subtitle')} fill details={job ? <JobDetails job={job} /> : undefined}>
      <DataTable
        label={t('jobs.list')}
        columns={jobs.some(isActive) ? columns : columns.filter((column) => column.id !== 'progress')}
        rows={jobs}
        rowKey={(row) => row.id}
        selected={id}
        onSelect={(row) => go(href(['jobs', row.id]))}
        minWidth={44}
        className="flex-1"
        empty={<Empty icon={<ListChecks className="size-5" />} title={t('jobs.empty')}>{t('jobs.emptyHint')}</Empty>}
      />
    </Screen>
  );
}

function JobDetails({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phase = usePhase();
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-3 p-4">
        <h2 className="font-semibold break-words">{jobName(job)}</h2>
        {jobName(job) === job.title ? null : <p className="line-clamp-4 font-mono text-2xs break-all text-ink-soft" title={job.title}>{job.title}</p>}
        <JobProgress job={job} />
        <Facts
          facts={[
            [t('jobs.kind'), t(`common.jobKinds.${job.kind}`)],
            [t('common.state'), <JobStateBadge key="state" job={job} />],
            job.phase === '' ? null : [t('jobs.phase'), phase(job.phase)],
            [t('jobs.remaining'), format.duration(job.remaining)],
            [t('common.rows'), format.number(job.rows)],
            [t('common.size'), format.bytes(job.bytes)],
            [t('common.started'), format.dateTime(job.startedAt, true)],
            [t('jobs.ended'), format.dateTime(job.endedAt, true)],
          ]}
        />
        <ErrorBox error={job.error} />
        <div className="flex flex-wrap gap-2">
          <JobActions job={job} />
          {job.projectId === null ? null : <a href={href(['projects', job.projectId])} className={buttonClass('secondary', 'sm')}>{t('jobs.openProject')}</a>}
        </div>
        {isActive(job) ? <p className="text-xs text-ink-faint">{t('jobs.cancelNote')}</p> : null}
      </div>
      <h3 className="border-t px-4 pt-2 pb-1 text-xs font-semibold text-ink-soft">{t('jobs.log')}</h3>
      <JobLog key={job.id} jobId={job.id} title={job.title} className="min-h-40 flex-1" />
    </div>
  );
}
