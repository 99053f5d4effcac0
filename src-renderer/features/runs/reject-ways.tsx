import { useState } from 'react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { sumOutcomes } from '../../../shared/model/repair.ts';
import { standsInPlace, type Run } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { href } from '../../stores/route.ts';
import { buttonClass } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { ResumeMore } from './resume-more.tsx';

/** Rows rejected that count against the limit: what a repair took out was asked for. */
export function countedRejects({ result }: Run): number {
  return (result?.rejects.rows ?? 0) - sumOutcomes(result?.repairs ?? []).quarantined;
}

/** True where the run waits because more rows were rejected than are allowed. */
export function isOverLimit(run: Run): boolean {
  return run.state === 'waiting' && run.next.includes('resume') && run.maxRejects !== 'all' && countedRejects(run) > run.maxRejects;
}

/** True where rows were mended since, so that the run can go on as it was allowed to. */
export function isWithinLimit(run: Run): boolean {
  return run.state === 'waiting' && run.next.includes('resume') && run.result?.status === 'stopped' && !isOverLimit(run);
}

function Way({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-md border px-3 py-2">
      <div className="flex-1">
        <h2 className="text-sm font-medium">{title}</h2>
        <p className="text-xs text-ink-soft">{text}</p>
      </div>
      <div className="flex flex-wrap items-end gap-2">{children}</div>
    </div>
  );
}

/** What can be done about rejected rows, each way with its button: accept them, or mend, take back and migrate again. */
export function RejectWays({ run, busy, inset = true }: { run: Run; busy: boolean; inset?: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const rejected = countedRejects(run);
  const [limit, setLimit] = useState(String(rejected));
  const allowed = Number(limit);
  const isTooLarge = allowed > Number.MAX_SAFE_INTEGER;
  const isValid = /^\d+$/.test(limit.trim()) && allowed >= rejected && !isTooLarge;
  const isWaiting = isOverLimit(run);
  const plan = <a href={href(['plans', run.planId])} className={buttonClass('secondary', 'sm')}>{t('projects.openPlan')}</a>;
  const project = run.projectId === null ? null : <a href={href(['projects', run.projectId])} className={buttonClass('secondary', 'sm')}>{t('jobs.openProject')}</a>;
  return (
    <section aria-label={t('runs.ways')} data-testid="reject-ways" className={inset ? 'border-b px-5 py-3' : ''}>
      <div className="grid gap-3 lg:grid-cols-2">
        {isWaiting ? (
          <Way title={t('runs.wayAccept')} text={t('runs.wayAcceptText')}>
            <Field label={t('runs.newLimit')} className="w-28" {...(isValid ? {} : { problem: isTooLarge ? t('runs.limitTooHigh', { amount: format.number(Number.MAX_SAFE_INTEGER) }) : t('runs.limitTooLow', { amount: format.number(rejected) }) })}>
              {(ids) => <Input {...ids} className="tabular w-28" inputMode="numeric" value={limit} onChange={(event) => setLimit(event.target.value)} />}
            </Field>
            <ResumeMore run={run} allowed={allowed} disabled={!isValid || busy} />
          </Way>
        ) : isWithinLimit(run) ? (
          <Way title={t('runs.wayGoOn')} text={t('runs.wayGoOnText')}><ResumeMore run={run} allowed={run.maxRejects === 'all' ? rejected : run.maxRejects} disabled={busy} /></Way>
        ) : run.rehearsal ? null : (
          <Way title={t('runs.wayAccepted')} text={t(standsInPlace(run) ? 'runs.wayAcceptedText' : 'runs.wayKeptText')}>{project}</Way>
        )}
        <Way title={t('runs.wayMend')} text={run.rehearsal ? t('runs.wayMendRehearsal') : t('runs.wayMendText')}>
          {plan}
          {run.rehearsal ? project : null}
          {run.next.includes('rollback') ? <a href={href(['runs', run.id, 'rollback'])} className={buttonClass('secondary', 'sm')}>{t('runs.approveRollback')}</a> : null}
        </Way>
      </div>
    </section>
  );
}
