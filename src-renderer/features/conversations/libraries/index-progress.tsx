import { useTranslation } from 'react-i18next';
import type { Job } from '../../../../shared/model/job.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { ErrorBox } from '../../../ui/states.tsx';
import { usePhase } from '../../jobs/job-parts.tsx';

/** How far the work on an index is, and the way to stop it. */
export function IndexProgress({ job, label }: { job: Job | undefined; label: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phase = usePhase();
  const cancel = useAction('jobs/cancel');
  const cancelling = job?.state === 'cancelling' || cancel.pending;
  return (
    <div className="flex flex-col gap-1.5">
      <div className="flex items-center gap-3">
        <Progress label={label} value={job?.progress ?? null} />
        <Button size="sm" disabled={job === undefined || cancelling} onClick={() => job && void cancel.run({ id: job.id })}>{cancelling ? t('jobs.cancelling') : t('common.cancel')}</Button>
      </div>
      <p role="status" className="tabular text-xs text-ink-soft">
        {job === undefined || job.phase === '' ? label : phase(job.phase)}
        {job && job.rows > 0 ? ` · ${t('libraries.indexRows', { amount: format.number(job.rows) })}` : ''}
      </p>
      <ErrorBox error={cancel.error} />
    </div>
  );
}
