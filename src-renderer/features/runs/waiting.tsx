import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { ResumeMore } from './resume-more.tsx';
import { RejectWays, countedRejects, isOverLimit, isWithinLimit } from './reject-ways.tsx';

/** A run that waits for a decision, or was stopped: what it waits for, and how it goes on. */
export function Waiting({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const resume = useAction('runs/resume');
  const rejected = countedRejects(run);
  if (!run.next.includes('resume')) return null;
  const differs = run.result?.status === 'differences';
  if (isOverLimit(run)) {
    return (
      <div data-testid="waiting" className="flex flex-col gap-3">
        <Note tone="warn" actions={<a href={href(['runs', run.id, 'rejects'])} className={buttonClass('secondary', 'sm')}>{t('runs.readRejects')}</a>}>
          {t('runs.waitingNote', { rejected: format.number(rejected), limit: format.number(run.maxRejects === 'all' ? null : run.maxRejects) })}
        </Note>
        <RejectWays run={run} busy={false} inset={false} />
      </div>
    );
  }
  return (
    <div data-testid="waiting" className="flex flex-col gap-3">
      {differs ? (
        <Note tone="danger" actions={<a href={href(['runs', run.id, 'comparison'])} className={buttonClass('secondary', 'sm')}>{t('projects.openComparison')}</a>}>{t('runs.waitingDifferences')}</Note>
      ) : null}
      <div className="flex items-end gap-3">
        {isWithinLimit(run) ? <ResumeMore run={run} allowed={run.maxRejects === 'all' ? rejected : run.maxRejects} disabled={false} /> : <Button variant="primary" busy={resume.pending} onClick={() => void resume.run({ id: run.id })}>{t('runs.resume')}</Button>}
      </div>
      <ErrorBox error={resume.error} />
    </div>
  );
}
