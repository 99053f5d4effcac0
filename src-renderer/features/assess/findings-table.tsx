import { CircleAlert, Info, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Finding } from '../../../shared/model/finding.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { visible } from '../../ui/visible.ts';

const weights = { critical: 0, warning: 1, info: 2 } as const;

/** Findings of the file and of its tables, the heaviest first. */
export function allFindings(assessment: Assessment): readonly Finding[] {
  const ofTables = assessment.tables.flatMap((table) => table.findings.map((finding) => ({ table: table.name, ...finding })));
  const own = new Set(ofTables.map((finding) => JSON.stringify([finding.code, finding.table, finding.column, finding.object])));
  const rest = assessment.findings.filter((finding) => !own.has(JSON.stringify([finding.code, finding.table, finding.column, finding.object])));
  return [...rest, ...ofTables].toSorted((a, b) => weights[a.severity] - weights[b.severity]);
}

const icons = {
  critical: <CircleAlert aria-hidden className="size-4 text-danger-text" />,
  warning: <TriangleAlert aria-hidden className="size-4 text-warn-text" />,
  info: <Info aria-hidden className="size-4 text-info-text" />,
} as const;

function Examples({ examples }: { examples: NonNullable<Finding['examples']> }) {
  return (
    <ul>
      {examples.map((example, index) => <li key={index} className="line-clamp-2 break-all" title={`${example.key}: ${example.value}`}><span className="text-ink-faint">{example.key}: </span>{visible(example.value)}</li>)}
    </ul>
  );
}

export function FindingsTable({ findings, className = 'flex-1' }: { findings: readonly Finding[]; className?: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const several = new Set(findings.flatMap(({ database }) => database ?? [])).size > 1;
  const columns: Column<Finding>[] = [
    { id: 'severity', header: t('assess.severity'), width: '6.5rem', cell: (row) => <span className="flex items-center gap-1.5">{icons[row.severity]}{t(`common.severities.${row.severity}`)}</span> },
    { id: 'where', header: t('assess.where'), width: 'minmax(10rem, 1fr)', mono: true, cell: (row) => [...(several && row.table !== undefined ? [row.database] : []), row.table, row.column, row.object].filter((part) => part !== undefined).map((part, index) => <span key={index}>{index === 0 ? null : <>.<wbr /></>}{part}</span>) },
    { id: 'finding', header: t('assess.finding'), width: 'minmax(16rem, 2.4fr)', cell: (row) => format.describe(row) },
    { id: 'count', header: t('assess.count'), width: '7rem', align: 'end', cell: (row) => (row.count === undefined ? '' : format.big(row.count)) },
    {
      id: 'examples',
      header: t('assess.examples'),
      width: 'minmax(10rem, 1.4fr)',
      mono: true,
      cell: (row) => <Examples examples={row.examples ?? []} />,
    },
  ];
  return (
    <DataTable
      label={t('assess.findings')}
      columns={columns}
      rows={findings}
      rowKey={(row, index) => `${index} ${row.code}`}
      minWidth={56}
      wrap
      className={className}
      empty={<Empty title={t('assess.findingsEmpty')}>{t('assess.noFindings')}</Empty>}
    />
  );
}
