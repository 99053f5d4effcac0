import { PackageX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Reject, Run } from '../../../shared/model/run.ts';
import type { TypedValue } from '../../../shared/model/values.ts';
import { goInPlace } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall, useConsole, usePages } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { visible } from '../../ui/cell.tsx';
import { cx } from '../../ui/cx.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Select } from '../../ui/fields.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';

interface RejectsProps {
  readonly run: Run;
  readonly table: string;
  readonly selected: Reject | null;
  readonly onSelect: (reject: Reject) => void;
}

const keyOf = (row: Reject, index: number): string => `${index} ${row.source} ${row.table} ${row.key} ${row.column}`;

/** The rows that could not be represented, paged, each with key, column, code and reason. */
export function Rejects({ run, table, selected, onSelect }: RejectsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const filter = table === '' ? {} : { table };
  const page = usePages(`${run.id} ${run.updatedAt} ${table}`, (after) => client.call('runs/rejects', { id: run.id, ...filter, ...(after === undefined ? {} : { after }) }));
  const count = useCall('runs/rejects', { id: run.id, ...filter, limit: 1 });
  const tables = [...new Set((run.result?.tables ?? []).filter((each) => each.rows.rejected > 0).map((each) => each.source.table))];
  const index = selected ? page.rows.indexOf(selected) : -1;
  const columns: Column<Reject>[] = [
    { id: 'table', header: t('common.table'), width: 'minmax(7rem, 1fr)', cell: (row) => row.table },
    { id: 'key', header: t('runs.key'), width: 'minmax(7rem, 1fr)', mono: true, cell: (row) => <span title={row.key}>{row.key}</span> },
    { id: 'column', header: t('runs.column'), width: 'minmax(6rem, 0.8fr)', mono: true, cell: (row) => row.column },
    { id: 'code', header: t('runs.code'), width: '11rem', mono: true, cell: (row) => row.code },
    { id: 'reason', header: t('common.reason'), width: 'minmax(12rem, 2fr)', cell: (row) => <span title={row.reason}>{row.reason}</span> },
  ];
  return (
    <>
      <div className="flex items-center gap-3 px-5 py-2">
        <Select fit aria-label={t('runs.filterTable')} value={table} onChange={(event) => goInPlace(href(['runs', run.id, 'rejects'], { table: event.target.value }))}>
          <option value="">{t('runs.allTables')}</option>
          {[...new Set([...tables, ...(table === '' ? [] : [table])])].map((each) => <option key={each} value={each}>{each}</option>)}
        </Select>
        {count.data ? <p className="tabular text-sm text-ink-soft" data-testid="reject-total">{t('runs.rejectsTotal', { amount: format.number(count.data.total) })}{run.result && count.data.total > 0 ? <> · <span className="font-mono text-xs">{t('runs.rejectsIn', { table: run.result.rejects.table })}</span></> : null}</p> : null}
      </div>
      <div className="px-5"><ErrorBox error={page.error} /></div>
      {page.pending ? (
        <div className="p-5"><Skeleton lines={6} /></div>
      ) : (
        <DataTable
          label={t('runs.rejects')}
          columns={columns}
          rows={page.rows}
          rowKey={keyOf}
          selected={selected && index >= 0 ? keyOf(selected, index) : null}
          onSelect={onSelect}
          onEnd={page.next}
          minWidth={50}
          className="flex-1"
          empty={table === '' ? <Empty icon={<PackageX className="size-5" />} title={t('runs.rejectsEmpty')}>{t('runs.rejectsEmptyHint')}</Empty> : <Empty title={t('runs.rejectsNone')} />}
        />
      )}
    </>
  );
}

function valueText(value: TypedValue): string {
  if (value === null) return 'NULL';
  const [type, text] = value;
  if (type === 'text') return text === '' ? '∅' : visible(text);
  return type === 'blob' || type === 'text-hex' ? `x'${text}'` : text;
}

/** A rejected row whole, every value with its type, the column that stopped it marked. */
export function RejectDetails({ reject }: { reject: Reject | null }) {
  const { t } = useTranslation();
  if (!reject) return <p className="p-4 text-sm text-ink-soft">{t('runs.pickReject')}</p>;
  const typeName = (value: TypedValue): string => {
    if (value === null) return t('common.classes.null');
    return value[0] === 'text-hex' ? `${t('common.classes.text')}, ${t('runs.hexBytes')}` : t(`common.classes.${value[0]}`);
  };
  return (
    <div className="flex flex-col gap-3 p-4" data-testid="reject-details">
      <div>
        <h2 className="font-semibold break-words">{reject.table}</h2>
        <p className="font-mono text-xs break-words text-ink-soft">{reject.key}</p>
        <p className="mt-2 rounded-md bg-warn-soft px-2.5 py-1.5 text-sm">
          {reject.reason}
          <span className="mt-0.5 block font-mono text-2xs text-ink-soft">{t('common.errorCode')} {reject.code}</span>
        </p>
      </div>
      <h3 className="text-sm font-semibold">{t('runs.wholeRow')}</h3>
      <dl className="flex flex-col divide-y divide-line">
        {Object.entries(reject.row).map(([name, value]) => (
          <div key={name} className={cx('py-1.5', name === reject.column && '-mx-2 rounded-sm bg-warn-soft px-2')}>
            <dt className="flex items-baseline gap-2 text-xs"><span className="min-w-0 flex-1 font-medium break-words">{name}</span><span className="text-2xs text-ink-faint">{typeName(value)}</span></dt>
            <dd className={cx('max-h-40 overflow-auto font-mono text-xs break-all whitespace-pre-wrap', value === null && 'text-ink-faint')}>{valueText(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
