import { CircleAlert, CircleCheck, TriangleAlert, Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { sumOutcomes, type RepairOutcome } from '../../../shared/model/repair.ts';
import { mendedOf, standsInPlace, type Run, type RunResult as Result, type SetAside } from '../../../shared/model/run.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { href } from '../../stores/route.ts';
import { Badge } from '../../ui/badges.tsx';
import { cx } from '../../ui/cx.ts';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Facts, Section } from '../../ui/layout.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { Note } from '../../ui/states.tsx';
import { FindingsTable } from '../assess/findings-table.tsx';
import { isOverLimit } from './reject-ways.tsx';

type TableResult = Result['tables'][number];
type ObjectResult = Result['objects'][number];

const looks = {
  verified: ['border-ok/40 bg-ok-soft', 'text-ok-text', CircleCheck],
  rejects: ['border-warn/45 bg-warn-soft', 'text-warn-text', TriangleAlert],
  differences: ['border-danger/40 bg-danger-soft', 'text-danger-text', CircleAlert],
  failed: ['border-danger/40 bg-danger-soft', 'text-danger-text', CircleAlert],
  stopped: ['border-warn/45 bg-warn-soft', 'text-warn-text', TriangleAlert],
} as const;

/** A run over several files has a schema for each. */
const schemasOf = (schemas: string): string => schemas.split(',').join(', ');

/** What a run came to: outcome, the row equation checked per table, timings, tables, objects. */
function repairParams(done: readonly RepairOutcome[], number: (value: number) => string): Record<string, string> {
  const { quarantined, nulled, created } = sumOutcomes(done);
  return { quarantined: number(quarantined), nulled: number(nulled), created: number(created) };
}

export function RunResult({ run, result }: { run: Run; result: Result }) {
  const { t } = useTranslation();
  const format = useFormat();
  const undone = run.state === 'rolled-back';
  const broken = result.tables.filter(({ rows }) => rows.source + rows.added !== rows.loaded + rows.rejected).map(({ source }) => source.table);
  const seconds = result.seconds;
  return (
    <>
      {/* A run that waits for a decision says so above, with what can be done. */}
      {undone ? <RolledBack result={result} setAside={run.setAside} /> : isOverLimit(run) ? null : <Status run={run} result={result} />}
      {result.sourceMoved ? <Note tone="warn">{t('runs.sourceMoved')}</Note> : null}
      <div className="grid gap-8 xl:grid-cols-[2fr_1fr]">
        <Section title={t('runs.timings')}>
          <Timings seconds={seconds} />
        </Section>
        <Section title={result.tables.some(({ rows }) => rows.added > 0) ? t('runs.sumAdded') : t('runs.sum')}>
          <p className={cx('text-sm', broken.length > 0 && 'font-medium text-danger-text')}>{broken.length === 0 ? t('runs.sumHolds', { amount: format.number(result.tables.length) }) : t('runs.sumBroken', { tables: broken.join(', ') })}</p>
          <Facts columns={1} facts={[run.keptSchema === null || undone ? null : [t('runs.kept'), <span key="kept" className="font-mono text-xs">{schemasOf(run.keptSchema)}</span>], result.swapped || run.rehearsal || undone ? null : [t('runs.staging'), <span key="staging" className="font-mono text-xs">{schemasOf(run.stagingSchema)}</span>]]} />
        </Section>
      </div>
      <Section title={`${t('runs.tableResults')} (${format.number(result.tables.length)})`}><TableResults run={run} tables={result.tables} /></Section>
      {result.findings.length > 0 ? <Section title={t('runs.findings')}><FindingsTable findings={result.findings} className="max-h-72 rounded-md border" /></Section> : null}
      <Section title={`${t('runs.objects')} (${format.number(result.objects.length)})`}><ObjectResults objects={result.objects} /></Section>
    </>
  );
}

/** How the run ended, and where its tables are now. */
function Status({ run, result }: { run: Run; result: Result }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [box, tone, Icon] = looks[result.status];
  const behind = result.findings.filter(({ code }) => code.startsWith('plan.finding.source-')).length;
  const partial = result.tables.filter(({ filter }) => filter !== undefined).length;
  return (
    <div className={cx('flex items-start gap-3 rounded-lg border px-4 py-3', box)} data-testid="run-status" data-status={result.status}>
      <Icon aria-hidden className={cx('mt-0.5 size-5 shrink-0', tone)} />
      <div className="min-w-0 flex-1">
        <p className="font-semibold first-letter:uppercase">{t(`projects.statuses.${result.status}`)}</p>
        <p className="text-sm">{t(`runs.statusTexts.${result.status}`, { amount: format.number(result.rejects.rows) })}</p>
        {result.repairs ? <p className="text-sm" data-testid="run-repairs">{format.describe({ code: 'repair.sentence', params: repairParams(result.repairs, format.number) })}</p> : null}
        {mendedOf(result) > 0 ? <p className="text-sm" data-testid="run-mended">{format.describe({ code: 'mended.sentence', params: { count: format.number(mendedOf(result)) } })}</p> : null}
        <p className="mt-0.5 text-sm text-ink-soft">
          {partial > 0 ? <>{t('runs.partial', { amount: format.number(partial) })} </> : null}{behind > 0 ? <>{t('runs.behind', { amount: format.number(behind) })} </> : null}{run.rehearsal ? t('runs.rehearsed') : standsInPlace(run) ? t('runs.swappedYes') : t('runs.swappedNo', { schema: schemasOf(run.stagingSchema) })}
        </p>
      </div>
    </div>
  );
}

/** Nothing of the run is in its place any more, whatever it came to; what was written to since is kept elsewhere. */
function RolledBack({ result, setAside }: { result: Result; setAside: SetAside | undefined }) {
  const { t } = useTranslation();
  const format = useFormat();
  return (
    <div className="flex items-start gap-3 rounded-lg border bg-sunken px-4 py-3" data-testid="run-status" data-status="rolled-back">
      <Undo2 aria-hidden className="mt-0.5 size-5 shrink-0 text-ink-soft" />
      <div className="min-w-0 flex-1">
        <p className="font-semibold">{t('runs.rolledBackTitle')}</p>
        {setAside === undefined ? (
          <p className="text-sm">{t('runs.rolledBackText')}</p>
        ) : (
          <>
            <p className="text-sm">{t('runs.rolledBackFormer')} {setAside.written.length > 0 ? t('runs.setAsideWritten', { tables: setAside.written.join(', ') }) : t('runs.setAsideHidden', { tables: setAside.hidden.join(', ') })}</p>
            <p className="mt-1 flex items-center gap-1 text-sm">{t('runs.setAsideIn')} <code className="min-w-0 font-mono text-xs break-words">{setAside.schemas.join(', ')}</code></p>
          </>
        )}
        {result.rejects.rows > 0 ? <p className="text-sm">{t('runs.rolledBackRejects', { amount: format.number(result.rejects.rows) })}</p> : null}
      </div>
    </div>
  );
}

const parts = ['assess', 'load', 'index', 'verify'] as const;
const partFills = { assess: 'bg-class-null', load: 'bg-class-integer', index: 'bg-class-blob', verify: 'bg-class-real' } as const;

function Timings({ seconds }: { seconds: Result['seconds'] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const sum = parts.reduce((total, part) => total + seconds[part], 0);
  return (
    <>
      <div aria-hidden className="flex h-3 gap-px overflow-hidden rounded-sm bg-line">
        {parts.map((part) => (seconds[part] > 0 ? <span key={part} className={partFills[part]} style={{ width: `${(seconds[part] / sum) * 100}%` }} /> : null))}
      </div>
      <dl className="tabular flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {parts.map((part) => (
          <div key={part} className="flex items-center gap-1.5">
            <dt className="flex items-center gap-1.5 text-ink-soft"><span aria-hidden className={cx('size-2.5 rounded-sm', partFills[part])} />{t(`runs.seconds.${part}`)}</dt>
            <dd>{format.duration(seconds[part])}</dd>
          </div>
        ))}
        <div className="flex gap-1.5"><dt className="text-ink-soft">{t('runs.seconds.total')}</dt><dd className="font-semibold">{format.duration(seconds.total)}</dd></div>
      </dl>
    </>
  );
}

function TableResults({ run, tables }: { run: Run; tables: readonly TableResult[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const several = run.sources.length > 1;
  const byKey = tables.some(({ merged }) => merged !== undefined);
  const columns: Column<TableResult>[] = [
    { id: 'source', header: t('runs.source'), width: 'minmax(9rem, 1.3fr)', cell: (row) => <SourceTable {...row.source} several={several} />, compare: (a, b) => a.source.table.localeCompare(b.source.table) },
    { id: 'target', header: t('runs.target'), width: 'minmax(9rem, 1.2fr)', mono: true, cell: (row) => <span title={`${row.target.schema}.${row.target.table}`}>{row.target.schema}.{row.target.table}</span> },
    { id: 'rows', header: t('runs.sourceRows'), width: '7rem', align: 'end', cell: ({ rows }) => (rows.added === 0 ? format.number(rows.source) : <span title={t('runs.addedRows', { amount: format.number(rows.added) })}>{format.number(rows.source)} + {format.number(rows.added)}</span>), compare: (a, b) => a.rows.source - b.rows.source },
    { id: 'loaded', header: t('runs.loaded'), width: '6.5rem', align: 'end', cell: (row) => format.number(row.rows.loaded), compare: (a, b) => a.rows.loaded - b.rows.loaded },
    ...(byKey ? [{ id: 'merged', header: t('runs.byKey'), width: 'minmax(15rem, 1fr)', cell: ({ merged }: TableResult) => (merged ? <span className="text-ink-soft">{t('runs.byKeyCounts', { inserted: format.number(merged.inserted), updated: format.number(merged.updated), unchanged: format.number(merged.unchanged) })}</span> : null) }] : []),
    {
      id: 'rejected',
      header: t('runs.rejected'),
      width: '6.5rem',
      align: 'end',
      cell: (row) => (row.rows.rejected === 0 ? <span className="text-ink-faint">0</span> : <a className="rounded-sm font-medium text-warn-text underline underline-offset-2" href={href(['runs', run.id, 'rejects'], { table: `${row.source.database}/${row.source.table}` })}>{format.number(row.rows.rejected)}</a>),
      compare: (a, b) => a.rows.rejected - b.rows.rejected,
    },
    { id: 'seconds', header: t('common.duration'), width: '6rem', align: 'end', cell: (row) => format.duration(row.seconds), compare: (a, b) => a.seconds - b.seconds },
    { id: 'verified', header: t('runs.verified'), width: '7rem', cell: (row) => <a href={href(['runs', run.id, 'comparison'], { table: `${row.source.database}/${row.source.table}` })}><Badge tone={row.verified ? 'ok' : 'danger'}>{row.verified ? t('runs.verifiedYes') : t('runs.verifiedNo')}</Badge></a> },
  ];
  return <DataTable label={t('runs.tableResults')} columns={columns} rows={tables} rowKey={(row) => `${row.source.database}/${row.source.table}`} minWidth={byKey ? 66 : 56} className="max-h-96 rounded-md border" />;
}

const outcomeTones = { created: 'ok', translated: 'info', listed: 'warn' } as const;

function ObjectResults({ objects }: { objects: readonly ObjectResult[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const several = new Set(objects.flatMap(({ database }) => database ?? [])).size > 1;
  const columns: Column<ObjectResult>[] = [
    { id: 'kind', header: t('runs.kind'), width: '9rem', cell: (row) => format.objectKind(row.kind), compare: (a, b) => a.kind.localeCompare(b.kind) },
    { id: 'name', header: t('runs.name'), width: 'minmax(10rem, 1.4fr)', mono: true, cell: (row) => <span title={row.name}>{row.name}{several ? <span className="text-ink-faint"> · {row.database}</span> : null}</span>, compare: (a, b) => a.name.localeCompare(b.name) },
    { id: 'outcome', header: t('runs.outcome'), width: '8.5rem', cell: (row) => <Badge tone={outcomeTones[row.outcome]}>{t(`plan.outcomes.${row.outcome}`)}</Badge>, compare: (a, b) => a.outcome.localeCompare(b.outcome) },
    { id: 'reason', header: t('runs.reason'), width: 'minmax(12rem, 2fr)', cell: (row) => <ObjectReason reason={row.reason ?? ''} /> },
  ];
  return <DataTable label={t('runs.objects')} columns={columns} rows={objects} rowKey={(row, index) => `${index} ${row.kind} ${row.name}`} minWidth={44} wrap className="max-h-72 rounded-md border" empty={<p className="p-3 text-sm text-ink-soft">{t('common.none')}</p>} />;
}

/** Why an object crossed as it did: in the language shown where the core's sentence is a known one, else as it stands. */
function ObjectReason({ reason }: { reason: string }) {
  const format = useFormat();
  const told = format.retell(reason, 'plan.object.');
  return told === null ? <span lang="en">{reason}</span> : <span>{told}</span>;
}
