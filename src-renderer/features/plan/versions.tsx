import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { Plan } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall } from '../../stores/hooks.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Field, Select } from '../../ui/fields.tsx';
import { Section } from '../../ui/layout.tsx';
import { ErrorBox, Skeleton } from '../../ui/states.tsx';
import { Changes } from './changes.tsx';

type Version = CallOutput<'plans/versions'>[number];

/** Versions the core notes by a code; other notes are a person's own words. */
const notes = ['created', 'decided', 'imported', 'moved', 'taken-over'] as const;

/** The versions of a plan, and what changed between two of them. */
export function Versions({ plan, versions }: { plan: Plan; versions: readonly Version[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const newest = Math.max(1, ...versions.map((each) => each.version));
  const [chosen, setChosen] = useState<{ from: number; to: number } | null>(null);
  const { from, to } = chosen ?? { from: Math.max(1, newest - 1), to: newest };
  const diff = useCall('plans/diff', versions.length > 1 && from !== to ? { id: plan.id, from, to } : null);
  const noteOf = (note: string): string => {
    const known = notes.find((each) => note === `plan.note.${each}`);
    return known ? t(`plan.notes.${known}`) : note;
  };
  const columns: Column<Version>[] = [
    { id: 'version', header: t('plan.versionNumber'), width: '6rem', cell: (row) => format.number(row.version) },
    { id: 'created', header: t('plan.createdAt'), width: '13rem', cell: (row) => format.dateTime(row.createdAt) },
    { id: 'note', header: t('plan.note'), width: 'minmax(10rem, 1fr)', cell: (row) => { const text = noteOf(row.note); return <span title={text}>{text}</span>; } },
  ];
  const picker = (label: string, value: number, onChange: (version: number) => void) => (
    <Field label={label} className="w-40">
      {(ids) => (
        <Select {...ids} value={value} onChange={(event) => onChange(Number(event.target.value))}>
          {versions.map((each) => <option key={each.version} value={each.version}>{t('plan.version', { version: each.version })}</option>)}
        </Select>
      )}
    </Field>
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-5 py-4">
      <Section title={t('plan.versionList')}>
        <DataTable label={t('plan.versionList')} columns={columns} rows={versions.toSorted((a, b) => b.version - a.version)} rowKey={(row) => String(row.version)} className="max-h-56 rounded-md border" />
      </Section>
      {versions.length < 2 ? (
        <p className="text-sm text-ink-soft">{t('plan.oneVersion')}</p>
      ) : (
        <Section title={t('plan.diffList')}>
          <div className="flex gap-3">
            {picker(t('plan.compareFrom'), from, (version) => setChosen({ from: version, to }))}
            {picker(t('plan.compareTo'), to, (version) => setChosen({ from, to: version }))}
          </div>
          <ErrorBox error={diff.error} />
          {diff.pending ? <Skeleton /> : <Changes plan={plan} changes={diff.data ?? []} />}
        </Section>
      )}
    </div>
  );
}
