import { useTranslation } from 'react-i18next';
import { goInPlace } from '../../app/use-route.ts';
import { en } from '../../i18n/texts/audit.ts';
import { href } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { Field, Input, Select } from '../../ui/fields.tsx';

/** What the list is narrowed to; it stands in the address. `from` and `to` are days of the viewer's calendar, both included. */
export interface AuditFilter {
  readonly who?: string;
  readonly call?: string;
  readonly from?: string;
  readonly to?: string;
}

const names = ['who', 'call', 'from', 'to'] as const;
const groups = ['conversations', 'libraries', 'replicas', 'profile', 'audit', 'projects', 'plans', 'runs', 'verify', 'assess', 'connections', 'server', 'jobs', 'settings', 'sample'] as const;

export function filterOf(query: Readonly<Record<string, string>>): AuditFilter {
  return Object.fromEntries(names.flatMap((name) => (query[name] === undefined || query[name] === '' ? [] : [[name, query[name]]])));
}

/** Days as moments: from the first's beginning until the last's end, in the viewer's zone. */
export function momentsOf({ from, to, ...rest }: AuditFilter): AuditFilter {
  const day = (text: string, add: number): string | null => {
    const [year, month, date] = text.split('-').map(Number);
    const moment = new Date(year ?? Number.NaN, (month ?? 1) - 1, (date ?? 1) + add);
    return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
  };
  const begin = from === undefined ? null : day(from, 0);
  const end = to === undefined ? null : day(to, 1);
  return { ...rest, ...(begin === null ? {} : { from: begin }), ...(end === null ? {} : { to: end }) };
}

export function AuditFilters({ filter }: { filter: AuditFilter }) {
  const { t } = useTranslation();
  const set = (change: AuditFilter): void => goInPlace(href(['audit'], { ...filter, ...change }));
  return (
    <div role="search" aria-label={t('audit.filter')} className="flex flex-wrap items-end gap-3 px-5 py-3">
      <Field label={t('audit.who')} className="w-44">{(ids) => <Input {...ids} value={filter.who ?? ''} onChange={(event) => set({ who: event.target.value })} />}</Field>
      <Field label={t('audit.call')} className="w-64">
        {(ids) => (
          <Select {...ids} value={filter.call ?? ''} onChange={(event) => set({ call: event.target.value })}>
            <option value="">{t('audit.anyCall')}</option>
            {groups.map((group) => (
              <optgroup key={group} label={t(`audit.groups.${group}`)}>
                <option value={`${group}/`}>{t('audit.allOf', { group: t(`audit.groups.${group}`) })}</option>
                {namesOf(group).map((call) => <option key={call} value={call}>{t(`audit.calls.${call}`)}</option>)}
              </optgroup>
            ))}
          </Select>
        )}
      </Field>
      <Field label={t('audit.from')} className="w-40">{(ids) => <Input {...ids} type="date" value={filter.from ?? ''} onChange={(event) => set({ from: event.target.value })} />}</Field>
      <Field label={t('audit.to')} className="w-40">{(ids) => <Input {...ids} type="date" value={filter.to ?? ''} onChange={(event) => set({ to: event.target.value })} />}</Field>
      {Object.keys(filter).length === 0 ? null : <Button variant="ghost" onClick={() => goInPlace('#/audit')}>{t('audit.clear')}</Button>}
    </div>
  );
}

type Named = keyof (typeof en)['calls'];

function namesOf(group: string): Named[] {
  return Object.keys(en.calls).filter((call): call is Named => call.startsWith(`${group}/`));
}
