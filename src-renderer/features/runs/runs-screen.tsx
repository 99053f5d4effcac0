import { useState } from 'react';
import { Boxes, ScanSearch } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAllowed, useCall, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge, RunStateBadge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Screen } from '../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';
import { FindRuns } from './find-runs.tsx';

type Row = CallOutput<'runs/list'>[number];

export function RunsScreen() {
  const { t } = useTranslation();
  const format = useFormat();
  const answer = useCall('runs/list', {});
  const allowed = useAllowed();
  const [finding, setFinding] = useState(false);
  const projects = useShell((state) => state.projects);
  const projectName = (row: Row): string => projects?.find((each) => each.id === row.projectId)?.name ?? '';
  const columns: Column<Row>[] = [
    { id: 'id', header: t('runs.overview'), width: 'minmax(8rem, 1fr)', mono: true, cell: (row) => <a href={href(['runs', row.id])} className="rounded-sm hover:underline">{row.id}</a> },
    { id: 'state', header: t('common.state'), width: '13rem', cell: (row) => <span className="flex gap-1.5"><RunStateBadge run={row} />{row.rehearsal ? <Badge>{t('runs.rehearsal')}</Badge> : null}</span> },
    { id: 'project', header: t('runs.project'), width: 'minmax(9rem, 1.4fr)', cell: projectName, compare: (a, b) => projectName(a).localeCompare(projectName(b)) },
    { id: 'target', header: t('common.target'), width: 'minmax(9rem, 1.4fr)', mono: true, cell: (row) => <span title={row.target}>{row.target}</span> },
    { id: 'created', header: t('runs.created'), width: '12rem', cell: (row) => format.dateTime(row.createdAt), compare: (a, b) => a.createdAt.localeCompare(b.createdAt) },
    { id: 'updated', header: t('runs.updated'), width: '9rem', cell: (row) => format.ago(row.updatedAt), compare: (a, b) => a.updatedAt.localeCompare(b.updatedAt) },
  ];
  return (
    <Screen
      title={t('runs.title')}
      subtitle={t('runs.subtitle')}
      actions={allowed('runs/take-over') ? <Button icon={<ScanSearch aria-hidden className="size-4" />} onClick={() => setFinding(true)}>{t('runs.find')}</Button> : undefined}
      fill
    >
      {answer.data ? (
        <DataTable
          label={t('runs.list')}
          columns={columns}
          rows={answer.data}
          rowKey={(row) => row.id}
          onOpen={(row) => go(href(['runs', row.id]))}
          minWidth={54}
          className="flex-1"
          empty={<Empty icon={<Boxes className="size-5" />} title={t('runs.empty')}>{t('runs.emptyHint')}</Empty>}
        />
      ) : (
        <div className="p-5">{answer.error ? <ErrorBox error={answer.error} onRetry={answer.reload} /> : <Skeleton />}</div>
      )}
      {finding ? <FindRuns onClose={() => setFinding(false)} /> : null}
    </Screen>
  );
}
