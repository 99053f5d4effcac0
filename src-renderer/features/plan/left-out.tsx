import { useTranslation } from 'react-i18next';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { draftFor } from '../../stores/drafts.ts';
import { Button } from '../../ui/button.tsx';
import { Checkbox } from '../../ui/fields.tsx';
import { useTableName } from '../../ui/source-table.tsx';
import { placeOf } from './place.ts';
import type { DraftHandle } from './use-draft.ts';

/** Tables that a decision leaves behind: the plan has them among its objects only, so that nothing of them is loaded or compared. */
export function leftOutOf(plan: Pick<Plan, 'objects'>): readonly PlanTable['source'][] {
  return plan.objects.flatMap(({ kind, database, name, reason }) => (kind === 'table' && reason?.code === 'plan.excluded.person' ? [{ database, table: name }] : []));
}

/** A table that was left behind: the way to take it in again. */
export function LeftOutTable({ plan, source, handle }: { plan: Plan; source: PlanTable['source']; handle: DraftHandle }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tableName = useTableName();
  const place = placeOf(plan, source);
  const decided = draftFor(handle.draft, place);
  const excluded = decided?.exclude ?? true;
  return (
    <div className="flex flex-col gap-4 p-4" data-testid="table-decision">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold break-words">{t('plan.tableDecision', { table: tableName(source.table) })}</h2>
        {decided ? <Button size="sm" variant="ghost" onClick={() => handle.withdraw(place)}>{t('plan.undo')}</Button> : null}
      </div>
      <p className="border-l-2 border-line pl-2 text-sm text-ink-soft">{format.describe({ code: 'plan.excluded.person' })}</p>
      <Checkbox label={t('plan.excludeTable')} hint={t('plan.leftOutHint')} checked={excluded} onChange={(event) => handle.decide({ ...place, exclude: event.target.checked })} />
    </div>
  );
}
