import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../../shared/model/project.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { changedOptions } from '../../stores/drafts.ts';
import { useAction, useCall } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note, Skeleton } from '../../ui/states.tsx';
import { useDraft } from '../plan/use-draft.ts';
import { HeadroomNote } from './headroom.tsx';

/** Asked before anything is written to the target; production wants its name typed. */
export function MigrateDialog({ project, planId, onClose }: { project: Project; planId: string; onClose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const plan = useCall('plans/get', { id: planId });
  const headroom = useCall('plans/headroom', { id: planId });
  const migrate = useAction('runs/migrate');
  const [typed, setTyped] = useState('');
  const draft = useDraft(planId);
  const unsaved = draft.draft.length + (plan.data ? Object.keys(changedOptions(plan.data.options, draft.options)).length : 0);
  const production = project.environment === 'production';
  const tables = plan.data?.tables.filter((table) => table.include) ?? [];
  const rows = tables.reduce((sum, table) => sum + BigInt(table.rows), 0n);
  const start = async (): Promise<void> => {
    if (await migrate.run({ planId, projectId: project.id })) onClose();
  };
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('projects.confirmTitle', { target: project.target })}
      footer={
        <>
          <a href={href(['plans', planId, 'sql'])} className={`${buttonClass('ghost')} mr-auto`}>{t('projects.confirmSql')}</a>
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant={production ? 'danger' : 'primary'} busy={migrate.pending} disabled={!plan.data || headroom.data?.enough === false || (production && typed !== project.name)} onClick={() => void start()}>
            {t('projects.start')}
          </Button>
        </>
      }
    >
      <ErrorBox error={plan.error} />
      {plan.data ? (
        <>
          <p className="text-sm">{t('projects.confirmText', { tables: format.number(tables.length), rows: format.big(String(rows)) })}</p>
          <ul className="list-disc pl-5 text-sm text-ink-soft">
            <li>{plan.data.options.adopt && plan.data.options.ifExists === 'fail' ? t('projects.confirmAdopt') : t(`projects.confirmIfExists.${plan.data.options.ifExists}`)}</li>
            <li>{plan.data.options.maxRejects === 'all' ? t('projects.confirmRejectsAll') : t('projects.confirmRejects', { limit: format.number(plan.data.options.maxRejects) })}</li>
            {plan.data.findings.filter(({ code }) => code.startsWith('plan.finding.source-')).map((finding) => <li key={finding.object} className="break-words">{t('projects.confirmLeftOut', { source: finding.object ?? '' })}</li>)}
          </ul>
          {unsaved > 0 ? <Note tone="warn" actions={<a href={href(['plans', planId])} className={buttonClass('secondary', 'sm')}>{t('projects.openPlan')}</a>}>{t('projects.unsaved', { amount: format.number(unsaved) })}</Note> : null}
          {headroom.data ? <HeadroomNote headroom={headroom.data} /> : null}
        </>
      ) : plan.pending ? (
        <Skeleton lines={3} />
      ) : null}
      {production ? (
        <>
          <Note tone="danger">{t('projects.confirmProduction')}</Note>
          <Field label={t('common.typeToConfirm', { word: project.name })}>{(ids) => <Input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
        </>
      ) : null}
      <ErrorBox error={migrate.error} />
    </Dialog>
  );
}
