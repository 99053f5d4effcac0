import { useState } from 'react';
import { CircleAlert, CircleCheck, Scale } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Difference, Run, TableVerification, Verification } from '../../../shared/model/run.ts';
import { goInPlace } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall, useConsole, usePages } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Checkbox } from '../../ui/fields.tsx';
import { cx } from '../../ui/cx.ts';
import { CellDifference, DifferenceName } from '../../ui/difference.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Empty, ErrorBox, Note, Skeleton } from '../../ui/states.tsx';
import { ObjectsCompared } from './objects-compared.tsx';

interface ComparisonProps {
  readonly run: Run;
  readonly table: string | null;
  readonly selected: Difference | null;
  readonly onSelect: (difference: Difference | null) => void;
}

/** Both sides table by table: counts, checksums, and down to the differing rows. */
export function Comparison({ run, table, selected, onSelect }: ComparisonProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const answer = useCall('verify/get', { runId: run.id });
  const verification = answer.data;
  if (answer.pending) return <div className="p-5"><Skeleton lines={8} /></div>;
  if (answer.error) return <div className="p-5"><ErrorBox error={answer.error} onRetry={answer.reload} /></div>;
  if (!verification) return <Empty icon={<Scale className="size-5" />} title={t('runs.noComparison')}>{t('runs.noComparisonHint')}</Empty>;
  const differing = verification.tables.filter((each) => !each.equal);
  const chosen = verification.tables.find((each) => keyOfTable(each) === table) ?? verification.tables.find((each) => each.table === table);
  const total = (pick: (each: TableVerification) => number): string => format.number(verification.tables.reduce((sum, each) => sum + pick(each), 0));
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className={cx('mx-5 mt-3 flex items-start gap-3 rounded-lg border px-4 py-2.5', verification.equal ? 'border-ok/40 bg-ok-soft' : 'border-danger/40 bg-danger-soft')} data-testid="comparison-verdict" data-equal={verification.equal}>
        {verification.equal ? <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-ok-text" /> : <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-danger-text" />}
        <div className="min-w-0 flex-1">
          <p className="tabular font-semibold">
            {differing.length === 0 ? t('runs.allEqual', { tables: format.number(verification.tables.length), rows: total((each) => each.rowsTarget), cells: total((each) => each.cells) }) : t('runs.someDiffer', { amount: format.number(verification.differences), tables: format.number(differing.length), total: format.number(verification.tables.length) })}
          </p>
          <p className="text-sm text-ink-soft">{t('runs.compareAt', { when: format.ago(verification.createdAt), duration: format.duration(verification.seconds) })}</p>
          <details className="text-sm text-ink-soft">
            <summary className="w-fit cursor-default rounded-sm">{t('runs.method')}</summary>
            <p className="max-w-4xl">{format.describe({ code: 'evidence.method' })}</p>
            {format.language === 'en' ? null : <p className="mt-1 max-w-4xl text-xs text-ink-faint" lang="en">{verification.method}</p>}
          </details>
        </div>
      </div>
      {verification.cut ? <div className="mx-5 mt-2"><Note tone="warn">{t('runs.cutNote')}</Note></div> : null}
      <ComparedTables key={verification.id} verification={verification} run={run} below={chosen !== undefined || verification.objects.length > 0} onChoose={() => onSelect(null)} table={chosen ? keyOfTable(chosen) : null} />
      {chosen && !chosen.equal ? (
        <Differences key={`${verification.id} ${keyOfTable(chosen)}`} verification={verification} table={chosen} several={run.sources.length > 1} selected={selected} onSelect={onSelect} />
      ) : chosen ? (
        <p className="border-t px-5 py-3 text-sm text-ink-soft">{t('runs.noDifferences')}</p>
      ) : (
        <ObjectsCompared objects={verification.objects} />
      )}
    </div>
  );
}

/** `below`: something stands under the table, so it takes no more height than its rows. */
function ComparedTables({ verification, run, table, below, onChoose }: { verification: Verification; run: Run; table: string | null; below: boolean; onChoose: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [onlyDifferent, setOnlyDifferent] = useState(!verification.equal && verification.tables.length > 12);
  const rows = verification.tables.filter((each) => !onlyDifferent || !each.equal);
  const some = (count: number) => (count === 0 ? <span className="text-ink-faint">0</span> : <span className="font-medium text-danger-text">{format.number(count)}</span>);
  const several = run.sources.length > 1;
  const columns: Column<TableVerification>[] = [
    { id: 'table', header: t('common.table'), width: several ? 'minmax(12rem, 1.8fr)' : 'minmax(8rem, 1.4fr)', cell: (row) => <SourceTable database={row.database} table={row.table} several={several} />, compare: (a, b) => a.table.localeCompare(b.table) },
    { id: 'equal', header: t('common.state'), width: '6rem', cell: (row) => <Badge tone={row.equal ? 'ok' : 'danger'}>{row.equal ? t('runs.equal') : t('runs.different')}</Badge>, compare: (a, b) => Number(a.equal) - Number(b.equal) },
    { id: 'source', header: t('runs.sourceRows'), width: '7rem', align: 'end', cell: (row) => format.number(row.rowsSource), compare: (a, b) => a.rowsSource - b.rowsSource },
    { id: 'target', header: t('runs.targetRows'), width: '7rem', align: 'end', cell: (row) => format.number(row.rowsTarget), compare: (a, b) => a.rowsTarget - b.rowsTarget },
    { id: 'rejected', header: t('runs.rejected'), width: '5.5rem', align: 'end', cell: (row) => (row.rowsRejected === 0 ? <span className="text-ink-faint">0</span> : format.number(row.rowsRejected)) },
    { id: 'missing', header: t('runs.missing'), width: '5rem', align: 'end', cell: (row) => some(row.missing), compare: (a, b) => a.missing - b.missing },
    { id: 'extra', header: t('runs.extra'), width: '4.5rem', align: 'end', cell: (row) => some(row.extra), compare: (a, b) => a.extra - b.extra },
    { id: 'changed', header: t('runs.changed'), width: '5.5rem', align: 'end', cell: (row) => some(row.changed), compare: (a, b) => a.changed - b.changed },
    { id: 'sumSource', header: t('runs.checksumSource'), width: 'minmax(7rem, 1fr)', align: 'end', mono: true, cell: (row) => <span title={row.sumSource}>{row.sumSource}</span> },
    { id: 'sumTarget', header: t('runs.checksumTarget'), width: 'minmax(7rem, 1fr)', align: 'end', mono: true, cell: (row) => <span className={row.sumSource === row.sumTarget ? '' : 'text-danger-text'} title={row.sumTarget}>{row.sumTarget}</span> },
  ];
  return (
    <>
      {verification.equal ? null : <Checkbox className="px-5 pt-2" label={t('runs.onlyDifferent')} checked={onlyDifferent} onChange={(event) => setOnlyDifferent(event.target.checked)} />}
      <DataTable
        label={t('runs.comparisonTables')}
        columns={columns}
        rows={rows}
        rowKey={keyOfTable}
        selected={table}
        onSelect={(row) => {
          onChoose();
          goInPlace(href(['runs', run.id, 'comparison'], { table: keyOfTable(row) }));
        }}
        minWidth={several ? 74.5 : 70.5}
        className={cx('mt-2', below ? 'min-h-28 flex-initial' : 'min-h-0 flex-1')}
      />
    </>
  );
}

const kindTones = { missing: 'danger', extra: 'warn', changed: 'info' } as const;

/** Two sources may hold tables of one name. */
function keyOfTable({ database, table }: Pick<TableVerification, 'database' | 'table'>): string {
  return `${database}/${table}`;
}

/** Names one difference among those of a verification. */
export function keyOfDifference(row: Difference): string {
  return `${row.database} ${row.table} ${row.kind} ${row.key}`;
}

function Differences({ verification, table, several, selected, onSelect }: { verification: Verification; table: TableVerification; several: boolean } & Pick<ComparisonProps, 'selected' | 'onSelect'>) {
  const { t } = useTranslation();
  const { client } = useConsole();
  const page = usePages(`${verification.id} ${keyOfTable(table)}`, (after) => client.call('verify/differences', { id: verification.id, database: table.database, table: table.table, ...(after === undefined ? {} : { after }) }));
  const name = t('runs.differences', { table: several ? keyOfTable(table) : table.table });
  const columns: Column<Difference>[] = [
    { id: 'kind', header: t('common.state'), width: '9.5rem', cell: (row) => <Badge tone={kindTones[row.kind]}>{t(`runs.kinds.${row.kind}`)}</Badge> },
    { id: 'key', header: t('runs.key'), width: 'minmax(7rem, 1fr)', mono: true, cell: (row) => <span title={row.key}>{row.key}</span> },
    { id: 'cells', header: t('runs.cellsDiffer'), width: 'minmax(8rem, 1.2fr)', mono: true, cell: (row) => { const names = row.kind === 'changed' ? row.cells.map((cell) => cell.column).join(', ') : ''; return <span title={names}>{names}</span>; } },
    { id: 'what', header: t('runs.howDiffer'), width: 'minmax(9rem, 1.6fr)', cell: (row) => (row.kind === 'changed' ? <Names difference={row} /> : null) },
  ];
  return (
    <div className="flex min-h-[45%] flex-1 basis-0 flex-col border-t compact:min-h-0 compact:basis-auto">
      <div className="flex flex-wrap items-baseline gap-x-3 px-5 pt-2">
        <h2 className="text-sm font-semibold">{name}</h2>
        {selected ? null : <p className="text-sm text-ink-soft">{t('runs.pickDifference')}</p>}
      </div>
      <ErrorBox error={page.error} />
      {page.pending ? <div className="p-5"><Skeleton /></div> : (
        <DataTable label={name} columns={columns} rows={page.rows} rowKey={keyOfDifference} selected={selected ? keyOfDifference(selected) : null} onSelect={onSelect} onEnd={page.next} minWidth={34} className="min-h-0 flex-1" />
      )}
    </div>
  );
}

/** Of the first cells of a row what differs in each. */
function Names({ difference }: { difference: Difference }) {
  return (
    <span className="text-ink-soft">
      {difference.cells.slice(0, 3).map((cell, index) => <span key={cell.column}>{index === 0 ? '' : '; '}<DifferenceName source={cell.source} target={cell.target} /></span>)}
      {difference.cells.length > 3 ? ' …' : ''}
    </span>
  );
}

/** One differing row, its cells side by side. */
export function DifferenceDetails({ difference, several }: { difference: Difference; several: boolean }) {
  const { t } = useTranslation();
  return (
    <div className="flex flex-col gap-3 p-4" data-testid="difference-details">
      <div>
        <h2 className="font-semibold break-words"><SourceTable database={difference.database} table={difference.table} several={several} /></h2>
        <p className="font-mono text-xs break-words text-ink-soft">{difference.key}</p>
        <p className="mt-1.5"><Badge tone={kindTones[difference.kind]}>{t(`runs.kinds.${difference.kind}`)}</Badge></p>
      </div>
      <ul className="flex flex-col divide-y divide-line">
        {difference.cells.map((cell) => (
          <li key={cell.column} className="py-2.5 first:pt-0">
            <h3 className="text-xs font-medium break-words">{cell.column}</h3>
            <CellDifference source={cell.source} target={cell.target} />
          </li>
        ))}
      </ul>
    </div>
  );
}
