import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Plan } from '../../../shared/model/plan.ts';
import { changesRows, repairChoices, type PlanRepair, type RepairChoice, type RepairRule } from '../../../shared/model/repair.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Badge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Checkbox, Field, Select } from '../../ui/fields.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Empty, ErrorBox } from '../../ui/states.tsx';

export function keyOfRepair({ database, id }: PlanRepair): string {
  return `${database} ${id}`;
}

/** Every key that rows break, with what is done about them. */
export function RepairsTable({ repairs, several, selected, onSelect }: { repairs: readonly PlanRepair[]; several: boolean; selected: string | null; onSelect: (key: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const columns: Column<PlanRepair>[] = [
    { id: 'table', header: t('common.table'), width: 'minmax(6.5rem, 1fr)', mono: true, cell: (repair) => <SourceTable database={repair.database} table={repair.table} several={several} /> },
    { id: 'key', header: t('repairs.key'), width: 'minmax(7rem, 1.3fr)', mono: true, cell: (repair) => <span title={`${repair.object} (${repair.columns.join(', ')})`}>{repair.object}</span> },
    { id: 'problem', header: t('repairs.problem'), width: '10rem', cell: (repair) => t(`repairs.problems.${repair.problem}`) },
    { id: 'rows', header: t('repairs.rows'), width: '4rem', align: 'end', cell: (repair) => format.big(repair.count) },
    { id: 'choice', header: t('repairs.choice'), width: 'minmax(12rem, 1.2fr)', cell: (repair) => <Badge tone={changesRows(repair.choice) ? 'ok' : 'warn'}>{t(`repairs.choices.${repair.choice}`)}</Badge> },
  ];
  return (
    <>
      <p className="px-5 py-2 text-sm text-ink-soft">{t('repairs.hint')}</p>
      <DataTable label={t('repairs.title')} columns={columns} rows={repairs} rowKey={keyOfRepair} selected={selected} onSelect={(repair) => onSelect(keyOfRepair(repair))} minWidth={39.5} className="flex-1" empty={<Empty title={t('repairs.none')} />} />
    </>
  );
}

/** The rules of a plan with one more; what it says anew is not said twice. */
function withRule(rules: readonly RepairRule[], repair: PlanRepair, choice: RepairChoice, all: boolean): RepairRule[] {
  const { problem, database, table, object } = repair;
  if (all) return [...rules.filter((rule) => rule.problem !== problem), ...(choice === 'keep' ? [] : [{ problem, choice }])];
  const same = (rule: RepairRule): boolean => rule.problem === problem && rule.database === database && rule.table === table && rule.object === object;
  const others = rules.filter((rule) => !same(rule));
  // Kept is what happens without a rule; one is needed only against a rule for all.
  return choice === 'keep' && !others.some((rule) => rule.problem === problem && rule.object === undefined) ? others : [...others, { problem, database, table, object, choice }];
}

/** The choice for one key: what it means, its SQL, and the button that tries it and saves it as the next version. */
export function RepairDetails({ plan, repair, next, onSaved }: { plan: Plan; repair: PlanRepair | undefined; next: number; onSaved: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const save = useAction('plans/override');
  const [chosen, setChosen] = useState<RepairChoice | null>(null);
  const [all, setAll] = useState(false);
  if (!repair) return <p className="p-4 text-sm text-ink-soft">{t('repairs.pick')}</p>;
  const choice = chosen ?? repair.choice;
  const statements = repair.offers.find((each) => each.choice === choice)?.sql ?? [];
  const refused = repair.refused.filter((each) => repair.problem === 'orphan' || each.choice === 'null-out');
  const submit = async (): Promise<void> => {
    if (await save.run({ id: plan.id, options: { repairs: withRule(plan.options.repairs ?? [], repair, choice, all) } })) onSaved();
  };
  return (
    <div className="flex min-h-0 flex-1 flex-col" data-testid="repair-details">
      <div className="flex flex-col gap-3 p-4">
        <div>
          <h2 className="font-semibold break-words">{repair.object}</h2>
          <p className="text-sm text-ink-soft break-words">
            {`${plan.sources.length > 1 ? `${repair.database}: ` : ''}${repair.table} (${repair.columns.join(', ')})${repair.parent ? ` → ${repair.parent.table} (${repair.parent.columns.join(', ')})` : ''}: ${t(`repairs.problems.${repair.problem}`)} · ${t('repairs.rowsOf', { rows: format.big(repair.count) })}`}
          </p>
        </div>
        <Field label={t('repairs.choice')}>
          {(ids) => (
            <Select {...ids} value={choice} onChange={(event) => setChosen(repairChoices.find((each) => each === event.target.value) ?? null)}>
              {repair.offers.map((each) => <option key={each.choice} value={each.choice}>{t(`repairs.choices.${each.choice}`)}</option>)}
            </Select>
          )}
        </Field>
        <p className="text-sm" data-testid="repair-effect">{t(choice === 'keep' ? `repairs.effects.${repair.problem}` : choice === 'drop' ? 'repairs.effects.dropped' : 'repairs.effects.sound')} {t(`repairs.ways.${choice}`)}</p>
        {repair.outcome && choice === repair.choice ? (
          <p className="text-sm text-ink-soft">{`${t('repairs.did')}: ${t('repairs.outcome', { quarantined: format.number(repair.outcome.quarantined), nulled: format.number(repair.outcome.nulled), created: format.number(repair.outcome.created) })}`}</p>
        ) : null}
        {refused.length > 0 ? (
          <div className="text-xs text-ink-faint">
            <span className="font-medium">{t('repairs.notPossible')}</span>
            <ul>{refused.map((each) => <li key={each.choice}>{`${t(`repairs.choices.${each.choice}`)}: ${format.describe(each)}`}</li>)}</ul>
          </div>
        ) : null}
        <Checkbox label={t('repairs.all')} checked={all} onChange={(event) => setAll(event.target.checked)} />
        <ErrorBox error={save.error} />
        <div><Button variant="primary" size="sm" disabled={choice === repair.choice && !all} busy={save.pending} onClick={() => void submit()}>{t('repairs.save', { version: format.number(next) })}</Button></div>
        {statements.length === 0 ? null : <h3 className="text-xs font-medium text-ink-faint">{t('repairs.sql')}</h3>}
      </div>
      {statements.length === 0 ? null : <div className="min-h-40 flex-1 border-t"><Code text={statements.map((sql) => `${sql};`).join('\n\n')} label={t('repairs.sql')} dialect="sqlite" wrap /></div>}
    </div>
  );
}
