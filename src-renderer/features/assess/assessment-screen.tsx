import { useTranslation } from 'react-i18next';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge, Grade } from '../../ui/badges.tsx';
import { buttonClass } from '../../ui/button.tsx';
import { Screen, TabLinks } from '../../ui/layout.tsx';
import { ErrorBox, Skeleton } from '../../ui/states.tsx';
import { ColumnDetails } from './column-details.tsx';
import { FindingsTable, allFindings } from './findings-table.tsx';
import { Overview } from './overview.tsx';
import { TableColumns } from './table-columns.tsx';
import { TablesTable } from './tables-table.tsx';

interface AssessmentScreenProps {
  readonly id: string;
  readonly view: string;
  readonly table: string | null;
  readonly column: string | null;
}

export function AssessmentScreen({ id, view, table: tableName, column: columnName }: AssessmentScreenProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const answer = useCall('assess/get', { id });
  const project = useShell((state) => state.projects?.find((each) => each.assessmentIds.includes(id)));
  const assessment = answer.data;
  const crumbs = project ? [{ label: t('projects.title'), href: '#/projects' }, { label: project.name, href: href(['projects', project.id]) }] : [{ label: t('projects.title'), href: '#/projects' }];
  if (!assessment) {
    return (
      <Screen title={t('assess.overview')} crumbs={crumbs} environment={project?.environment}>
        {answer.error ? <ErrorBox error={answer.error} onRetry={answer.reload} /> : <Skeleton lines={10} />}
      </Screen>
    );
  }
  const table = assessment.tables.find((each) => each.name === tableName);
  const column = table?.columns.find((each) => each.name === columnName);
  const at = (...path: string[]): string => href(['assessments', id, ...path]);
  return (
    <Screen
      title={table ? table.name : t('assess.title', { database: assessment.database })}
      crumbs={table ? [...crumbs, { label: t('assess.title', { database: assessment.database }), href: at() }, { label: t('assess.tables'), href: at('tables') }] : crumbs}
      badges={<Grade grade={table ? table.grade : assessment.grade} />}
      subtitle={table ? undefined : t('assess.made', { when: format.ago(assessment.createdAt), duration: format.duration(assessment.seconds) })}
      environment={project?.environment}
      actions={project?.planId ? <a href={href(['plans', project.planId])} className={buttonClass()}>{t('assess.toPlan')}</a> : undefined}
      tabs={
        <TabLinks
          label={t('assess.tabs')}
          tabs={[
            { href: at('overview'), label: t('assess.overview'), current: view === 'overview' },
            { href: at('tables'), label: <>{t('assess.tables')}<Badge>{format.number(assessment.tables.length)}</Badge></>, current: view === 'tables' },
            { href: at('findings'), label: <>{t('assess.findings')}<Badge>{format.number(allFindings(assessment).length)}</Badge></>, current: view === 'findings' },
          ]}
        />
      }
      fill={view !== 'overview'}
      details={table ? column ? <ColumnDetails column={column} /> : <p className="p-4 text-sm text-ink-soft">{t('assess.pickColumn')}</p> : undefined}
    >
      {view === 'findings' ? (
        <FindingsTable findings={allFindings(assessment)} />
      ) : view === 'tables' ? (
        table ? (
          <TableColumns table={table} selected={columnName} onSelect={(name) => go(href(['assessments', id, 'tables', table.name], { column: name }))} />
        ) : (
          <TablesTable tables={assessment.tables} hrefOf={(name) => at('tables', name)} />
        )
      ) : (
        <Overview assessment={assessment} />
      )}
    </Screen>
  );
}
