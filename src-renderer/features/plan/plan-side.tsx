import { useTranslation } from 'react-i18next';
import type { Assessment } from '../../../shared/model/assessment.ts';
import type { Plan, PlanColumn, PlanTable } from '../../../shared/model/plan.ts';
import { Code } from '../../ui/code.tsx';
import { Segmented } from '../../ui/fields.tsx';
import { Skeleton } from '../../ui/states.tsx';
import { ColumnDecision } from './column-decision.tsx';
import { TableDecision } from './table-decision.tsx';
import type { DraftHandle } from './use-draft.ts';

interface PlanSideProps {
  readonly plan: Plan;
  readonly table: PlanTable;
  readonly column: PlanColumn | undefined;
  readonly assessments: readonly Assessment[];
  readonly handle: DraftHandle;
  readonly sql: string | undefined;
  readonly side: 'decision' | 'sql';
  readonly onSide: (side: 'decision' | 'sql') => void;
}

/** Beside the columns: the decision on the chosen one, or the plan's SQL at the chosen table. */
export function PlanSide({ plan, table, column, assessments, handle, sql, side, onSide }: PlanSideProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="sticky top-0 z-10 border-b bg-surface px-4 py-2">
        <Segmented hideLabel label={t('plan.side')} value={side} onChange={onSide} options={[{ value: 'decision', label: t('plan.decision') }, { value: 'sql', label: t('plan.sqlBeside') }]} />
      </div>
      {side === 'sql' ? (
        <div className="min-h-0 flex-1">{sql === undefined ? <Skeleton /> : <Code text={sql} label={t('plan.sql')} find={createdAs(sql, table)} wrap />}</div>
      ) : column ? (
        <ColumnDecision plan={plan} key={`${table.source.database} ${table.source.table} ${column.source} ${plan.version}`} table={table} column={column} assessments={assessments} handle={handle} />
      ) : (
        <TableDecision made={assessments.length > 0 && !assessments.some(({ database, tables }) => database === table.source.database && tables.some(({ name }) => name === table.source.table))} key={`${table.source.database} ${table.source.table} ${plan.version}`} plan={plan} table={table} handle={handle} />
      )}
    </>
  );
}

/** Where the script creates a table, however the name had to be written. */
function createdAs(sql: string, { target }: PlanTable): string | undefined {
  const names = [`"${target.table}"`, target.table];
  for (const name of names) {
    const found = new RegExp(`CREATE (?:UNLOGGED )?TABLE[^(;]*${name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')} ?\\(`).exec(sql);
    if (found) return found[0];
  }
  return undefined;
}
