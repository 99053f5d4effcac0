import { createContext, use } from 'react';
import type { ReactNode } from 'react';
import { Boxes, Database, FolderClosed, ListChecks, MessagesSquare, Plus, ScrollText, Settings2, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../shared/model/project.ts';
import { useAllowed, useJobs, useShell } from '../stores/hooks.tsx';
import { isActive } from '../stores/jobs.ts';
import { href } from '../stores/route.ts';
import { Dot, environmentColours } from '../ui/badges.tsx';
import { cx } from '../ui/cx.ts';
import { useRoute } from './use-route.ts';

interface RailLinkProps {
  readonly to: string;
  readonly current: boolean;
  readonly icon: ReactNode;
  readonly label: string;
  readonly trail?: ReactNode;
}

/** What else happens at a link of the rail, also at the one to the place that is shown already. */
export const RailGoContext = createContext<(() => void) | undefined>(undefined);

function RailLink({ to, current, icon, label, trail }: RailLinkProps) {
  return (
    <li>
      <a
        href={to}
        onClick={use(RailGoContext)}
        aria-current={current ? 'page' : undefined}
        title={label}
        className={cx('flex h-7 items-center gap-2 rounded-md px-2 text-sm', current ? 'bg-selected font-medium text-ink' : 'text-ink-soft hover:bg-hover hover:text-ink')}
      >
        {icon}
        <span className="min-w-0 flex-1 truncate">{label}</span>
        {trail}
      </a>
    </li>
  );
}

function Heading({ label, add, addLabel }: { label: string; add: string; addLabel: string }) {
  return (
    <div className="mt-3 mb-0.5 flex items-center px-2">
      <h2 className="flex-1 text-2xs font-semibold tracking-wider text-ink-faint uppercase">{label}</h2>
      <a href={add} onClick={use(RailGoContext)} aria-label={addLabel} title={addLabel} className="grid size-6 place-items-center rounded-md text-ink-soft hover:bg-hover hover:text-ink">
        <Plus aria-hidden className="size-3.5" />
      </a>
    </div>
  );
}

/** Folders first, then those without one; the most recently used first. */
function byFolder(connections: readonly Connection[]): [string, Connection[]][] {
  const groups = new Map<string, Connection[]>();
  const recent = connections.toSorted((a, b) => (b.lastUsedAt ?? '').localeCompare(a.lastUsedAt ?? ''));
  for (const connection of recent) {
    const folder = connection.folder ?? '';
    groups.set(folder, [...(groups.get(folder) ?? []), connection]);
  }
  return [...groups].toSorted(([a], [b]) => (a === '' ? 1 : b === '' ? -1 : a.localeCompare(b)));
}

/** The places, projects and connections; `className` says where it stands. */
export function Rail({ className }: { className?: string }) {
  const { t } = useTranslation();
  const { path } = useRoute();
  const projects = useShell((state) => state.projects);
  const connections = useShell((state) => state.connections);
  const active = useJobs((state) => state.jobs.filter(isActive).length);
  const may = useAllowed();
  const icon = 'size-4 shrink-0';
  // One run or job has no entry of its own here, so its list stays marked.
  const at = (...parts: string[]): boolean => parts.every((part, index) => path[index] === part) && (parts.length > 1 || path.length === 1 || parts[0] === 'runs' || parts[0] === 'jobs');

  return (
    <nav aria-label={t('shell.navigation')} className={cx('flex flex-col bg-canvas', className)} data-testid="rail">
      <ul className="px-2 pt-2">
        {may('projects/list') ? <RailLink to="#/projects" current={at('projects')} icon={<Workflow aria-hidden className={icon} />} label={t('shell.projects')} /> : null}
        {may('runs/list') ? <RailLink to="#/runs" current={at('runs')} icon={<Boxes aria-hidden className={icon} />} label={t('shell.runs')} /> : null}
        <RailLink to="#/conversations" current={path[0] === 'conversations' || path[0] === 'replicas'} icon={<MessagesSquare aria-hidden className={icon} />} label={t('shell.conversations')} />
        {may('connections/list') ? <RailLink to="#/connections" current={at('connections')} icon={<Database aria-hidden className={icon} />} label={t('shell.connections')} /> : null}
      </ul>
      <div className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {may('projects/list') ? (
          <>
            <Heading label={t('shell.projects')} add="#/projects?new=1" addLabel={t('shell.newProject')} />
            {projects?.length === 0 ? <p className="px-2 py-1 text-xs text-ink-faint">{t('shell.noProjects')}</p> : null}
            <ul>
              {projects?.toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt)).map((project) => (
                <RailLink
                  key={project.id}
                  to={href(['projects', project.id])}
                  current={at('projects', project.id)}
                  icon={<Dot colour={environmentColours[project.environment]} className="mx-1" />}
                  label={project.name}
                  trail={project.environment === 'production' ? <ProductionMark /> : null}
                />
              ))}
            </ul>
          </>
        ) : null}
        {may('connections/list') ? (
          <>
            <Heading label={t('shell.connections')} add="#/connections?new=1" addLabel={t('shell.addConnection')} />
            {connections?.length === 0 ? <p className="px-2 py-1 text-xs text-ink-faint">{t('shell.noConnections')}</p> : null}
            {byFolder(connections ?? []).map(([folder, group]) => (
              <div key={folder}>
                {folder === '' ? null : (
                  <p className="flex items-center gap-2 px-2 pt-1.5 pb-0.5 text-xs text-ink-faint">
                    <FolderClosed aria-hidden className="size-3.5" />
                    <span className="truncate">{folder}</span>
                  </p>
                )}
                <ul className={folder === '' ? '' : 'pl-2'}>
                  {group.map((connection) => (
                    <RailLink
                      key={connection.id}
                      to={href(['connections', connection.id])}
                      current={at('connections', connection.id)}
                      icon={<Dot colour={connection.colour} className="mx-1" />}
                      label={connection.name}
                      trail={connection.environment === 'production' ? <ProductionMark /> : null}
                    />
                  ))}
                </ul>
              </div>
            ))}
          </>
        ) : null}
      </div>
      <ul className="border-t px-2 py-2">
        <RailLink
          to="#/jobs"
          current={at('jobs')}
          icon={<ListChecks aria-hidden className={icon} />}
          label={t('shell.jobs')}
          trail={active > 0 ? <span className="tabular rounded-full bg-accent px-1.5 text-2xs font-semibold text-on-accent">{active}</span> : null}
        />
        {may('audit/list') ? <RailLink to="#/audit" current={at('audit')} icon={<ScrollText aria-hidden className={icon} />} label={t('shell.audit')} /> : null}
        <RailLink to="#/settings" current={at('settings')} icon={<Settings2 aria-hidden className={icon} />} label={t('shell.settings')} />
      </ul>
    </nav>
  );
}

function ProductionMark() {
  const { t } = useTranslation();
  return (
    <span className="rounded-sm bg-production px-1 text-2xs font-semibold text-on-production" title={t('common.environments.production')}>
      <span aria-hidden>P</span>
      <span className="sr-only">{t('common.environments.production')}</span>
    </span>
  );
}
