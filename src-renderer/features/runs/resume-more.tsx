import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useShell } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { AlertDialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { shortId } from './short-id.ts';

/** Goes on with a higher limit, which swaps: into production only after the same second question as starting the run. */
export function ResumeMore({ run, allowed, disabled }: { run: Run; allowed: number; disabled: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const project = useShell((state) => state.projects?.find((each) => each.id === run.projectId));
  const connection = useShell((state) => state.connections?.find((each) => each.name === run.target));
  const resume = useAction('runs/resume');
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const production = (project?.environment ?? connection?.environment) === 'production';
  const word = project?.name ?? shortId(run.id);
  // Where enough was mended, no more is allowed than before.
  const isMore = run.maxRejects !== 'all' && allowed > run.maxRejects;
  const label = t(isMore ? 'runs.resumeMore' : 'runs.resume');
  const go = async (): Promise<void> => {
    await resume.run({ id: run.id, ...(isMore ? { maxRejects: allowed } : {}) });
    setAsking(false);
  };
  return (
    <>
      <Button variant="primary" busy={resume.pending} disabled={disabled} onClick={() => { if (production) { setTyped(''); setAsking(true); } else void go(); }}>{label}</Button>
      <ErrorBox error={resume.error} />
      <AlertDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={t('runs.confirmResumeTitle', { target: run.target })}
        description={isMore ? t('runs.confirmResumeText', { limit: format.number(allowed) }) : t('runs.confirmResumeWithin')}
        confirm={label}
        disabled={typed !== word}
        busy={resume.pending}
        onConfirm={() => void go()}
      >
        <Note tone="danger">{t('projects.confirmProduction')}</Note>
        <Field label={t('common.typeToConfirm', { word })}>{(ids) => <Input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
      </AlertDialog>
    </>
  );
}
