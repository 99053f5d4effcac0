import { useTranslation } from 'react-i18next';
import type { TableAssessment } from '../../../shared/model/assessment.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { compareBig, sumBig } from '../../stores/compare.ts';
import { Badge, Grade } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/states.tsx';

export function TablesTable({ tables, hrefOf }: { tables: readonly TableAssessment[]; hrefOf: (table: string) => string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const misfits = (row: TableAssessment): string => sumBig(row.columns.map((column) => column.candidates[0]?.misfits ?? '0'));
  const orphans = (row: TableAssessment): string => sumBig(row.orphans.map((each) => each.count));
  const some = (text: string) => (text === '0' ? <span className="text-ink-faint">0</span> : format.big(text));
  const columns: Column<TableAssessment>[] = [
    { id: 'grade', header: t('assess.grade'), width: '4.5rem', cell: (row) => <Grade grade={row.grade} />, compare: (a, b) => a.grade.localeCompare(b.grade) },
    {
      id: 'name',
      header: t('common.table'),
      width: 'minmax(11rem, 2fr)',
      cell: (row) => (
        <span className="flex items-center gap-2">
          <a href={hrefOf(row.name)} className="truncate rounded-sm font-medium hover:underline">{row.name}</a>
          {row.kind === 'table' ? null : <Badge>{t(`assess.kinds.${row.kind}`)}</Badge>}
          {row.error ? <Badge tone="danger">{row.error.code}</Badge> : null}
        </span>
      ),
      compare: (a, b) => a.name.localeCompare(b.name),
    },
    { id: 'rows', header: t('common.rows'), width: '8rem', align: 'end', cell: (row) => format.big(row.rows), compare: (a, b) => compareBig(a.rows, b.rows) },
    { id: 'payload', header: t('assess.payload'), width: '7rem', align: 'end', cell: (row) => format.bytes(row.payloadBytes), compare: (a, b) => compareBig(a.payloadBytes, b.payloadBytes) },
    { id: 'columns', header: t('common.columns'), width: '6rem', align: 'end', cell: (row) => format.number(row.columns.length), compare: (a, b) => a.columns.length - b.columns.length },
    { id: 'misfits', header: t('assess.misfits'), width: '7rem', align: 'end', cell: (row) => some(misfits(row)), compare: (a, b) => compareBig(misfits(a), misfits(b)) },
    { id: 'orphans', header: t('assess.orphans'), width: '6rem', align: 'end', cell: (row) => some(orphans(row)), compare: (a, b) => compareBig(orphans(a), orphans(b)) },
    { id: 'findings', header: t('assess.findings'), width: '6.5rem', align: 'end', cell: (row) => some(String(row.findings.length)), compare: (a, b) => a.findings.length - b.findings.length },
  ];
  return (
    <DataTable
      label={t('assess.tableList')}
      columns={columns}
      rows={tables}
      rowKey={(row) => row.name}
      onOpen={(row) => go(hrefOf(row.name))}
      minWidth={58}
      className="flex-1"
      empty={<Empty title={t('common.none')} />}
    />
  );
}
