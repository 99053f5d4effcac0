import { useTranslation } from 'react-i18next';
import type { ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { compareBig } from '../../stores/compare.ts';
import { Badge } from '../../ui/badges.tsx';
import { ClassBar } from '../../ui/class-bar.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { ErrorBox, Note } from '../../ui/states.tsx';

/** The smallest and largest number of a column, or nothing. */
function rangeOf(column: ColumnProfile, big: (text: string) => string): string {
  if (column.minInteger !== undefined && column.maxInteger !== undefined) return column.minInteger === column.maxInteger ? big(column.minInteger) : `${big(column.minInteger)} … ${big(column.maxInteger)}`;
  if (column.minReal !== undefined && column.maxReal !== undefined) return `${column.minReal} … ${column.maxReal}`;
  return '';
}

export function TableColumns({ table, selected, onSelect }: { table: TableAssessment; selected: string | null; onSelect: (column: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const notes = [
    ...table.orphans.map((each) => t('assess.orphansLine', { columns: each.columns.join(', '), parent: each.parent, amount: format.big(each.count) })),
    ...table.uniqueViolations.map((each) => t('assess.uniqueLine', { index: each.index, columns: each.columns.join(', '), groups: format.big(each.groups), reason: each.reason })),
    ...(table.nullKeys === '0' ? [] : [`${t('assess.nullKeys')}: ${format.big(table.nullKeys)}`]),
    ...table.findings.filter((finding) => finding.column === undefined && finding.severity !== 'info').map((finding) => format.describe(finding)),
  ];
  const columns: Column<ColumnProfile>[] = [
    {
      id: 'name',
      header: t('assess.column'),
      width: 'minmax(9rem, 1.4fr)',
      cell: (row) => <>{row.name}{table.key.includes(row.name) ? <Badge className="ml-2">{t('assess.key')}</Badge> : null}</>,
    },
    { id: 'declared', header: t('assess.declared'), width: 'minmax(6rem, 0.8fr)', mono: true, cell: (row) => (row.declared === '' ? <span className="text-ink-faint">{t('assess.undeclared')}</span> : row.declared) },
    { id: 'classes', header: t('assess.stored'), width: '13rem', cell: (row) => <ClassBar classes={row.classes} /> },
    { id: 'range', header: t('assess.range'), width: 'minmax(7rem, 1.2fr)', cell: (row) => rangeOf(row, format.big) },
    { id: 'fits', header: t('assess.fits'), width: 'minmax(7rem, 0.9fr)', mono: true, cell: (row) => row.candidates[0]?.type ?? '' },
    {
      id: 'misfits',
      header: t('assess.misfits'),
      width: '6.5rem',
      align: 'end',
      cell: (row) => {
        const count = row.candidates[0]?.misfits ?? '0';
        return count === '0' ? <span className="text-ink-faint">0</span> : <span className="font-medium text-warn-text">{format.big(count)}</span>;
      },
      compare: (a, b) => compareBig(a.candidates[0]?.misfits ?? '0', b.candidates[0]?.misfits ?? '0'),
    },
  ];
  return (
    <>
      {table.error ? <div className="px-5 pt-3"><ErrorBox title={t('assess.tableError')} error={table.error} /></div> : null}
      {notes.length === 0 ? null : (
        <div className="px-5 pt-3">
          <Note tone="warn"><ul>{notes.map((text) => <li key={text}>{text}</li>)}</ul></Note>
        </div>
      )}
      <DataTable
        label={t('assess.columnsOf', { table: table.name })}
        columns={columns}
        rows={table.columns}
        rowKey={(row) => row.name}
        selected={selected}
        onSelect={(row) => onSelect(row.name)}
        minWidth={54}
        className="mt-1 flex-1"
      />
    </>
  );
}
