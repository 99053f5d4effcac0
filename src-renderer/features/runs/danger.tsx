import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Run } from '../../../shared/model/run.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Button } from '../../ui/button.tsx';
import { Code } from '../../ui/code.tsx';
import { Field, Input } from '../../ui/fields.tsx';
import { AlertDialog } from '../../ui/overlays.tsx';
import { ErrorBox, Note, Skeleton } from '../../ui/states.tsx';

interface DangerProps {
  readonly run: Run;
  readonly kind: 'rollback' | 'complete';
  readonly production: boolean;
  /** What a person types to confirm on production. */
  readonly word: string;
}

/** Rollback or completion: the exact SQL first, approved by the hash of what was shown. */
export function Danger({ run, kind, production, word }: DangerProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const possible = run.next.includes(kind);
  const shown = useCall(kind === 'rollback' ? 'runs/rollback-plan' : 'runs/complete-plan', possible ? { id: run.id } : null);
  const act = useAction(kind === 'rollback' ? 'runs/rollback' : 'runs/complete');
  const [asking, setAsking] = useState(false);
  const [typed, setTyped] = useState('');
  const plan = shown.data;
  const texts =
    kind === 'rollback'
      ? { title: t('runs.rollbackTitle'), text: t('runs.rollbackText'), open: t('runs.approveRollback'), ask: t('runs.confirmRollbackTitle'), confirm: t('runs.confirmRollback') }
      : { title: t('runs.completeTitle'), text: t('runs.completeText'), open: t('runs.approveComplete'), ask: t('runs.confirmCompleteTitle'), confirm: t('runs.confirmComplete') };
  const told = (sentence: string): string => format.retell(sentence, 'undo.') ?? sentence;
  const sql = (plan?.statements ?? []).map((statement) => `-- ${told(statement.why).replaceAll('\n', '\n-- ')}\n${statement.sql.replace(/;?\s*$/, ';')}`).join('\n\n');
  const confirm = async (): Promise<void> => {
    if (!plan) return;
    if (await act.run({ id: run.id, hash: plan.hash })) go(href(['runs', run.id]));
    setAsking(false);
  };
  // Of a target that had none of the tables nothing was kept.
  const hasFormer = plan?.statements.some(({ sql: statement }) => /^DROP (?:TABLE|VIEW) /.test(statement)) === true;
  const facts = { amount: format.number(plan?.statements.length ?? 0), target: run.target };
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <div className="flex flex-col gap-3 px-5 py-3">
        <div className="flex items-start gap-4 max-[36rem]:flex-col max-[36rem]:gap-2">
          <div className="min-w-0 flex-1">
            <h2 className="font-semibold">{texts.title}</h2>
            <p className="max-w-3xl text-sm text-ink-soft">{texts.text}</p>
          </div>
          <Button variant="danger" disabled={!plan || plan.blockers.length > 0} onClick={() => { setTyped(''); setAsking(true); }}>{texts.open}</Button>
        </div>
        {possible ? null : <Note>{t('runs.notPossible')}</Note>}
        <ErrorBox error={shown.error} onRetry={shown.reload} />
        <ErrorBox error={act.error} />
        {plan && plan.blockers.length > 0 ? (
          <Note tone="danger">
            <p className="font-semibold">{t('runs.blockers')}</p>
            <ul className="list-disc pl-5">{plan.blockers.map((blocker) => <li key={blocker}>{told(blocker)}</li>)}</ul>
            <p className="text-ink-soft">{t('runs.blockersHint')}</p>
          </Note>
        ) : null}
      </div>
      {shown.pending ? <div className="px-5"><Skeleton lines={6} /></div> : null}
      {plan ? (
        <section aria-label={t('runs.exactSql')} className="flex min-h-0 flex-1 flex-col border-t">
          <div className="flex items-baseline gap-4 px-5 py-1.5">
            <h3 className="shrink-0 grow text-sm font-semibold">{t('runs.exactSql')}</h3>
            <p className="min-w-0 truncate font-mono text-2xs text-ink-faint" title={plan.hash}>{t('runs.fingerprint')} {plan.hash}</p>
          </div>
          {plan.statements.length === 0 ? <p className="px-5 text-sm text-ink-soft">{t('runs.noStatements')}</p> : <div className="min-h-0 flex-1"><Code text={sql} label={t('runs.exactSql')} /></div>}
        </section>
      ) : null}
      <AlertDialog
        open={asking}
        onClose={() => setAsking(false)}
        title={texts.ask}
        description={kind === 'rollback' ? t('runs.confirmRollbackText', facts) : t(hasFormer ? 'runs.confirmCompleteText' : 'runs.confirmCompleteNone', facts)}
        confirm={texts.confirm}
        disabled={production && typed !== word}
        busy={act.pending}
        onConfirm={() => void confirm()}
      >
        {production ? (
          <>
            <Note tone="danger">{t('common.productionBand')}</Note>
            <Field label={t('common.typeToConfirm', { word })}>{(ids) => <Input {...ids} value={typed} onChange={(event) => setTyped(event.target.value)} />}</Field>
          </>
        ) : null}
      </AlertDialog>
    </div>
  );
}
