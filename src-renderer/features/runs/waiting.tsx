import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';

/** A run that waits for a decision, or was stopped: what it waits for, and how it goes on. */
export function Waiting({ run }: { run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const resume = useAction('runs/resume');
  const rejected = run.result?.rejects.rows ?? 0;
  const [limit, setLimit] = useState(String(rejected));
  if (!run.next.includes('resume')) return null;
  const overLimit = run.state === 'waiting' && run.maxRejects !== 'all' && rejected > run.maxRejects;
  const differs = run.result?.status === 'differences';
  const allowed = Number(limit);
  const valid = !overLimit || (Number.isInteger(allowed) && allowed >= 0 && limit.trim() !== '');
  return (
    <div data-testid="waiting" className="flex flex-col gap-3">
      {overLimit ? <Note tone="warn">{t('runs.waitingNote', { rejected: format.number(rejected), limit: format.number(run.maxRejects === 'all' ? null : run.maxRejects) })}</Note> : null}
      {differs ? <Note tone="danger">{t('runs.waitingDifferences')}</Note> : null}
      <div className="flex items-end gap-3">
        {overLimit ? (
          <Field label={t('runs.newLimit')} className="w-48">
            {(ids) => <Input {...ids} className="tabular" inputMode="numeric" value={limit} onChange={(event) => setLimit(event.target.value)} />}
          </Field>
        ) : null}
        <Button variant="primary" busy={resume.pending} disabled={!valid} onClick={() => void resume.run({ id: run.id, ...(overLimit ? { maxRejects: allowed } : {}) })}>
          {overLimit ? t('runs.resumeMore') : t('runs.resume')}
        </Button>
      </div>
      <ErrorBox error={resume.error} />
    </div>
  );
}
