import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Job, JobLogLine } from '../../../shared/model/job.ts';
import { en } from '../../i18n/texts/jobs.ts';
import { useFormat } from '../../i18n/use-format.ts';
import type { Format } from '../../i18n/use-format.ts';
import { useAction, useConsole, useJobs } from '../../stores/hooks.tsx';
import { isActive, setLog } from '../../stores/jobs.ts';
import { href } from '../../stores/route.ts';
import { isWaiting } from '../../ui/badges.tsx';
import { Button, buttonClass } from '../../ui/button.tsx';
import { cx } from '../../ui/cx.ts';
import { Progress } from '../../ui/progress.tsx';
import { ErrorBox } from '../../ui/states.tsx';

type Phase = keyof (typeof en)['phases'];
const isPhase = (code: string): code is Phase => Object.hasOwn(en.phases, code);

/** A phase in words; a phase this console does not know is shown as the core names it. */
export function usePhase(): (code: string) => string {
  const { t } = useTranslation();
  const format = useFormat();
  return (code) => (isPhase(code) ? t(`jobs.phases.${code}`) : format.describe({ code }));
}

/** What a job works on, short: of paths the last part, of several files the first and how many more. The whole stands in the job's title. */
export function jobName(job: Job): string {
  const parts = job.title.split(', ');
  const first = parts[0]?.split(/[\\/]/).at(-1) ?? job.title;
  return parts.length > 1 ? `${first} +${parts.length - 1}` : first;
}

/** Rows and bytes done, rate of the last seconds, time left: figures as the core counts them. */
export function JobFigures({ job }: { job: Job }) {
  const { t } = useTranslation();
  const format = useFormat();
  const phase = usePhase();
  const seconds = (Date.parse(job.endedAt ?? new Date().toISOString()) - Date.parse(job.startedAt)) / 1000;
  return (
    <span className="tabular flex flex-wrap gap-x-3 text-xs text-ink-soft">
      {job.phase === '' || !isActive(job) ? null : <span>{phase(job.phase)}</span>}
      {job.rowsTotal > 0 ? <span>{t('jobs.rowsOf', { done: format.number(job.rows), total: format.number(job.rowsTotal) })}</span> : null}
      {job.bytes > 0 ? <span>{format.bytes(job.bytes)}</span> : null}
      {isActive(job) && job.rowsPerSecond !== null ? <span>{t('common.rowsPerSecond', { value: format.number(job.rowsPerSecond) })}</span> : null}
      {isActive(job) && job.remaining !== null ? <span>{t('jobs.remainingOf', { time: format.duration(job.remaining) })}</span> : null}
      {isActive(job) ? null : <span>{format.duration(seconds)}</span>}
    </span>
  );
}

export function JobProgress({ job, slim = false }: { job: Job; slim?: boolean }) {
  const tone = isWaiting(job) ? 'warn' : job.state === 'failed' ? 'danger' : job.state === 'done' ? 'ok' : job.state === 'running' ? 'accent' : 'warn';
  return <Progress value={job.state === 'done' ? 1 : isActive(job) ? shareOf(job) : (job.progress ?? 0)} label={jobName(job)} tone={tone} slim={slim} />;
}

/** The sample's job knows how far the building of its files is; of the jobs it starts afterwards each has a share of its own. */
function shareOf(job: Job): number | null {
  return job.kind === 'sample' && job.phase !== 'sample' ? null : job.progress;
}

/** Where a job's result is shown; null where it made nothing to open. */
export function resultHref(job: Job): string | null {
  if (job.kind === 'assess' && job.resultId !== null) return href(['assessments', job.resultId]);
  if (job.kind === 'sample' && job.projectId !== null) return href(['projects', job.projectId]);
  if (job.runId !== null) return href(job.kind === 'verify' ? ['runs', job.runId, 'comparison'] : ['runs', job.runId]);
  return null;
}

/** `here`: the address the buttons stand at; no link leads to where one is. */
export function JobActions({ job, small = true, here }: { job: Job; small?: boolean; here?: string }) {
  const { t } = useTranslation();
  const cancel = useAction('jobs/cancel');
  const result = resultHref(job);
  const size = small ? 'sm' : 'md';
  return (
    <span className="flex items-center gap-1.5">
      {isActive(job) ? (
        <Button size={size} busy={cancel.pending || job.state === 'cancelling'} onClick={() => void cancel.run({ id: job.id })}>
          {job.state === 'cancelling' ? t('jobs.cancelling') : t('jobs.cancel')}
        </Button>
      ) : null}
      {result !== null && result !== here ? <a href={result} className={buttonClass('secondary', size)}>{t(isActive(job) ? 'jobs.watch' : 'jobs.openResult')}</a> : null}
      <ErrorBox error={cancel.error} />
    </span>
  );
}

/** Parameters of log lines that are figures: written as the language writes them. */
const counts: ReadonlySet<string> = new Set(['rows', 'tables', 'loaded', 'rejected', 'cells', 'differences', 'findings', 'files']);

function figures(params: Readonly<Record<string, string>>, format: Format): Record<string, string> {
  return Object.fromEntries(Object.entries(params).map(([name, text]) => [name, counts.has(name) ? format.big(text) : name === 'seconds' ? format.number(Number(text), 1) : text]));
}

const none: readonly JobLogLine[] = [];
const levels = { info: '', warning: 'text-warn-text', error: 'text-danger-text' } as const;

/** The log of a job, kept at its end while lines arrive. */
export function JobLog({ jobId, title, className }: { jobId: string; title: string; className?: string }) {
  const running = useJobs((state) => state.jobs.some((job) => job.id === jobId && isActive(job)));
  const { t } = useTranslation();
  const console = useConsole();
  const format = useFormat();
  const lines = useJobs((state) => state.logs[jobId]) ?? none;
  const box = useRef<HTMLDivElement>(null);
  const follow = useRef(true);

  useEffect(() => {
    let live = true;
    console.client.call('jobs/log', { id: jobId }).then((log) => live && setLog(console.jobs, jobId, log), () => undefined);
    return () => {
      live = false;
    };
  }, [console, jobId]);
  useEffect(() => {
    if (box.current && follow.current) box.current.scrollTop = box.current.scrollHeight;
  }, [lines]);

  return (
    <div
      ref={box}
      role="log"
      aria-label={t('jobs.logOf', { title })}
      tabIndex={0}
      onScroll={(event) => {
        const { scrollTop, scrollHeight, clientHeight } = event.currentTarget;
        follow.current = scrollHeight - scrollTop - clientHeight < 24;
      }}
      className={cx('overflow-auto bg-sunken px-3 py-2 font-mono text-xs', className)}
    >
      {lines.length === 0 ? <p className="font-sans text-ink-soft">{t(running ? 'jobs.logEmpty' : 'jobs.logNone')}</p> : null}
      {lines.map((line, index) => (
        <p key={index} className={cx('break-words whitespace-pre-wrap', levels[line.level])}>
          <span className="mr-3 text-ink-faint select-none">{format.time(line.at)}</span>
          {line.code === undefined ? line.text : format.describe({ code: line.code, params: figures(line.params ?? {}, format) })}
        </p>
      ))}
    </div>
  );
}
