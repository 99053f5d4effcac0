import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall, useJobs } from '../../../stores/hooks.tsx';
import { isActive } from '../../../stores/jobs.ts';
import { href } from '../../../stores/route.ts';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { Code } from '../../../ui/code.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { AlertDialog } from '../../../ui/overlays.tsx';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { useStarted } from '../use-started.ts';
import { IndexProgress } from './index-progress.tsx';
import { crumbsOf } from './library-frame.tsx';

/** What search needs on the server, as the exact SQL, approved by its hash; and what takes it away again. */
export function IndexScreen({ library }: { library: Library }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [dropping, setDropping] = useState(false);
  const what = dropping ? 'indexDrop' : 'index';
  const toMake = useCall('libraries/index-plan', dropping ? null : { id: library.id });
  const toDrop = useCall('libraries/index-drop-plan', dropping ? { id: library.id } : null);
  const shown = dropping ? toDrop : toMake;
  const [make, drop] = [useAction('libraries/index'), useAction('libraries/index-drop')];
  const act = dropping ? drop : make;
  const started = useStarted();
  const running = useJobs((state) => state.jobs.find((job) => isActive(job) && job.kind === 'index' && job.resultId === library.id));
  const job = running ?? (started.active ? started.job : undefined);
  const busy = act.pending || started.active || running !== undefined;
  const stopped = !busy && started.job?.state === 'cancelled';
  const [asking, setAsking] = useState(false);
  const plan = shown.data;
  const told = (sentence: string): string => format.retell(sentence, 'index.') ?? sentence;
  const sql = (plan?.statements ?? []).map((statement) => `-- ${told(statement.why).replaceAll('\n', '\n-- ')}\n${statement.sql.replace(/;?\s*$/u, ';')}`).join('\n\n');
  const run = (plan?.statements ?? []).filter((statement) => !statement.sql.startsWith('--'));
  const nothing = plan !== undefined && plan.statements.length === 0;
  const turn = (next: boolean): void => {
    started.clear();
    setDropping(next);
  };
  const confirm = async (): Promise<void> => {
    const answer = plan && (await act.run({ id: library.id, hash: plan.hash }));
    setAsking(false);
    if (answer) started.follow(answer.jobId);
  };
  return (
    <Screen
      title={t('libraries.indexTitle', { name: library.name })}
      crumbs={crumbsOf(library, t('libraries.title'))}
      subtitle={t(`libraries.${what}Text`)}
      actions={
        <>
          {dropping ? <Button disabled={busy} onClick={() => turn(false)}>{nothing ? t('reader.prepareIndex') : t('libraries.indexKeep')}</Button> : library.search === 'ready' || stopped ? <Button disabled={busy} onClick={() => turn(true)}>{t('libraries.indexRemove')}</Button> : null}
          {nothing ? null : <Button variant={dropping ? 'danger' : 'primary'} disabled={!plan || plan.blockers.length > 0} busy={busy} onClick={() => setAsking(true)}>{t(`libraries.${what}Approve`)}</Button>}
        </>
      }
      fill
    >
      <div className="flex flex-col gap-3 px-5 py-3 empty:hidden">
        {shown.error === undefined ? null : <ErrorBox error={shown.error} onRetry={shown.reload} />}
        {act.error === undefined && started.error === undefined ? null : <ErrorBox error={act.error ?? started.error} />}
        {plan && plan.blockers.length > 0 ? <Note tone="danger"><ul className="list-disc pl-5">{plan.blockers.map((blocker) => <li key={blocker}>{told(blocker)}</li>)}</ul></Note> : null}
        {nothing && !busy ? <div role="status"><Note actions={dropping ? undefined : <a href={href(['conversations', library.id])} className={buttonClass('secondary', 'sm')}>{t('libraries.read')}</a>}>{t(`libraries.${what}None`)}</Note></div> : null}
        {busy ? <IndexProgress job={job} label={t(`libraries.${what}Confirm`)} /> : null}
        {shown.pending ? <Skeleton lines={6} /> : null}
      </div>
      {plan && !nothing ? (
        <section aria-label={t('libraries.indexSql')} className="flex min-h-0 flex-1 flex-col border-t">
          <div className="flex items-baseline gap-4 px-5 py-1.5">
            <h2 className="shrink-0 grow text-sm font-semibold">{t('libraries.indexSql')}</h2>
            <p className="min-w-0 truncate font-mono text-2xs text-ink-faint" title={plan.hash}>{t('runs.fingerprint')} {plan.hash}</p>
          </div>
          <div className="min-h-0 flex-1"><Code text={sql} label={t('libraries.indexSql')} /></div>
        </section>
      ) : null}
      <AlertDialog open={asking} onClose={() => setAsking(false)} title={t(`libraries.${what}ConfirmTitle`)} description={t(`libraries.${what}ConfirmText`, { amount: format.number(run.length), name: library.name })} variant={dropping ? 'danger' : 'primary'} confirm={t(`libraries.${what}Confirm`)} busy={act.pending} onConfirm={() => void confirm()} />
    </Screen>
  );
}
