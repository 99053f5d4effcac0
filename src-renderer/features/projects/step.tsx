import type { ReactNode } from 'react';
import { Check, LoaderCircle, TriangleAlert } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { StepName, StepStatus } from '../../stores/steps.ts';
import { stepNames } from '../../stores/steps.ts';
import { Badge } from '../../ui/badges.tsx';
import type { Tone } from '../../ui/badges.tsx';
import { cx } from '../../ui/cx.ts';

const marks: Record<StepStatus, string> = {
  done: 'border-ok bg-ok-soft text-ok-text',
  next: 'border-accent bg-accent text-on-accent',
  open: 'border-line-strong bg-surface text-ink-soft',
  running: 'border-accent bg-accent-soft text-accent-text',
  trouble: 'border-warn bg-warn-soft text-warn-text',
  closed: 'border-line bg-surface text-ink-faint',
};

const badges = {
  done: ['ok', 'done'],
  next: ['accent', 'next'],
  open: ['neutral', 'optional'],
  running: ['accent', 'running'],
  trouble: ['warn', 'waiting'],
  closed: ['neutral', 'later'],
} as const satisfies Record<StepStatus, readonly [Tone, string]>;

/** One step of the way: its mark on the line, its name, what it does, and what can be done now. */
export function Step({ name, status, last, children }: { name: StepName; status: StepStatus; last: boolean; children: ReactNode }) {
  const { t } = useTranslation();
  const [tone, word] = badges[status];
  return (
    <li className="flex gap-4" data-testid={`step-${name}`} data-status={status} aria-current={status === 'next' || status === 'running' || status === 'trouble' ? 'step' : undefined}>
      <div aria-hidden className="flex flex-col items-center">
        <span className={cx('tabular grid size-7 place-items-center rounded-full border text-xs font-semibold', marks[status])}>
          {status === 'done' ? <Check className="size-4" /> : status === 'running' ? <LoaderCircle className="size-4 animate-spin" /> : status === 'trouble' ? <TriangleAlert className="size-4" /> : stepNames.indexOf(name) + 1}
        </span>
        {last ? null : <span className={cx('w-px flex-1', status === 'done' ? 'bg-ok' : 'bg-line')} />}
      </div>
      <div className={cx('min-w-0 flex-1 pt-0.5', last ? '' : 'pb-5')}>
        <div className="flex items-center gap-2">
          <h3 className={cx('font-semibold', status === 'closed' && 'text-ink-soft')}>{t(`projects.steps.${name}`)}</h3>
          <Badge tone={tone}>{t(`projects.${word}`)}</Badge>
        </div>
        {/* What was done speaks for itself. */}
        {status === 'done' ? null : <p className="mt-0.5 text-sm text-ink-soft">{t(`projects.stepTexts.${name}`)}</p>}
        {status === 'closed' ? null : <div className="mt-1.5 flex flex-col gap-2 empty:hidden">{children}</div>}
      </div>
    </li>
  );
}
