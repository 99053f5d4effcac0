import { useTranslation } from 'react-i18next';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAllowed, useConsole, useJobs, useShell } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import type { CallName, CallOutput } from '../../../shared/contract/contract.ts';

export interface Command {
  readonly id: string;
  readonly group: 'actions' | 'go' | 'projects' | 'conversations' | 'connections' | 'runs' | 'view';
  readonly label: string;
  /** Shown small beside it, and searched. */
  readonly hint?: string;
  /** Offered only where the profile allows this call. */
  readonly needs?: CallName;
  readonly run: () => void;
}

/** Every command of the console, as the palette offers them. A failure is handed to `onError`. */
export function useCommands(runs: CallOutput<'runs/list'>, libraries: CallOutput<'libraries/list'>, onToggleJobs: () => void, onError: (error: unknown) => void): readonly Command[] {
  const { t } = useTranslation();
  const format = useFormat();
  const { client, setSettings } = useConsole();
  const projects = useShell((state) => state.projects) ?? [];
  const connections = useShell((state) => state.connections) ?? [];
  const server = useShell((state) => state.server);
  const active = useJobs((state) => state.jobs).filter(isActive);
  const may = useAllowed();
  const to = (id: string, place: string, address: string, needs: CallName): Command => ({ id, group: 'go', label: t('shell.goTo', { place }), needs, run: () => go(address) });
  const set = (id: string, label: string, change: Parameters<typeof setSettings>[0]): Command => ({ id, group: 'view', label, run: () => void setSettings(change).catch(onError) });
  const call = (id: string, label: string, run: () => Promise<unknown>, hint?: string): Command => ({ id, group: 'actions', label, run: () => void run().catch(onError), ...(hint === undefined ? {} : { hint }) });

  const commands: readonly Command[] = [
    { id: 'new-project', group: 'actions', label: t('shell.newProject'), needs: 'projects/create', run: () => go('#/projects?new=1') },
    { id: 'add-library', group: 'actions', label: t('libraries.addTitle'), needs: 'libraries/add', run: () => go('#/conversations/new') },
    { id: 'add-connection', group: 'actions', label: t('shell.addConnection'), needs: 'connections/add', run: () => go('#/connections?new=1') },
    ...active.map((job) => call(`cancel ${job.id}`, t('jobs.cancel'), () => client.call('jobs/cancel', { id: job.id }), job.title)),
    ...(server?.available && !(server.running && server.kept) ? [call('server-start', t('shell.startServer'), () => client.call('server/start', {}))] : []),
    ...(server?.running ? [call('server-stop', t('shell.stopServer'), () => client.call('server/stop', {}))] : []),
    { id: 'toggle-jobs', group: 'view', label: t('shell.toggleJobs'), run: onToggleJobs },
    to('go-projects', t('shell.projects'), '#/projects', 'projects/list'),
    to('go-runs', t('shell.runs'), '#/runs', 'runs/list'),
    to('go-conversations', t('shell.conversations'), '#/conversations', 'libraries/list'),
    to('go-replicas', t('libraries.replicas'), '#/replicas', 'replicas/list'),
    to('go-connections', t('shell.connections'), '#/connections', 'connections/list'),
    to('go-jobs', t('shell.jobs'), '#/jobs', 'jobs/list'),
    to('go-audit', t('shell.audit'), '#/audit', 'audit/list'),
    to('go-settings', t('shell.settings'), '#/settings', 'settings/get'),
    to('go-tour', t('shell.tour'), '#/welcome', 'sample/migrate'),
    set('theme-light', t('shell.themeLight'), { theme: 'light' }),
    set('theme-dark', t('shell.themeDark'), { theme: 'dark' }),
    set('theme-system', t('shell.themeSystem'), { theme: 'system' }),
    set('density-dense', t('shell.densityDense'), { density: 'dense' }),
    set('density-comfortable', t('shell.densityComfortable'), { density: 'comfortable' }),
    set('language-en', t('shell.languageEnglish'), { language: 'en' }),
    set('language-pt', t('shell.languagePortuguese'), { language: 'pt-BR' }),
    ...projects.flatMap((project): Command[] => [
      { id: `project ${project.id}`, group: 'projects', label: project.name, hint: t(`common.projectStates.${project.state}`), run: () => go(href(['projects', project.id])) },
      ...(project.planId === null ? [] : [{ id: `plan ${project.id}`, group: 'projects', label: `${project.name}: ${t('projects.openPlan')}`, run: () => go(href(['plans', project.planId ?? ''])) } as const]),
      ...(project.runId === null ? [] : [{ id: `comparison ${project.id}`, group: 'projects', label: `${project.name}: ${t('projects.openComparison')}`, run: () => go(href(['runs', project.runId ?? '', 'comparison'])) } as const]),
    ]),
    ...libraries.flatMap((library): Command[] => [
      { id: `library ${library.id}`, group: 'conversations', label: library.name, hint: t(`libraries.adapters.${library.mapping.adapter}`), run: () => go(href(['conversations', library.id])) },
      { id: `statistics ${library.id}`, group: 'conversations', label: t('stats.of', { name: library.name }), run: () => go(href(['conversations', library.id, 'statistics'])) },
    ]),
    ...connections.map((connection): Command => ({ id: `connection ${connection.id}`, group: 'connections', label: connection.name, hint: connection.location, run: () => go(href(['connections', connection.id])) })),
    ...runs.map((run): Command => ({
      id: `run ${run.id}`,
      group: 'runs',
      label: t(run.rehearsal ? 'runs.rehearsalOf' : 'runs.run', { id: run.id }),
      hint: `${t(`common.runStates.${run.state}`)} · ${format.ago(run.updatedAt)}`,
      run: () => go(href(['runs', run.id])),
    })),
  ];
  return commands.filter((command) => command.needs === undefined || may(command.needs));
}
