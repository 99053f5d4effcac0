import { Plus, Workflow } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { EnvironmentBadge, ProjectStateBadge } from '../../ui/badges.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/layout.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import { NewProject } from './new-project.tsx';

/** The last part of a path, for lists; the whole path stands in the title. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).filter((part) => part !== '').at(-1) ?? path;
}

export function ProjectsScreen({ creating, source }: { creating: boolean; source: string | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  const projects = useShell((state) => state.projects);
  const columns: Column<Project>[] = [
    {
      id: 'name',
      header: t('common.name'),
      width: 'minmax(12rem, 1.4fr)',
      cell: (row) => <a href={href(['projects', row.id])} className="rounded-sm font-medium hover:underline">{row.name}</a>,
      compare: (a, b) => a.name.localeCompare(b.name),
    },
    { id: 'state', header: t('common.state'), width: '11rem', cell: (row) => <ProjectStateBadge state={row.state} /> },
    { id: 'from', header: t('projects.from'), width: 'minmax(9rem, 1.2fr)', mono: true, cell: (row) => <span title={row.sources.join('\n')}>{row.sources.map(baseName).join(', ')}</span> },
    { id: 'to', header: t('projects.to'), width: 'minmax(9rem, 1.2fr)', mono: true, cell: (row) => <span title={row.target}>{row.target}</span> },
    { id: 'environment', header: t('common.environment'), width: '8.5rem', cell: (row) => <EnvironmentBadge environment={row.environment} /> },
    { id: 'updated', header: t('projects.updated'), width: '9rem', cell: (row) => format.ago(row.updatedAt), compare: (a, b) => a.updatedAt.localeCompare(b.updatedAt) },
  ];
  const create = <a href="#/projects?new=1" className={buttonClass('primary')}><Plus aria-hidden className="size-4" />{t('projects.new')}</a>;
  return (
    <Screen title={t('projects.title')} subtitle={t('projects.subtitle')} actions={create} fill>
      {projects === null ? (
        <div className="p-5"><Skeleton /></div>
      ) : (
        <DataTable
          label={t('projects.list')}
          columns={columns}
          rows={projects}
          rowKey={(row) => row.id}
          onOpen={(row) => go(href(['projects', row.id]))}
          minWidth={52}
          className="flex-1"
          empty={
            <Empty
              icon={<Workflow className="size-5" />}
              title={t('projects.empty')}
              actions={
                <>
                  {create}
                  <a href="#/welcome" className={buttonClass()}>{t('projects.emptySample')}</a>
                </>
              }
            >
              {t('projects.emptyHint')}
            </Empty>
          }
        />
      )}
      {creating ? <NewProject source={source} onClose={() => go('#/projects')} /> : null}
    </Screen>
  );
}
