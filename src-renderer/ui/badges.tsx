import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { Connection, Project } from '../../shared/model/project.ts';
import type { RunState } from '../../shared/model/run.ts';
import type { Job } from '../../shared/model/job.ts';
import { cx } from './cx.ts';

export type Tone = 'neutral' | 'accent' | 'ok' | 'warn' | 'danger' | 'info';

const tones: Record<Tone, string> = {
  neutral: 'bg-hover text-ink-soft',
  accent: 'bg-accent-soft text-accent-text',
  ok: 'bg-ok-soft text-ok-text',
  warn: 'bg-warn-soft text-warn-text',
  danger: 'bg-danger-soft text-danger-text',
  info: 'bg-info-soft text-info-text',
};

export function Badge({ tone = 'neutral', children, className, title }: { tone?: Tone; children: ReactNode; className?: string; title?: string }) {
  return (
    <span title={title} className={cx('inline-flex h-5 shrink-0 items-center gap-1 rounded-sm px-1.5 text-2xs font-medium whitespace-nowrap', tones[tone], className)}>
      {children}
    </span>
  );
}

/** A badge where there is no room for its words: they are heard, and stand in its tooltip. */
export function Mark({ title }: { title: string }) {
  return (
    <span title={title} className="grid h-5 w-3 shrink-0 place-items-center">
      <span aria-hidden className="size-2 rounded-full bg-accent" />
      <span className="sr-only">{title}</span>
    </span>
  );
}

const gradeTones = { A: 'ok', B: 'warn', C: 'danger' } as const satisfies Record<string, Tone>;

export function Grade({ grade, large = false }: { grade: 'A' | 'B' | 'C'; large?: boolean }) {
  return (
    <span className={cx('inline-grid place-items-center font-semibold', tones[gradeTones[grade]], large ? 'size-11 rounded-lg text-xl' : 'size-5 rounded-sm text-2xs')}>{grade}</span>
  );
}

type Environment = Connection['environment'];
const environmentTones: Record<Environment, Tone> = { development: 'neutral', test: 'info', staging: 'warn', production: 'danger' };

/** The environment by word and colour; production is a filled red chip wherever it stands. */
export function EnvironmentBadge({ environment }: { environment: Environment }) {
  const { t } = useTranslation();
  if (environment === 'production') {
    return <span className="inline-flex h-5 shrink-0 items-center rounded-sm bg-production px-1.5 text-2xs font-semibold tracking-wide text-on-production uppercase">{t('common.environments.production')}</span>;
  }
  return <Badge tone={environmentTones[environment]}>{t(`common.environments.${environment}`)}</Badge>;
}

const dots: Record<Connection['colour'], string> = {
  slate: 'bg-dot-slate', green: 'bg-dot-green', blue: 'bg-dot-blue', violet: 'bg-dot-violet', amber: 'bg-dot-amber', orange: 'bg-dot-orange', red: 'bg-dot-red',
};

export function Dot({ colour, className }: { colour: Connection['colour']; className?: string }) {
  return <span aria-hidden className={cx('inline-block size-2 shrink-0 rounded-full', dots[colour], className)} />;
}

/** The colour that stands for a project's environment in the rail. */
export const environmentColours: Record<Environment, Connection['colour']> = { development: 'slate', test: 'blue', staging: 'amber', production: 'red' };

const projectTones: Record<Project['state'], Tone> = {
  draft: 'neutral', assessed: 'info', planned: 'info', rehearsed: 'info', loading: 'accent', waiting: 'warn', verified: 'ok', switching: 'accent',
  soaking: 'ok', 'rolling-back': 'warn', 'rolled-back': 'neutral', complete: 'ok',
};

export function ProjectStateBadge({ state }: { state: Project['state'] }) {
  const { t } = useTranslation();
  return <Badge tone={projectTones[state]}>{t(`common.projectStates.${state}`)}</Badge>;
}

const runTones: Record<RunState, Tone> = {
  planned: 'neutral', loading: 'accent', indexing: 'accent', verifying: 'accent', waiting: 'warn', swapping: 'accent', swapped: 'ok',
  'rolling-back': 'warn', 'rolled-back': 'neutral', complete: 'ok', failed: 'danger', stopped: 'warn',
};

export function RunStateBadge({ run: { state, error } }: { run: { readonly state: RunState; readonly error: { readonly code: string } | null } }) {
  const { t } = useTranslation();
  // Called off before it began: nothing went wrong.
  if (state === 'failed' && error?.code === 'CANCELLED') return <Badge>{t('common.jobStates.cancelled')}</Badge>;
  return <Badge tone={runTones[state]}>{t(`common.runStates.${state}`)}</Badge>;
}

const jobTones: Record<Job['state'], Tone> = { running: 'accent', cancelling: 'warn', done: 'ok', failed: 'danger', cancelled: 'neutral', interrupted: 'warn' };

/** True where a job ended because a person has to decide: its run waits, nothing went wrong. */
export function isWaiting({ state, error }: Pick<Job, 'state' | 'error'>): boolean {
  return state === 'failed' && error?.code === 'TOO_MANY_REJECTS';
}

export function JobStateBadge({ job }: { job: Pick<Job, 'state' | 'error'> }) {
  const { t } = useTranslation();
  if (isWaiting(job)) return <Badge tone="warn">{t('common.jobStates.waiting')}</Badge>;
  return <Badge tone={jobTones[job.state]}>{t(`common.jobStates.${job.state}`)}</Badge>;
}
