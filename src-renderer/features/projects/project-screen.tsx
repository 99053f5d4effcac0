import { useState } from 'react';
import { FolderInput, Pencil, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../../shared/model/project.ts';
import { projectStates } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall, useJobs, useShell } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { stepNames, stepsOf } from '../../stores/steps.ts';
import { ProjectStateBadge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { Facts, Screen, Section } from '../../ui/layout.tsx';
import { Menu } from '../../ui/menu.tsx';
import { AlertDialog, Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Skeleton } from '../../ui/states.tsx';
import { ProjectChecklist } from './checklist.tsx';
import { MoveSource } from './move-source.tsx';
import { RunningJobs } from './running-jobs.tsx';
import { beforeRun } from './source-trouble.tsx';
import { Step } from './step.tsx';
import { AssessStep, EndStep, MigrateStep, PlanStep, RehearseStep, VerifyStep } from './step-bodies.tsx';

/** The guided way of one project. */
export function ProjectScreen({ id }: { id: string }) {
  const { t } = useTranslation();
  const known = useShell((state) => state.projects?.find((each) => each.id === id));
  const asked = useCall('projects/get', known ? null : { id });
  const project = known ?? asked.data;
  const rehearsal = useCall('runs/get', project && project.rehearsalRunId !== null ? { id: project.rehearsalRunId } : null);
  const all = useJobs((state) => state.jobs);
  const jobs = all.filter((each) => each.projectId === id && isActive(each));
  const [dialog, setDialog] = useState<'rename' | 'move' | 'remove' | null>(null);

  if (!project) {
    return (
      <Screen title={t('projects.title')} crumbs={[{ label: t('projects.title'), href: '#/projects' }]}>
        {asked.error ? <ErrorBox error={asked.error} onRetry={asked.reload} /> : <Skeleton lines={8} />}
      </Screen>
    );
  }
  const steps = stepsOf(project, rehearsal.data?.state !== 'failed');
  const bodies = { assess: AssessStep, plan: PlanStep, rehearse: RehearseStep, migrate: MigrateStep, verify: VerifyStep, end: EndStep } as const;
  return (
    <Screen
      title={project.name}
      crumbs={[{ label: t('projects.title'), href: '#/projects' }]}
      badges={<ProjectStateBadge state={project.state} />}
      environment={project.environment}
      actions={
        <Menu
          label={t('common.more')}
          items={[
            { label: t('projects.rename'), icon: <Pencil aria-hidden className="size-3.5" />, onSelect: () => setDialog('rename') },
            { label: t('projects.moveSource'), icon: <FolderInput aria-hidden className="size-3.5" />, disabled: jobs.length > 0 || !beforeRun.has(project.state), onSelect: () => setDialog('move') },
            { label: t('projects.remove'), icon: <Trash2 aria-hidden className="size-3.5" />, danger: true, onSelect: () => setDialog('remove') },
          ]}
        />
      }
      details={<ProjectDetails project={project} />}
    >
      <div className="flex max-w-3xl flex-col gap-4">
        {jobs.length > 0 ? <RunningJobs jobs={jobs} here={href(['projects', id])} /> : null}
        <h2 className="sr-only">{t('projects.way')}</h2>
        <ol className="flex flex-col">
          {stepNames.map((name, index) => {
            const Body = bodies[name];
            return (
              <Step key={name} name={name} status={steps[name]} last={index === stepNames.length - 1}>
                <Body project={project} status={steps[name]} busy={jobs.length > 0} />
              </Step>
            );
          })}
        </ol>
      </div>
      {dialog === 'rename' ? <Rename project={project} onClose={() => setDialog(null)} /> : null}
      {dialog === 'move' ? <MoveSource project={project} onClose={() => setDialog(null)} /> : null}
      {dialog === 'remove' ? <Remove project={project} onClose={() => setDialog(null)} /> : null}
    </Screen>
  );
}

function ProjectDetails({ project }: { project: Project }) {
  const { t } = useTranslation();
  const format = useFormat();
  const stateName = (state: string): string => {
    const known = projectStates.find((each) => each === state);
    return known ? t(`common.projectStates.${known}`) : state;
  };
  const undone = useCall('runs/get', project.state === 'rolled-back' && project.runId !== null ? { id: project.runId } : null);
  const undo = undone.data?.setAside === undefined ? undoOf(project.state) : 'rolledBackAside';
  return (
    <div className="flex flex-col gap-5 p-4">
      <Section title={t('common.details')}>
        <Facts
          columns={1}
          facts={[
            [t('common.sources'), <Sources key="sources" paths={project.sources} />],
            [t('common.target'), <span key="target" className="font-mono text-xs break-all">{project.target}</span>],
          ]}
        />
      </Section>
      <Section title={t('projects.canUndo')}>
        {/* Whether tables were set aside stands in the run: nothing is claimed before it says so. */}
        {undone.pending ? <Skeleton lines={2} /> : <p className="text-sm text-ink-soft">{t(`projects.undo.${undo}`)}</p>}
      </Section>
      <ProjectChecklist project={project} />
      <Section title={t('projects.history')}>
        {project.history.length === 0 ? <p className="text-sm text-ink-faint">{t('projects.historyEmpty')}</p> : null}
        <ol className="flex flex-col gap-2">
          {project.history.toReversed().map((entry) => (
            <li key={`${entry.at} ${entry.to}`} className="text-sm">
              {t('projects.historyLine', { from: stateName(entry.from), to: stateName(entry.to) })}
              <span className="block text-xs text-ink-faint">{format.dateTime(entry.at)}{entry.by === '' ? '' : ` · ${entry.by}`}</span>
            </li>
          ))}
        </ol>
      </Section>
    </div>
  );
}

/** The files under their folders: of many in one folder the folder is said once. */
function Sources({ paths }: { paths: readonly string[] }) {
  const folders = Map.groupBy(paths, (path) => path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1));
  return (
    <ul className="flex flex-col gap-1.5 font-mono text-xs">
      {[...folders].map(([folder, files]) => (
        <li key={folder}>
          {folder === '' ? null : <span className="break-all text-ink-faint">{folder}</span>}
          <ul>{files.map((path) => <li key={path} className="break-all">{path.slice(folder.length)}</li>)}</ul>
        </li>
      ))}
    </ul>
  );
}

function undoOf(state: Project['state']): 'nothing' | 'staging' | 'swapped' | 'complete' | 'rolledBack' {
  if (state === 'loading' || state === 'waiting') return 'staging';
  if (state === 'verified' || state === 'switching' || state === 'soaking' || state === 'rolling-back') return 'swapped';
  if (state === 'complete') return 'complete';
  return state === 'rolled-back' ? 'rolledBack' : 'nothing';
}

function Rename({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const rename = useAction('projects/rename');
  const [name, setName] = useState(project.name);
  const submit = async (): Promise<void> => {
    if (name.trim() !== '' && (await rename.run({ id: project.id, name: name.trim() }))) onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t('projects.rename')} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button variant="primary" busy={rename.pending} disabled={name.trim() === ''} onClick={() => void submit()}>{t('common.save')}</Button></>}>
      <Field label={t('projects.name')}>{(ids) => <Input {...ids} autoFocus value={name} onChange={(event) => setName(event.target.value)} onKeyDown={(event) => event.key === 'Enter' && void submit()} />}</Field>
      <ErrorBox error={rename.error} />
    </Dialog>
  );
}

function Remove({ project, onClose }: { project: Project; onClose: () => void }) {
  const { t } = useTranslation();
  const remove = useAction('projects/remove');
  const confirm = async (): Promise<void> => {
    if (await remove.run({ id: project.id })) go('#/projects');
  };
  return (
    <AlertDialog open onClose={onClose} title={t('projects.removeTitle', { name: project.name })} description={t('projects.removeText')} confirm={t('common.remove')} busy={remove.pending} onConfirm={() => void confirm()}>
      <ErrorBox error={remove.error} />
    </AlertDialog>
  );
}
