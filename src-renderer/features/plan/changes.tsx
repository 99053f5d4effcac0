import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { collisionChoices, identifierPolicies, ifExistsModes, type Plan } from '../../../shared/model/plan.ts';
import { repairChoices, repairProblems, type RepairChoice, type RepairProblem } from '../../../shared/model/repair.ts';
import { en } from '../../i18n/texts/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { cx } from '../../ui/cx.ts';
import { readChanges } from './plan-changes.ts';
import type { ChangeValue, PlanChange } from './plan-changes.ts';

type Part = keyof (typeof en)['parts'];
type Property = keyof (typeof en)['properties'];
type Word = keyof (typeof en)['propertyValues'];
const isPart = (name: string): name is Part => Object.hasOwn(en.parts, name);
const isProperty = (name: string): name is Property => Object.hasOwn(en.properties, name);
const isWord = (name: string): name is Word => Object.hasOwn(en.propertyValues, name);

/** Keys of the texts of each property that is a choice, by the property's name. */
const choices: Readonly<Record<string, readonly ChoiceKey[]>> = {
  choice: repairChoices.map((each) => `repairs.choices.${each}` as const),
  problem: repairProblems.map((each) => `repairs.problems.${each}` as const),
  ifExists: ifExistsModes.map((each) => `plan.ifExists.${each}` as const),
  identifiers: identifierPolicies.map((each) => `plan.identifiers.${each}` as const),
  collisions: collisionChoices.map((each) => `plan.collisions.${each}` as const),
};
type ChoiceKey = `repairs.choices.${RepairChoice}` | `repairs.problems.${RepairProblem}` | `plan.ifExists.${(typeof ifExistsModes)[number]}` | `plan.identifiers.${(typeof identifierPolicies)[number]}` | `plan.collisions.${(typeof collisionChoices)[number]}`;

/** What changed between two versions of a plan, place by place, in words. */
export function Changes({ plan, changes }: { plan: Plan; changes: CallOutput<'plans/diff'> }) {
  const { t } = useTranslation();
  const format = useFormat();
  const several = plan.sources.length > 1;
  const tables = new Map(plan.tables.map(({ source }) => [`${source.database}.${source.table}`, several ? `${source.database}/${source.table}` : source.table]));
  const propertyName = (path: string): string => {
    const name = path.replace(/^params\./, '');
    return isProperty(name) ? t(`plan.properties.${name}`) : path;
  };
  const placeOf = ({ where }: PlanChange): ReactNode =>
    where.filter(({ part }) => part !== 'why').map(({ part, key = '' }, index) => (
      <span key={index}>
        {index === 0 ? '' : ' · '}
        {part === 'overrides' ? t('plan.parts.overrides') : isPart(part) ? t(`plan.parts.${part}`) : part}
        {key === '' || part === 'overrides' ? null : <> <span className="font-mono text-xs">{part === 'tables' ? (tables.get(key) ?? key) : part === 'findings' || part === 'objects' ? key.replace(/^[\w. ]*plan\.[\w.-]+ ?/, '') : key}</span></>}
      </span>
    ));
  const whatOf = ({ where, what }: PlanChange): string => (what !== '' ? propertyName(what) : where.at(-1)?.part === 'why' ? t('plan.parts.why') : t('plan.wholeEntry'));
  /** A choice is told as where it is made; null: the value as it is. */
  const wordOf = (property: string, text: string): string | null => {
    if (isWord(text)) return t(`plan.propertyValues.${text}`);
    const choice = choices[property]?.find((each) => each.endsWith(`.${text}`));
    return choice === undefined ? null : t(choice);
  };
  const valueOf = (value: ChangeValue, property: string): string => {
    if (value === null) return '';
    if ('reasons' in value) return value.reasons.map((reason) => format.describe(reason)).join('; ');
    if ('entry' in value) return value.entry.map(([name, text]) => `${propertyName(name)}: ${wordOf(name, text) ?? text}`).join(', ');
    return wordOf(property, value.text) ?? value.text;
  };
  const side = (value: ChangeValue, property: string, look: string): ReactNode => (value === null ? null : <span className={cx('rounded-sm box-decoration-clone px-1', 'text' in value && wordOf(property, value.text) === null && 'font-mono text-xs', look)}>{valueOf(value, property)}</span>);
  const columns: Column<PlanChange>[] = [
    { id: 'where', header: t('plan.diffPath'), width: 'minmax(12rem, 1.2fr)', cell: placeOf },
    { id: 'what', header: t('plan.diffWhat'), width: 'minmax(6rem, 0.6fr)', cell: whatOf },
    { id: 'before', header: t('plan.diffBefore'), width: 'minmax(8rem, 1fr)', cell: (row) => side(row.before, row.what, 'bg-danger-soft text-danger-text') },
    { id: 'after', header: t('plan.diffAfter'), width: 'minmax(8rem, 1fr)', cell: (row) => side(row.after, row.what, 'bg-ok-soft text-ok-text') },
  ];
  return <DataTable label={t('plan.diffList')} columns={columns} rows={readChanges(changes)} rowKey={(_, index) => String(index)} minWidth={44} wrap className="max-h-[32rem] rounded-md border" empty={<p className="p-3 text-sm text-ink-soft">{t('plan.diffEmpty')}</p>} />;
}
