import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { Plan } from '../../../shared/model/plan.ts';
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
  const valueOf = (value: ChangeValue): string => {
    if (value === null) return '';
    if ('reasons' in value) return value.reasons.map((reason) => format.describe(reason)).join('; ');
    if ('entry' in value) return value.entry.map(([name, text]) => `${propertyName(name)}: ${text}`).join(', ');
    return isWord(value.text) ? t(`plan.propertyValues.${value.text}`) : value.text;
  };
  const side = (value: ChangeValue, look: string): ReactNode => (value === null ? null : <span className={cx('rounded-sm box-decoration-clone px-1', 'text' in value && !isWord(value.text) && 'font-mono text-xs', look)}>{valueOf(value)}</span>);
  const columns: Column<PlanChange>[] = [
    { id: 'where', header: t('plan.diffPath'), width: 'minmax(12rem, 1.2fr)', cell: placeOf },
    { id: 'what', header: t('plan.diffWhat'), width: 'minmax(6rem, 0.6fr)', cell: whatOf },
    { id: 'before', header: t('plan.diffBefore'), width: 'minmax(8rem, 1fr)', cell: (row) => side(row.before, 'bg-danger-soft text-danger-text') },
    { id: 'after', header: t('plan.diffAfter'), width: 'minmax(8rem, 1fr)', cell: (row) => side(row.after, 'bg-ok-soft text-ok-text') },
  ];
  return <DataTable label={t('plan.diffList')} columns={columns} rows={readChanges(changes)} rowKey={(_, index) => String(index)} minWidth={44} wrap className="max-h-[32rem] rounded-md border" empty={<p className="p-3 text-sm text-ink-soft">{t('plan.diffEmpty')}</p>} />;
}
