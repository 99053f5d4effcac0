import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { sumBig } from '../../stores/compare.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Draft } from '../../stores/drafts.ts';
import { Badge, Mark } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Input } from '../../ui/fields.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Empty } from '../../ui/states.tsx';
import { leftOutOf } from './left-out.tsx';
import { decidedOf, placeOf, wayOf } from './place.ts';
import { isUnmeasured, profileOf } from './use-assessments.ts';

/** Names a table of a plan in an address: two sources may hold tables of one name. */
export function keyOfTable({ source }: Pick<PlanTable, 'source'>): string {
  return `${source.database}/${source.table}`;
}

/** A table that crosses, or one that was left behind. */
interface TableRow {
  readonly source: PlanTable['source'];
  readonly table?: PlanTable;
}

interface TablesViewProps {
  readonly plan: Plan;
  readonly assessments: readonly Assessment[];
  readonly table: PlanTable | undefined;
  /** Chosen in place of a table that crosses. */
  readonly leftOut: PlanTable['source'] | undefined;
  readonly column: string | null;
  readonly draft: Draft;
  readonly onChange: (change: { table: string; column?: string }) => void;
}

/** Tables on the left, the chosen one's columns beside them. */
export function TablesView({ plan, assessments, table, leftOut, column, draft, onChange }: TablesViewProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [filter, setFilter] = useState('');
  const several = plan.sources.length > 1;
  const rows: readonly TableRow[] = [...plan.tables.map((each) => ({ source: each.source, table: each })), ...leftOutOf(plan).map((source) => ({ source }))];
  const shown = rows.filter((each) => keyOfTable(each).toLowerCase().includes(filter.toLowerCase()));
  // As wide as the longest number and the heading need, so that the names have the rest.
  const digits = Math.max(...plan.tables.map((each) => format.big(each.rows).length), 0);
  const tableColumns: Column<TableRow>[] = [
    {
      id: 'name',
      header: t('common.table'),
      width: 'minmax(6rem, 1fr)',
      cell: ({ source, table: planned }) => {
        const crosses = planned?.include === true;
        const rejects = sumBig((planned?.columns ?? []).filter((each) => each.include).map((each) => each.misfits));
        return (
          <span className="flex items-center gap-1.5" title={crosses ? keyOfTable({ source }) : format.describe(planned?.excluded ?? { code: 'plan.excluded.person' })}>
            <span className={`truncate ${crosses ? '' : 'text-ink-faint line-through'}`}><SourceTable {...source} several={several} /></span>
            {rejects === '0' || !crosses ? null : <Badge tone="warn" title={t('plan.misfitsHint')}>{format.big(rejects)}</Badge>}
            {draft.some((each) => each.table === source.table && (each.database ?? source.database) === source.database) ? <Mark title={t('plan.pending')} /> : null}
          </span>
        );
      },
    },
    { id: 'rows', header: t('common.rows'), width: `${Math.max(4, 1.5 + digits * 0.45)}rem`, align: 'end', cell: ({ table: planned }) => (planned ? <span className="text-xs text-ink-soft">{format.big(planned.rows)}</span> : null) },
  ];
  return (
    <div className="flex min-h-0 flex-1 max-[36rem]:flex-col">
      <div className="flex w-[13.5rem] shrink-0 flex-col border-r 2xl:w-[20rem] max-[36rem]:w-auto max-[36rem]:border-r-0 max-[36rem]:border-b">
        <div className="p-2">
          <Input type="search" aria-label={t('plan.filterTables')} placeholder={t('plan.filterTables')} value={filter} onChange={(event) => setFilter(event.target.value)} />
        </div>
        <DataTable
          label={t('plan.tableList')}
          columns={tableColumns}
          rows={shown}
          rowKey={keyOfTable}
          selected={leftOut ? keyOfTable({ source: leftOut }) : table ? keyOfTable(table) : null}
          onSelect={(row) => onChange({ table: keyOfTable(row) })}
          className="flex-1"
          empty={<Empty title={t('plan.noTables')} />}
        />
      </div>
      {leftOut ? <Empty title={t('plan.leftOutTable')} /> : table ? <ColumnsTable plan={plan} assessments={assessments} table={table} column={column} draft={draft} onSelect={(source) => onChange({ table: keyOfTable(table), column: source })} /> : <Empty title={t('plan.pickTable')} />}
    </div>
  );
}

interface ColumnsTableProps {
  readonly plan: Plan;
  readonly assessments: readonly Assessment[];
  readonly table: PlanTable;
  readonly column: string | null;
  readonly draft: Draft;
  readonly onSelect: (column: string) => void;
}

function ColumnsTable({ plan, assessments, table, column, draft, onSelect }: ColumnsTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const decisionOf = (row: PlanColumn) => decidedOf(draft, placeOf(plan, table.source, row.source));
  const crosses = (row: PlanColumn): boolean => !(decisionOf(row).exclude ?? !row.include);
  const marked = (row: PlanColumn, changed: boolean, text: string) => <span className={changed ? 'font-semibold text-accent-text' : ''} title={text}>{text}</span>;
  const rulesOf = (row: PlanColumn): { readonly text: string; readonly tone?: 'accent' | 'info' }[] => {
    const isKey = table.primaryKey?.columns.includes(row.target) === true;
    return [
      ...(Object.keys(decisionOf(row)).length > 0 ? [{ text: t('plan.pending'), tone: 'accent' as const }] : row.decidedBy === 'person' ? [{ text: t('plan.byPerson'), tone: 'accent' as const }] : []),
      ...(isKey ? [{ text: t('plan.primaryKey'), tone: 'info' as const }] : []),
      ...(row.identity ? [{ text: t('plan.identity') }] : []),
      ...(!row.nullable && !isKey ? [{ text: t('plan.notNull') }] : []),
      ...[...new Set(table.foreignKeys.filter((key) => key.columns.includes(row.target)).map((key) => key.references.table))].map((name) => ({ text: t('plan.fk', { table: name }) })),
    ];
  };
  const columns: Column<PlanColumn>[] = [
    {
      id: 'source',
      header: t('plan.column'),
      width: 'minmax(6.75rem, 1.5fr)',
      cell: (row) => (
        <>
          <span className={crosses(row) ? 'font-medium' : 'text-ink-faint line-through'}>{row.source}</span>
          {' '}
          <span className="ml-1 font-mono text-xs text-ink-faint" title={t('plan.declared')}>{row.declared}</span>
        </>
      ),
    },
    {
      id: 'target',
      header: t('plan.targetName'),
      width: 'minmax(5rem, 1fr)',
      cell: (row) => {
        const decided = decisionOf(row).targetName;
        return crosses(row) ? marked(row, decided !== undefined, decided ?? row.target) : <Badge>{t('plan.confirmExclude')}</Badge>;
      },
    },
    {
      id: 'type',
      header: t('plan.targetType'),
      width: 'minmax(8.75rem, 1.1fr)',
      mono: true,
      cell: (row) => {
        if (!crosses(row)) return null;
        const { type, cast } = wayOf(row, decisionOf(row), profileOf(assessments, table.source.database, table.source.table, row.source));
        return marked(row, type !== row.type || cast !== row.cast, `${type}${cast === undefined ? '' : ` · ${cast}`}`);
      },
    },
    {
      id: 'rules',
      header: t('plan.rules'),
      width: 'minmax(7rem, 1fr)',
      cell: (row) => (
        // Where they take more room than there is, the pointer tells them all.
        <span className="flex gap-1 overflow-hidden" title={rulesOf(row).map(({ text }) => text).join(' · ')}>
          {rulesOf(row).map(({ text, tone }) => <Badge key={text} {...(tone === undefined ? {} : { tone })}>{text}</Badge>)}
        </span>
      ),
    },
    {
      id: 'misfits',
      header: t('plan.misfits'),
      width: '5rem',
      align: 'end',
      cell: (row) => (isUnmeasured(row) ? <span className="text-ink-soft" title={t('plan.unmeasured')}><span aria-hidden>?</span><span className="sr-only">{t('plan.unmeasured')}</span></span> : row.misfits === '0' ? <span className="text-ink-faint">0</span> : <span className="font-medium text-warn-text" title={t('plan.misfitsHint')}>{format.big(row.misfits)}</span>),
    },
  ];
  return (
    <DataTable
      label={t('plan.columnList', { table: table.source.table })}
      columns={columns}
      rows={table.columns}
      rowKey={(row) => row.source}
      selected={column}
      onSelect={(row) => onSelect(row.source)}
      minWidth={32.5}
      className="min-w-0 flex-1"
    />
  );
}
