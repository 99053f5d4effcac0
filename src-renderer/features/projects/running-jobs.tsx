import { useTranslation } from 'react-i18next';
import type { Job } from '../../../shared/model/job.ts';
import { useLive } from '../../stores/hooks.tsx';
import { JobActions, JobFigures, JobProgress, jobName } from '../jobs/job-parts.tsx';
import { FileBars } from '../runs/file-bars.tsx';

/** The work a project is at: every job of it, and of a run over several files how far each file is. */
export function RunningJobs({ jobs, here }: { jobs: readonly Job[]; here: string }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t('projects.running')} className="flex flex-col divide-y divide-accent/25 rounded-lg border border-accent/40 bg-accent-soft px-4 py-1" data-testid="project-job">
      {[...jobs].reverse().map((job) => <RunningJob key={job.id} job={job} here={here} />)}
    </section>
  );
}

function RunningJob({ job, here }: { job: Job; here: string }) {
  const { t } = useTranslation();
  const tables = useLive(job.runId)?.tables ?? [];
  // The sample's own job holds others; the run's figures stand with the run.
  const several = job.kind !== 'sample' && new Set(tables.map(({ database }) => database)).size > 1;
  return (
    <div className="flex flex-col gap-2 py-2">
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1 text-sm font-medium" title={job.title}>{t(`common.jobKinds.${job.kind}`)}: {jobName(job)}</span>
        <JobActions job={job} here={here} />
      </div>
      <JobProgress job={job} />
      <JobFigures job={job} />
      {several ? <FileBars tables={tables} /> : null}
    </div>
  );
}
