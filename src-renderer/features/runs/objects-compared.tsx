import { useTranslation } from 'react-i18next';
import type { Verification } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';

type ObjectVerification = Verification['objects'][number];

/** Keys, indexes, sequences and views as the verification found them; what differs comes first. */
export function ObjectsCompared({ objects }: { objects: readonly ObjectVerification[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (objects.length === 0) return null;
  const columns: Column<ObjectVerification>[] = [
    { id: 'kind', header: t('runs.kind'), width: '9rem', cell: (row) => format.objectKind(row.kind), compare: (a, b) => a.kind.localeCompare(b.kind) },
    { id: 'name', header: t('runs.name'), width: 'minmax(10rem, 1.2fr)', mono: true, cell: (row) => <span title={row.name}>{row.name}</span> },
    { id: 'ok', header: t('common.state'), width: '8.5rem', cell: (row) => <Badge tone={row.ok ? 'ok' : 'danger'}>{row.ok ? t('runs.objectOk') : t('runs.objectBad')}</Badge> },
    { id: 'detail', header: t('runs.detail'), width: 'minmax(10rem, 1.6fr)', cell: (row) => { const told = format.retellDetail(row.detail ?? ''); return <span {...(told === null ? { lang: 'en' } : {})}>{told ?? row.detail}</span>; } },
  ];
  return (
    <div className="flex min-h-[40%] flex-1 basis-0 flex-col border-t compact:min-h-0 compact:basis-auto">
      <h2 className="px-5 pt-2 text-sm font-semibold">{t('runs.objectsCompared')}</h2>
      <DataTable label={t('runs.objectsCompared')} columns={columns} rows={objects.toSorted((a, b) => Number(a.ok) - Number(b.ok))} rowKey={(row, index) => `${index} ${row.kind} ${row.name}`} minWidth={38} wrap className="min-h-0 flex-1" />
    </div>
  );
}
