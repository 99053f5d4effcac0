import { useTranslation } from 'react-i18next';
import type { PlanObject } from '../../../shared/model/plan.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Badge } from '../../ui/badges.tsx';
import { Code } from '../../ui/code.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Segmented } from '../../ui/fields.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Empty } from '../../ui/states.tsx';

const tones = { created: 'ok', translated: 'info', listed: 'warn' } as const;
const outcomes = ['created', 'translated', 'listed'] as const;

interface ObjectsTableProps {
  readonly objects: readonly PlanObject[];
  /** The plan has several sources. */
  readonly several: boolean;
  /** Position in the plan's list. */
  readonly selected: string | null;
  readonly outcome: string;
  readonly onChange: (change: { object?: string; outcome?: string }) => void;
}

/** A column's objects are called table.column; the table stands in a column of its own. */
function withoutTable({ name, table }: PlanObject): string {
  return table !== undefined && name.startsWith(`${table}.`) ? name.slice(table.length + 1) : name;
}

/** Every object of the source with what becomes of it; nothing disappears quietly. */
export function ObjectsTable({ objects, several, selected, outcome, onChange }: ObjectsTableProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows = objects.map((object, index) => ({ object, key: String(index) })).filter(({ object }) => outcome === '' || object.outcome === outcome);
  const columns: Column<(typeof rows)[number]>[] = [
    { id: 'kind', header: t('plan.objectKind'), width: '8.5rem', cell: ({ object }) => format.objectKind(object.kind), compare: (a, b) => a.object.kind.localeCompare(b.object.kind) },
    { id: 'name', header: t('plan.objectName'), width: 'minmax(8rem, 1.3fr)', mono: true, cell: ({ object }) => <span title={object.name}>{withoutTable(object)}</span>, compare: (a, b) => withoutTable(a.object).localeCompare(withoutTable(b.object)) },
    { id: 'table', header: t('common.table'), width: 'minmax(6rem, 0.8fr)', mono: true, cell: ({ object }) => (several ? <SourceTable database={object.database} table={object.table ?? ''} several /> : <span title={object.table}>{object.table ?? ''}</span>) },
    { id: 'outcome', header: t('plan.outcome'), width: '7rem', cell: ({ object }) => <Badge tone={tones[object.outcome]}>{t(`plan.outcomes.${object.outcome}`)}</Badge>, compare: (a, b) => a.object.outcome.localeCompare(b.object.outcome) },
    {
      id: 'reason',
      header: t('plan.reason'),
      width: 'minmax(9rem, 2fr)',
      cell: ({ object }) => {
        const text = object.reason ? format.describe(object.reason) : '';
        return <span title={text}>{text}</span>;
      },
    },
  ];
  return (
    <>
      <div className="px-5 py-2">
        <Segmented
          hideLabel
          label={t('plan.objectFilter')}
          value={outcome}
          onChange={(value) => onChange({ outcome: value })}
          options={[{ value: '', label: t('common.all') }, ...outcomes.map((each) => ({ value: each, label: `${t(`plan.outcomes.${each}`)} ${format.number(objects.filter((object) => object.outcome === each).length)}` }))]}
        />
      </div>
      <DataTable label={t('plan.objects')} columns={columns} rows={rows} rowKey={(row) => row.key} selected={selected} onSelect={(row) => onChange({ object: row.key })} minWidth={38.5} className="flex-1" empty={<Empty title={t('common.none')} />} />
    </>
  );
}

export function ObjectDetails({ object }: { object: PlanObject | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (!object) return <p className="p-4 text-sm text-ink-soft">{t('plan.pickObject')}</p>;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-1.5 p-4">
        <h2 className="font-semibold break-words">{object.name}</h2>
        <p className="flex items-center gap-2 text-sm text-ink-soft">{format.objectKind(object.kind)} <Badge tone={tones[object.outcome]}>{t(`plan.outcomes.${object.outcome}`)}</Badge></p>
        {object.reason ? <p className="text-sm">{format.describe(object.reason)}</p> : null}
        <h3 className="mt-2 text-xs font-medium text-ink-faint">{t('plan.sourceText')}</h3>
        {object.source === undefined ? <p className="text-sm text-ink-soft">{t('plan.noSourceText')}</p> : null}
      </div>
      {object.source === undefined ? null : <div className="min-h-0 flex-1 border-t"><Code text={object.source} label={t('plan.sourceText')} dialect="sqlite" wrap /></div>}
    </div>
  );
}
