import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall, useConsole } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import type { StepStatus } from '../../stores/steps.ts';
import { Button, buttonClass } from '../../ui/button.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';
import { isUnmeasured } from '../plan/use-assessments.ts';
import { MigrateDialog } from './migrate-dialog.tsx';
import { MoveSource } from './move-source.tsx';
import { SourceList } from './source-list.tsx';

export interface StepBodyProps {
  readonly project: Project;
  readonly status: StepStatus;
  /** A job of this project runs: nothing else can be started. */
  readonly busy: boolean;
}

/** The step to take now has the filled button. */
const look = (status: StepStatus): 'primary' | 'secondary' => (status === 'next' || status === 'trouble' ? 'primary' : 'secondary');
const size = (status: StepStatus): 'sm' | 'md' => (look(status) === 'primary' ? 'md' : 'sm');
const row = 'flex flex-wrap items-center gap-2';

export function AssessStep({ project, status, busy }: StepBodyProps) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const list = useCall('assess/list', project.assessmentIds.length > 0 ? {} : null);
  const [state, setState] = useState<{ pending: boolean; error?: unknown }>({ pending: false });
  // Here, as the trouble it is asked at goes with the move.
  const [moving, setMoving] = useState<string | null>(null);
  const made = (list.data ?? []).filter((each) => project.assessmentIds.includes(each.id));
  const start = async (): Promise<void> => {
    setState({ pending: true });
    try {
      for (const source of project.sources) if (!project.leftOut.includes(source)) await client.call('assess/start', { source, projectId: project.id });
      setState({ pending: false });
    } catch (error) {
      setState({ pending: false, error });
    }
  };
  return (
    <>
      {made.length > 0 || project.sources.length > 1 || project.troubles.length > 0 || busy ? <SourceList project={project} made={made} busy={busy || state.pending} onMove={setMoving} /> : null}
      <div className={row}>
        <Button variant={look(status)} size={size(status)} busy={state.pending} disabled={busy} onClick={() => void start()}>{status === 'next' ? t('projects.assess') : t('projects.assessAgain')}</Button>
      </div>
      <ErrorBox error={state.error} />
      {moving === null ? null : <MoveSource project={project} source={moving} onClose={() => setMoving(null)} />}
    </>
  );
}

export function PlanStep({ project, status, busy }: StepBodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const plan = useCall('plans/get', project.planId === null ? null : { id: project.planId });
  const create = useAction('plans/create');
  const make = async (): Promise<void> => {
    const made = await create.run({ assessmentIds: project.assessmentIds, target: project.target, projectId: project.id });
    if (made) go(href(['plans', made.id]));
  };
  const tables = plan.data?.tables.filter((table) => table.include) ?? [];
  const columns = tables.flatMap((table) => table.columns);
  const misfits = columns.reduce((sum, column) => sum + (column.include ? BigInt(column.misfits) : 0n), 0n);
  const unmeasured = columns.filter(isUnmeasured).length;
  const facts = { version: String(plan.data?.version ?? ''), tables: format.number(tables.length), rejects: format.big(String(misfits)) };
  return (
    <>
      {plan.data ? <p className="tabular text-sm">{misfits === 0n && unmeasured === 0 ? t('projects.planClean', facts) : t('projects.planFacts', facts)}{unmeasured === 0 ? '' : ` · ${t('projects.planUnmeasured', { amount: format.number(unmeasured) })}`}</p> : null}
      <div className={row}>
        {project.planId === null ? null : <a href={href(['plans', project.planId])} className={buttonClass('secondary', size(status))}>{t('projects.openPlan')}</a>}
        <Button variant={look(status)} size={size(status)} busy={create.pending} disabled={busy || project.assessmentIds.length === 0} onClick={() => void make()}>{status === 'next' ? t('projects.makePlan') : t('projects.planAgain')}</Button>
      </div>
      <ErrorBox error={create.error ?? plan.error} />
    </>
  );
}

export function RehearseStep({ project, status, busy }: StepBodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const run = useCall('runs/get', project.rehearsalRunId === null ? null : { id: project.rehearsalRunId });
  const start = useAction('runs/rehearse');
  const planId = project.planId;
  const result = run.data?.result;
  return (
    <>
      {run.data && result ? <p className="text-sm">{t('projects.rehearsedAt', { when: format.ago(run.data.updatedAt), status: t(`projects.statuses.${result.status}`) })}</p> : null}
      {/* What an earlier plan failed on says nothing of this one. */}
      {run.data?.error && run.data.planId === planId ? <ErrorBox error={run.data.error} /> : null}
      <div className={row}>
        {project.rehearsalRunId === null ? null : <a href={href(['runs', project.rehearsalRunId])} className={buttonClass('secondary', size(status))}>{t('projects.openRehearsal')}</a>}
        <Button variant={look(status)} size={size(status)} busy={start.pending} disabled={busy || planId === null} onClick={() => planId !== null && void start.run({ planId, projectId: project.id })}>
          {project.rehearsalRunId === null ? t('projects.rehearse') : t('projects.rehearseAgain')}
        </Button>
      </div>
      <ErrorBox error={start.error} />
    </>
  );
}

export function MigrateStep({ project, status, busy }: StepBodyProps) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  const run = useCall('runs/get', project.runId === null ? null : { id: project.runId });
  const again = status === 'next' || status === 'open';
  return (
    <>
      {run.data?.error ? <ErrorBox error={run.data.error} /> : null}
      <div className={row}>
        {project.runId === null ? null : <a href={href(['runs', project.runId])} className={buttonClass(status === 'trouble' || status === 'running' ? 'primary' : 'secondary', status === 'running' ? 'md' : size(status))}>{t('projects.openRun')}</a>}
        {again && project.planId !== null ? (
          <Button variant={look(status)} size={size(status)} disabled={busy} onClick={() => setAsking(true)}>{project.runId === null ? t('projects.migrate') : t('projects.migrateAgain')}</Button>
        ) : null}
      </div>
      {asking && project.planId !== null ? <MigrateDialog project={project} planId={project.planId} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

const day = 24 * 3600 * 1000;

export function VerifyStep({ project, status, busy }: StepBodyProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const run = useCall('runs/get', project.runId === null ? null : { id: project.runId });
  const verify = useAction('verify/start');
  if (!run.data) return <ErrorBox error={run.error} />;
  const { id, verifiedAt, next } = run.data;
  const stale = verifiedAt !== null && Date.now() - Date.parse(verifiedAt) > day;
  return (
    <>
      {verifiedAt === null ? null : <p className="text-sm">{t('projects.verifiedAt', { when: format.ago(verifiedAt) })}</p>}
      {stale ? <Note tone="warn">{t('projects.stale')}</Note> : null}
      <div className={row}>
        <a href={href(['runs', id, 'comparison'])} className={buttonClass('secondary', size(status))}>{t('projects.openComparison')}</a>
        {next.includes('verify') ? <Button size={size(status)} disabled={busy} busy={verify.pending} onClick={() => void verify.run({ id })}>{t('projects.verifyAgain')}</Button> : null}
      </div>
      <ErrorBox error={verify.error} />
    </>
  );
}

export function EndStep({ project, status }: StepBodyProps) {
  const { t } = useTranslation();
  const run = useCall('runs/get', project.runId === null ? null : { id: project.runId });
  if (!run.data) return <ErrorBox error={run.error} />;
  const { id, next } = run.data;
  return (
    <div className={row}>
      {next.includes('complete') ? <a href={href(['runs', id, 'complete'])} className={buttonClass(look(status), size(status))}>{t('projects.complete')}</a> : null}
      {next.includes('rollback') ? <a href={href(['runs', id, 'rollback'])} className={buttonClass('secondary', size(status))}>{t('projects.rollback')}</a> : null}
      {next.includes('evidence') ? <a href={href(['runs', id, 'evidence'])} className={buttonClass('ghost', size(status))}>{t('projects.evidence')}</a> : null}
    </div>
  );
}
