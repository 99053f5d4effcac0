import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import type { Cell } from '../../../shared/model/values.ts';
import { goInPlace } from '../../app/use-route.ts';
import { useConsole, usePages } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { CellText } from '../../ui/cell.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Select } from '../../ui/fields.tsx';
import { Empty, ErrorBox, Skeleton } from '../../ui/states.tsx';

/** Rows of a table as they stand in the target: read-only, paged, cells cut and never counted. */
export function BrowseRows({ run, table: asked }: { run: Run; table: string }) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const tables = run.result?.tables ?? [];
  const name = (each: (typeof tables)[number]): string => `${each.target.schema}.${each.target.table}`;
  const table = asked === '' ? (tables[0] ? name(tables[0]) : '') : asked;
  const [headers, setHeaders] = useState<readonly string[]>([]);
  const page = usePages(`${run.id} ${table}`, async (after) => {
    if (table === '') return { rows: [], next: null };
    const answer = await client.call('browse/rows', { runId: run.id, table, ...(after === undefined ? {} : { after }) });
    setHeaders(answer.columns);
    return answer;
  });
  const columns = useMemo<Column<readonly Cell[]>[]>(
    () => headers.map((header, index) => ({ id: `${index} ${header}`, header, width: 'minmax(8rem, 1fr)', cell: (row) => <CellText cell={row[index]} /> })),
    [headers],
  );
  return (
    <>
      <div className="flex items-center gap-3 px-5 py-2">
        <Select fit className="font-mono" aria-label={t('runs.browseTable')} value={table} onChange={(event) => goInPlace(href(['runs', run.id, 'rows'], { table: event.target.value }))}>
          {tables.map((each) => <option key={name(each)} value={name(each)}>{name(each)}</option>)}
        </Select>
        <p className="text-sm text-ink-soft">{t('runs.browseHint')}</p>
      </div>
      <div className="px-5"><ErrorBox error={page.error} /></div>
      {page.pending ? (
        <div className="p-5"><Skeleton lines={8} /></div>
      ) : (
        <DataTable label={table} columns={columns} rows={page.rows} rowKey={(_, index) => String(index)} onEnd={page.next} minWidth={columns.length * 9} className="flex-1" empty={<Empty title={t('runs.browseEmpty')} />} />
      )}
    </>
  );
}
