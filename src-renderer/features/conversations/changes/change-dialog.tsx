import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import type { CallInput } from '../../../../shared/contract/contract.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { Code } from '../../../ui/code.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { useStarted } from '../use-started.ts';

export type Change = CallInput<'conversations/change-plan'>['change'];

const destroying: ReadonlySet<Change['kind']> = new Set(['delete', 'purge', 'forget']);

interface ChangeProps {
  readonly library: string;
  readonly change: Change;
  /** What it concerns, for people. */
  readonly subject: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A change of somebody's data: what it touches, the exact SQL, approved by the hash of what was shown. What was there before is kept. */
export function ChangeDialog({ library, change, subject, onClose, onDone }: ChangeProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = useCall('conversations/change-plan', { library, change });
  const act = useAction('conversations/change');
  const started = useStarted();
  const plan = shown.data;
  const sql = (plan?.statements ?? []).map(({ sql: text, why }) => `-- ${(format.retell(why, 'change.') ?? why).replaceAll('\n', '\n-- ')}\n${text.replace(/;?\s*$/u, ';')}`).join('\n\n');
  const { done } = started;
  useEffect(() => {
    if (done) onDone();
  }, [done, onDone]);
  const confirm = async (): Promise<void> => {
    const answer = plan && (await act.run({ id: plan.id, hash: plan.hash }));
    if (answer) started.follow(answer.jobId);
  };
  const nothing = plan !== undefined && plan.statements.length === 0;
  const blocked = plan !== undefined && plan.blockers.length > 0;
  const hint = change.kind === 'forget' || (change.kind === 'undo' && !blocked) ? null : t(change.kind === 'undo' ? 'changes.undoHint' : 'changes.keptHint');
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t(`changes.titles.${change.kind}`)}
      description={t(`changes.texts.${change.kind}`, { subject })}
      footer={
        <>
          <Button onClick={onClose}>{started.active ? t('common.close') : t('common.cancel')}</Button>
          <Button variant={destroying.has(change.kind) ? 'danger' : 'primary'} disabled={!plan || nothing || blocked} busy={act.pending || started.active} onClick={() => void confirm()}>{t(`changes.confirm.${change.kind}`)}</Button>
        </>
      }
    >
      <ErrorBox error={shown.error} onRetry={shown.reload} />
      {shown.pending ? <Skeleton lines={5} /> : null}
      {nothing ? <Note>{t('changes.nothing')}</Note> : null}
      {plan && plan.counts.length > 0 ? (
        <div className="flex flex-wrap items-baseline gap-x-5 gap-y-1 text-sm">
          <h3 id="change-counts" className="text-xs font-semibold">{t('changes.counts')}</h3>
          <ul className="tabular flex flex-wrap gap-x-5 gap-y-1" aria-labelledby="change-counts">
            {plan.counts.map(({ table, rows }) => <li key={table}><span className="font-mono text-xs">{table}</span> <span className="font-medium">{t('changes.rows', { count: rows, amount: format.number(rows) })}</span></li>)}
          </ul>
        </div>
      ) : null}
      {plan && blocked ? <Note tone="danger"><ul className="list-disc pl-5">{plan.blockers.map((blocker) => <li key={blocker}>{format.retell(blocker, 'change.') ?? blocker}</li>)}</ul></Note> : null}
      {plan && !nothing ? (
        <section aria-label={t('changes.sql')} className="flex flex-col gap-1">
          <div className="flex items-baseline gap-3">
            <h3 className="shrink-0 grow text-xs font-semibold">{t('changes.sql')}</h3>
            <span className="min-w-0 truncate font-mono text-2xs text-ink-faint" title={plan.hash}>{t('runs.fingerprint')} {plan.hash}</span>
          </div>
          {plan.masked ? <Note>{t('changes.maskedSql')}</Note> : null}
          <div className="h-56 overflow-hidden rounded-md border"><Code text={sql} label={t('changes.sql')} wrap /></div>
        </section>
      ) : null}
      {hint === null ? null : <p className="text-xs text-ink-soft">{hint}</p>}
      {started.active ? <Progress label={t(`changes.titles.${change.kind}`)} value={started.progress} /> : null}
      <ErrorBox error={act.error ?? started.error} />
    </Dialog>
  );
}
