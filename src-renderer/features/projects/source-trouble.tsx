import { CircleAlert, CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Project, SourceTrouble } from '../../../shared/model/project.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction } from '../../stores/hooks.tsx';
import { Button } from '../../ui/button.tsx';
import { ErrorBox } from '../../ui/states.tsx';

interface TroubledProps {
  readonly project: Project;
  readonly source: string;
  readonly name: string;
  readonly busy: boolean;
}

/** States in which the plan can still be made anew with other sources. */
export const beforeRun: ReadonlySet<Project['state']> = new Set(['draft', 'assessed', 'planned', 'rehearsed', 'rolled-back']);

/** A source that cannot be read, or not to the end: what is wrong, what can be read of it, and whether the others go on without it. */
export function Trouble({ trouble, onMove, ...props }: TroubledProps & { trouble: SourceTrouble; onMove: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { project, name } = props;
  const told = format.retellError(trouble.message, 'message');
  const several = project.sources.length - project.leftOut.length > 1;
  return (
    <div className="flex items-start gap-2 rounded-md border border-danger/40 bg-danger-soft px-3 py-2" data-testid="source-trouble">
      <CircleAlert aria-hidden className="mt-0.5 size-4 shrink-0 text-danger-text" />
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <p className="font-medium break-words">{name}: {t('projects.sourceUnreadable')}</p>
        <p className="break-words text-ink-soft" {...(told === null ? { lang: 'en' } : {})}>{told ?? trouble.message}</p>
        <Readable trouble={trouble} />
        <p className="text-ink-soft">{several ? t('projects.leaveOutHint') : t('projects.lastSourceHint')}</p>
        {/* Most files that cannot be found were moved. */}
        {beforeRun.has(project.state) ? <span className="pt-1"><Button size="sm" disabled={props.busy} onClick={onMove}>{t('projects.moveSourceOne')}<span className="sr-only"> {name}</span></Button></span> : null}
        {several && beforeRun.has(project.state) ? <Decide {...props} out /> : null}
      </div>
    </div>
  );
}

/** A source that the others go on without. */
export function LeftOut({ trouble, ...props }: TroubledProps & { trouble: SourceTrouble | undefined }) {
  const { t } = useTranslation();
  return (
    <div className="flex items-start gap-2 rounded-md border border-dashed px-3 py-2" data-testid="source-left-out">
      <CircleSlash aria-hidden className="mt-0.5 size-4 shrink-0 text-ink-faint" />
      <div className="flex min-w-0 flex-1 flex-col gap-0.5">
        <p className="break-words"><span className="font-medium">{props.name}</span> {t('projects.leftOut')}</p>
        {trouble ? <Readable trouble={trouble} /> : null}
        {beforeRun.has(props.project.state) ? <Decide {...props} out={false} /> : null}
      </div>
    </div>
  );
}

function Readable({ trouble }: { trouble: SourceTrouble }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (trouble.readable.length === 0) return <p className="text-ink-soft">{t('projects.nothingReadable')}</p>;
  const tables = trouble.readable.map(({ table, rows, whole }) => t(whole ? 'projects.readableWhole' : 'projects.readablePart', { table, rows: format.big(rows) }));
  return <p className="break-words text-ink-soft">{t('projects.readable', { tables: tables.join('; ') })}</p>;
}

function Decide({ project, source, name, busy, out }: TroubledProps & { out: boolean }) {
  const { t } = useTranslation();
  const decide = useAction('projects/leave-out');
  return (
    <>
      <span className="pt-1">
        <Button size="sm" disabled={busy} busy={decide.pending} onClick={() => void decide.run({ id: project.id, source, out })}>
          {t(out ? 'projects.leaveOut' : 'projects.takeIn')}<span className="sr-only"> {name}</span>
        </Button>
      </span>
      <ErrorBox error={decide.error} />
    </>
  );
}
