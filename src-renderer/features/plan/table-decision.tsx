import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan, PlanTable } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { draftFor } from '../../stores/drafts.ts';
import { Badge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Checkbox, Field, Input } from '../../ui/fields.tsx';
import { Facts, Section } from '../../ui/layout.tsx';
import { useTableName } from '../../ui/source-table.tsx';
import { placeOf } from './place.ts';
import { RowFilter } from './row-filter.tsx';
import type { DraftHandle } from './use-draft.ts';

/** True where a person asked for the table itself, though the plan fills the target's own. */
function isCreated({ options }: Plan, { source }: PlanTable): boolean {
  const said = options.overrides.filter((each) => each.table === source.table && each.column === undefined && each.create !== undefined && (each.database ?? source.database) === source.database);
  return said.at(-1)?.create ?? false;
}

/** `made`: the table comes of others, by a template or by merging. A table as a whole: its name, whether it crosses, its keys and indexes as the plan has them. */
export function TableDecision({ plan, table, made, handle }: { plan: Plan; table: PlanTable; made: boolean; handle: DraftHandle }) {
  const { t } = useTranslation();
  const format = useFormat();
  const tableName = useTableName();
  const place = placeOf(plan, table.source);
  const decided = draftFor(handle.draft, place);
  const excluded = decided?.exclude ?? !table.include;
  const isNameless = decided?.targetName?.trim() === '';
  const list = (items: readonly { name: string; text: ReactNode }[]) => (
    <ul className="flex flex-col gap-1.5">
      {items.map((item) => (
        <li key={item.name} className="text-sm">
          <span className="block text-xs text-ink-faint break-words">{item.name}</span>
          <span className="block font-mono text-xs break-words">{item.text}</span>
        </li>
      ))}
    </ul>
  );
  return (
    <div className="flex flex-col gap-4 p-4" data-testid="table-decision">
      <div className="flex items-start gap-2">
        <h2 className="min-w-0 flex-1 font-semibold break-words">{t('plan.tableDecision', { table: tableName(table.source.table) })}</h2>
        {decided ? <Button size="sm" variant="ghost" onClick={() => handle.withdraw(place)}>{t('plan.undo')}</Button> : null}
      </div>
      <Facts columns={1} facts={[[t('plan.targetSchema'), <span key="schema" className="font-mono text-xs">{table.target.schema}</span>], [t('common.rows'), t('plan.rowsAndColumns', { rows: format.big(table.rows), columns: format.number(table.columns.length) })]]} />
      {table.excluded ? <p className="border-l-2 border-line pl-2 text-sm text-ink-soft">{format.describe(table.excluded)}</p> : null}
      <Field label={t('plan.tableTarget')} problem={isNameless ? t('plan.nameNeeded') : undefined}>
        {(ids) => <Input {...ids} mono disabled={excluded} value={decided?.targetName ?? table.target.table} onChange={(event) => handle.decide({ ...place, targetName: event.target.value })} />}
      </Field>
      <Checkbox label={t('plan.excludeTable')} checked={excluded} onChange={(event) => handle.decide({ ...place, exclude: event.target.checked, ...(isNameless ? { targetName: undefined } : {}) })} />
      {made ? <p className="text-sm text-ink-soft">{t('plan.madeTable')}</p> : <RowFilter plan={plan} table={table} handle={handle} disabled={excluded} />}
      {plan.options.adopt || plan.options.ifExists === 'upsert' ? <Checkbox label={t('plan.createTable')} hint={t('plan.createTableHint')} disabled={excluded} checked={decided?.create ?? isCreated(plan, table)} onChange={(event) => handle.decide({ ...place, create: event.target.checked })} /> : null}
      <p className="text-xs text-ink-faint">{t('plan.pick')}</p>
      {table.primaryKey ? <Section title={t('plan.keyLabel')}>{list([{ name: table.primaryKey.name, text: table.primaryKey.columns.join(', ') }])}</Section> : null}
      {table.uniques.length > 0 ? <Section title={t('plan.uniques')}>{list(table.uniques.map((key) => ({ name: key.name, text: key.columns.join(', ') })))}</Section> : null}
      {table.foreignKeys.length > 0 ? (
        <Section title={t('plan.foreignKeys')}>
          {list(
            table.foreignKeys.map((key) => ({
              name: key.name,
              text: <>{`${key.columns.join(', ')} → ${key.references.table} (${key.references.columns.join(', ')})`} {key.validate ? null : <Badge tone="warn">{t('plan.notValid')}</Badge>}</>,
            })),
          )}
        </Section>
      ) : null}
      {table.checks.length > 0 ? <Section title={t('plan.checks')}>{list(table.checks.map((check) => ({ name: check.name, text: check.expression })))}</Section> : null}
      {table.indexes.length > 0 ? <Section title={t('plan.indexes')}>{list(table.indexes.map((index) => ({ name: index.name, text: `${index.unique ? 'UNIQUE ' : ''}(${index.terms.join(', ')})${index.where === undefined ? '' : ` WHERE ${index.where}`}` })))}</Section> : null}
    </div>
  );
}
