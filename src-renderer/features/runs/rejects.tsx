import { PackageX } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { mendedOf, type Reject, type Run } from '../../../shared/model/run.ts';
import { goInPlace } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall, useConsole, usePages } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Select } from '../../ui/fields.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';
import { RejectExport } from './reject-export.tsx';
import { RejectWays } from './reject-ways.tsx';

interface RejectsProps {
  readonly run: Run;
  /** A job works on the run: nothing can be decided meanwhile. */
  readonly busy: boolean;
  /** `database/table`, or empty for all. */
  readonly table: string;
  /** Those that were mended, in place of those that wait. */
  readonly mended: boolean;
  readonly selected: Reject | null;
  readonly onSelect: (reject: Reject) => void;
}

const keyOf = (row: Reject): string => row.id;

/** The rows that could not be represented, paged, each with key, column, code and reason; and what can be done about them. */
export function Rejects({ run, busy, table: asked, mended, selected, onSelect }: RejectsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { client } = useConsole();
  const several = run.sources.length > 1;
  const tables = (run.result?.tables ?? []).map(({ source, rows }) => ({ ...source, key: `${source.database}/${source.table}`, rejected: mended ? (rows.mended ?? 0) : rows.rejected }));
  const mendedRows = run.result === null ? 0 : mendedOf(run.result);
  const chosen = tables.find((each) => each.key === asked) ?? tables.find((each) => each.table === asked);
  const filter = { ...(chosen ? { database: chosen.database, table: chosen.table } : {}), ...(mended ? { mended } : {}) };
  const go = (table: string, which: boolean): void => goInPlace(href(['runs', run.id, 'rejects'], { ...(table === '' ? {} : { table }), ...(which ? { mended: 'yes' } : {}) }));
  const page = usePages(`${run.id} ${run.updatedAt} ${chosen?.key ?? ''} ${mended}`, (after) => client.call('runs/rejects', { id: run.id, ...filter, ...(after === undefined ? {} : { after }) }));
  const count = useCall('runs/rejects', { id: run.id, ...filter, limit: 1 });
  const total = count.data?.total ?? 0;
  const columns: Column<Reject>[] = [
    { id: 'table', header: t('common.table'), width: several ? 'minmax(9rem, 1.2fr)' : 'minmax(6rem, 0.8fr)', cell: (row) => <SourceTable database={row.source} table={row.table} several={several} /> },
    { id: 'key', header: t('runs.key'), width: 'minmax(6rem, 0.8fr)', mono: true, cell: (row) => <span title={row.key}>{row.key}</span> },
    { id: 'column', header: t('runs.column'), width: 'minmax(5rem, 0.6fr)', mono: true, cell: (row) => <span title={row.column}>{row.column}</span> },
    {
      id: 'reason',
      header: t('common.reason'),
      width: 'minmax(14rem, 2.4fr)',
      cell: (row) => {
        const told = format.retellReject(row.reason);
        return <span title={told ?? row.reason} {...(told === null ? { lang: 'en' } : {})}>{told ?? row.reason}</span>;
      },
    },
    { id: 'code', header: t('runs.code'), width: '10.5rem', mono: true, cell: (row) => <span className="text-ink-soft">{row.code}</span> },
  ];
  return (
    <>
      {total > 0 || run.next.includes('resume') ? <RejectWays run={run} busy={busy} /> : null}
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-5 py-2">
        <Select fit aria-label={t('runs.filterTable')} value={chosen?.key ?? ''} onChange={(event) => go(event.target.value, mended)}>
          <option value="">{t('runs.allTables')}</option>
          {tables.filter((each) => each.rejected > 0 || each === chosen).map((each) => <option key={each.key} value={each.key}>{several ? `${each.table} · ${each.database}` : each.table} ({format.number(each.rejected)})</option>)}
        </Select>
        {mendedRows === 0 && !mended ? null : (
          <Select fit aria-label={t('runs.filterMended')} value={mended ? 'mended' : 'waiting'} onChange={(event) => go(chosen?.key ?? '', event.target.value === 'mended')}>
            <option value="waiting">{t('runs.notMended')}</option>
            <option value="mended">{t('runs.mended')} ({format.number(mendedRows)})</option>
          </Select>
        )}
        {count.data ? <p className="tabular flex-1 text-sm text-ink-soft" data-testid="reject-total">{t(mended ? 'runs.mendedTotal' : 'runs.rejectsTotal', { amount: format.number(total) })}{run.result && total > 0 && !run.rehearsal ? <span className="block text-xs text-ink-faint">{t('runs.rejectsIn', { table: mended ? 'travessia.mended' : run.result.rejects.table })}</span> : null}</p> : null}
        {total > 0 && !mended ? <RejectExport run={run} /> : null}
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
          selected={selected === null ? null : keyOf(selected)}
          onSelect={onSelect}
          onEnd={page.next}
          minWidth={several ? 45 : 42}
          className="min-h-40 flex-1"
          empty={chosen || mended ? <Empty title={t('runs.rejectsNone')} /> : <Empty icon={<PackageX className="size-5" />} title={t('runs.rejectsEmpty')}>{t('runs.rejectsEmptyHint')}</Empty>}
        />
      )}
    </>
  );
}
