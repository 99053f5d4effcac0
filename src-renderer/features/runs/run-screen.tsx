import { useState } from 'react';
import type { ReactNode } from 'react';
import { PackageX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { standsInPlace, type Difference, type Reject, type Run } from '../../../shared/model/run.ts';
import type { Project } from '../../../shared/model/project.ts';
import { NotFound } from '../../app/routes.tsx';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall, useJobs, useShell } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { Badge, RunStateBadge } from '../../ui/badges.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { Screen, TabLinks } from '../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';
import { BrowseRows } from './browse-rows.tsx';
import { Comparison, DifferenceDetails } from './comparison.tsx';
import { Danger } from './danger.tsx';
import { Evidence } from './evidence.tsx';
import { RejectDetails } from './reject-details.tsx';
import { Rejects } from './rejects.tsx';
import { shortId } from './short-id.ts';
import { RunOverview } from './run-overview.tsx';

const views = ['overview', 'comparison', 'rejects', 'rows', 'evidence', 'rollback', 'complete'] as const;
type View = (typeof views)[number];

export function RunScreen({ id, view: asked, query }: { id: string; view: string; query: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  const answer = useCall('runs/get', { id });
  const run = answer.data;
  const project = useShell((state) => state.projects?.find((each) => each.id === run?.projectId));
  const view = views.find((each) => each === asked);
  if (!view) return <NotFound />;
  if (!run) {
    return (
      <Screen title={t('runs.run', { id: shortId(id) })} crumbs={[{ label: t('runs.title'), href: '#/runs' }]}>
        {answer.error ? <ErrorBox error={answer.error} onRetry={answer.reload} /> : <Skeleton lines={8} />}
      </Screen>
    );
  }
  return <OneRun run={run} project={project} view={view} query={query} />;
}

function OneRun({ run, project, view, query }: { run: Run; project: Project | undefined; view: View; query: Readonly<Record<string, string>> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const connections = useShell((state) => state.connections);
  const job = useJobs((state) => state.jobs.find((each) => each.runId === run.id && isActive(each)));
  const cancel = useAction('jobs/cancel');
  const verify = useAction('verify/start');
  const [difference, setDifference] = useState<Difference | null>(null);
  const [reject, setReject] = useState<Reject | null>(null);
  // The address may have gone to another table since a row was chosen.
  const shown = difference && query['table'] === `${difference.database}/${difference.table}` ? difference : null;
  const environment = run.rehearsal ? undefined : (project?.environment ?? connections?.find((each) => each.name === run.target)?.environment);
  const undone = run.state === 'rolled-back';
  const rejected = undone ? 0 : (run.result?.rejects.rows ?? 0);
  const tab = (part: View, label: ReactNode) => ({ href: href(['runs', run.id, ...(part === 'overview' ? [] : [part])]), label, current: view === part });
  return (
    <Screen
      title={t(run.rehearsal ? 'runs.rehearsalOf' : 'runs.run', { id: shortId(run.id) })}
      crumbs={project ? [{ label: t('projects.title'), href: '#/projects' }, { label: project.name, href: href(['projects', project.id]) }] : [{ label: t('runs.title'), href: '#/runs' }]}
      badges={<RunStateBadge run={run} />}
      environment={environment}
      subtitle={
        <span>
          <a className="rounded-sm underline decoration-line-strong underline-offset-2 hover:decoration-ink" href={href(['plans', run.planId], { version: String(run.planVersion) })}>{t('runs.planVersion', { version: run.planVersion })}</a>
          {' · '}
          <span className="font-mono text-xs">{run.target}</span>
          {' · '}
          {format.dateTime(run.createdAt)}
        </span>
      }
      actions={
        <>
          {job ? (
            <Button busy={cancel.pending || job.state === 'cancelling'} onClick={() => void cancel.run({ id: job.id })}>{job.state === 'cancelling' ? t('runs.cancelling') : t('runs.cancel')}</Button>
          ) : null}
          {!job && run.next.includes('verify') ? <Button busy={verify.pending} onClick={() => { setDifference(null); void verify.run({ id: run.id }); }}>{t('runs.verifyAgain')}</Button> : null}
          {!job && run.next.includes('rollback') ? <a href={href(['runs', run.id, 'rollback'])} className={buttonClass()}>{t('runs.approveRollback')}</a> : null}
          {!job && run.next.includes('complete') ? <a href={href(['runs', run.id, 'complete'])} className={buttonClass('primary')}>{t('runs.approveComplete')}</a> : null}
        </>
      }
      tabs={
        <TabLinks
          label={t('runs.tabs')}
          tabs={[
            tab('overview', t('runs.overview')),
            tab('comparison', t('runs.comparison')),
            tab('rejects', <>{t('runs.rejects')}{rejected > 0 ? <Badge tone="warn">{format.number(rejected)}</Badge> : null}</>),
            ...(standsInPlace(run) && run.result ? [tab('rows', t('runs.rows'))] : []),
            ...(run.next.includes('evidence') || view === 'evidence' ? [tab('evidence', t('runs.evidence'))] : []),
            ...(run.next.includes('rollback') || view === 'rollback' ? [tab('rollback', t('runs.rollback'))] : []),
            ...(run.next.includes('complete') || view === 'complete' ? [tab('complete', t('runs.complete'))] : []),
          ]}
        />
      }
      details={view === 'comparison' ? (shown ? <DifferenceDetails difference={shown} several={run.sources.length > 1} /> : undefined) : view === 'rejects' && !undone ? <RejectDetails run={run} reject={reject} busy={job !== undefined} onMended={() => setReject(null)} /> : undefined}
      detailsWide={view === 'comparison'}
      fill={view !== 'overview' && view !== 'evidence'}
    >
      {cancel.error || verify.error ? <div className="px-5 py-2"><ErrorBox error={cancel.error ?? verify.error} /></div> : null}
      {view === 'overview' ? (
        <RunOverview run={run} job={job} />
      ) : view === 'comparison' ? (
        <Comparison run={run} table={query['table'] ?? null} selected={shown} onSelect={setDifference} />
      ) : view === 'rejects' && undone && (run.result?.rejects.rows ?? 0) > 0 ? (
        <Empty icon={<PackageX className="size-5" />} title={t('runs.rejectsGone')}>{t('runs.rolledBackRejects', { amount: format.number(run.result?.rejects.rows) })}</Empty>
      ) : view === 'rejects' ? (
        <Rejects run={run} busy={job !== undefined} table={query['table'] ?? ''} mended={query['mended'] === 'yes'} selected={reject} onSelect={setReject} />
      ) : view === 'rows' && !standsInPlace(run) ? (
        <Empty title={t('runs.browseNotThere')} />
      ) : view === 'rows' ? (
        <BrowseRows run={run} table={query['table'] ?? ''} />
      ) : view === 'evidence' ? (
        <Evidence run={run} busy={job !== undefined} />
      ) : (
        <Danger key={view} run={run} kind={view} production={environment === 'production'} word={project?.name ?? shortId(run.id)} />
      )}
    </Screen>
  );
}
