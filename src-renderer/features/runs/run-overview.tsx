import { Suspense, lazy } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job } from '../../../shared/model/job.ts';
import type { Run, RunTableProgress } from '../../../shared/model/run.ts';
import { useTheme } from '../../app/use-appearance.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useLive } from '../../stores/hooks.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Section } from '../../ui/layout.tsx';
import { Progress } from '../../ui/progress.tsx';
import { SourceTable } from '../../ui/source-table.tsx';
import { ErrorBox } from '../../ui/states.tsx';
import { JobFigures, JobLog, JobProgress } from '../jobs/job-parts.tsx';
import { FileBars } from './file-bars.tsx';
import { RunResult } from './run-result.tsx';
import { Waiting } from './waiting.tsx';

const RatePlot = lazy(() => import('../../ui/rate-plot.tsx'));

/** The run as it goes: bars per table, throughput, log; afterwards its result. */
export function RunOverview({ run, job }: { run: Run; job: Job | undefined }) {
  const { t } = useTranslation();
  const live = useLive(run.id);
  const tables = live && live.tables.length > 0 ? live.tables : run.progress;
  const jobId = job?.id ?? run.jobId;
  const running = job !== undefined;
  return (
    <div className="flex flex-col gap-6 pb-6">
      {running ? (
        <section aria-label={t('runs.live')} className="flex flex-col gap-1.5" data-testid="run-progress">
          <JobProgress job={job} />
          <JobFigures job={job} />
        </section>
      ) : null}
      {/* Too many rejects are explained, with the way on, where the run waits. */}
      {run.error && !running && !(run.error.code === 'TOO_MANY_REJECTS' && run.next.includes('resume')) ? <ErrorBox error={run.error} /> : null}
      {running ? null : <Waiting run={run} />}
      {run.result && !running ? <RunResult run={run} result={run.result} /> : null}
      {running || (live?.samples.length ?? 0) > 1 ? <Throughput runId={run.id} /> : null}
      {running && run.sources.length > 1 && tables.length > 0 ? <Section title={t('runs.fileProgress')}><FileBars tables={tables} /></Section> : null}
      {tables.length > 0 && (running || !run.result) ? <TableBars tables={tables} several={run.sources.length > 1} /> : null}
      {jobId === null ? null : (
        <Section title={t('runs.log')}>
          <JobLog key={jobId} jobId={jobId} title={run.id} className="h-48 rounded-md border" />
        </Section>
      )}
    </div>
  );
}

function Throughput({ runId }: { runId: string }) {
  const { t } = useTranslation();
  const format = useFormat();
  const theme = useTheme();
  const samples = useLive(runId)?.samples ?? [];
  const last = samples.at(-1);
  const peakRows = Math.max(0, ...samples.map((sample) => sample.rowsPerSecond));
  const peakBytes = Math.max(0, ...samples.map((sample) => sample.bytesPerSecond));
  return (
    <Section title={t('runs.throughput')}>
      {last === undefined ? (
        <p className="text-sm text-ink-faint">{t('runs.noSamples')}</p>
      ) : (
        <>
          <p className="tabular flex flex-wrap gap-x-6 gap-y-1 text-sm">
            <span className="flex items-center gap-1.5"><span aria-hidden className="h-0.5 w-4 bg-accent" />{t('runs.rowsPerSecond')}: <strong className="font-semibold">{format.number(last.rowsPerSecond)}</strong> <span className="text-ink-soft">({t('runs.peak')} {format.number(peakRows)})</span></span>
            <span className="flex items-center gap-1.5"><span aria-hidden className="h-0.5 w-4 border-t-2 border-dashed border-class-blob" />{t('runs.bytesPerSecond')}: <strong className="font-semibold">{format.bytes(last.bytesPerSecond)}</strong> <span className="text-ink-soft">({t('runs.peak')} {format.bytes(peakBytes)})</span></span>
          </p>
          <Suspense fallback={<div className="h-[150px]" />}>
            <RatePlot samples={samples} format={format} labels={{ rows: t('runs.rowsPerSecond'), bytes: t('runs.bytesPerSecond') }} theme={theme} />
          </Suspense>
        </>
      )}
    </Section>
  );
}

const phaseTones = { waiting: 'neutral', loading: 'accent', indexing: 'accent', verifying: 'accent', done: 'ok', failed: 'danger' } as const;

function TableBars({ tables, several }: { tables: readonly RunTableProgress[]; several: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const name = (row: RunTableProgress): string => (several ? `${row.database}/${row.table}` : row.table);
  const columns: Column<RunTableProgress>[] = [
    { id: 'table', header: t('common.table'), width: 'minmax(9rem, 1.2fr)', cell: (row) => <SourceTable database={row.database} table={row.table} several={several} /> },
    { id: 'phase', header: t('runs.phase'), width: '7rem', cell: (row) => <Badge tone={phaseTones[row.phase]}>{t(`common.tablePhases.${row.phase}`)}</Badge> },
    {
      id: 'progress',
      header: t('runs.progress'),
      width: 'minmax(8rem, 1.6fr)',
      cell: (row) => <Progress label={name(row)} value={row.phase === 'done' ? 1 : row.rowsTotal === 0 ? 0 : row.rows / row.rowsTotal} tone={row.phase === 'failed' ? 'danger' : row.phase === 'done' ? 'ok' : 'accent'} />,
    },
    { id: 'rows', header: t('common.rows'), width: '11rem', align: 'end', cell: (row) => `${format.number(row.rows)} / ${format.number(row.rowsTotal)}` },
    { id: 'bytes', header: t('runs.bytes'), width: '6.5rem', align: 'end', cell: (row) => format.bytes(row.bytes) },
    { id: 'rejected', header: t('runs.rejected'), width: '6rem', align: 'end', cell: (row) => (row.rejected === 0 ? <span className="text-ink-faint">0</span> : <span className="font-medium text-warn-text">{format.number(row.rejected)}</span>) },
  ];
  return (
    <Section title={t('runs.tableProgress')}>
      <DataTable label={t('runs.tableProgress')} columns={columns} rows={tables} rowKey={(row) => `${row.database}/${row.table}`} minWidth={50} className="max-h-96 rounded-md border" />
    </Section>
  );
}
