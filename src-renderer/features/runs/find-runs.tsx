import { useState } from 'react';
import { Boxes } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { TargetRun } from '../../../shared/model/run.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useAction, useCall } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge, RunStateBadge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { Sheet } from '../../ui/overlays.tsx';
import { Empty, ErrorBox, Note, Skeleton } from '../../ui/states.tsx';
import { TargetField, useTarget } from '../connections/target-field.tsx';
import { shortId } from './short-id.ts';

/** Runs that a target's journal knows; one that this console does not know can be taken over. */
export function FindRuns({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const target = useTarget();
  const [tried, setTried] = useState(false);
  /** Null until somebody looks, and again once another target is being named. */
  const [asked, setAsked] = useState<string | null>(null);
  const looked = asked === target.reference ? asked : null;
  const found = useCall('runs/in-target', looked === null ? null : { target: looked });
  const take = useAction('runs/take-over');
  const look = (): void => {
    setTried(true);
    take.clear();
    if (target.valid) {
      if (looked !== null) found.reload();
      setAsked(target.reference);
    }
  };
  const takeOver = async (id: string): Promise<void> => {
    const run = await take.run({ id, target: target.reference });
    if (run) go(href(['runs', run.id]));
  };
  return (
    <Sheet
      open
      wide
      onClose={onClose}
      onSubmit={look}
      title={t('runs.find')}
      description={t('runs.findHint')}
      footer={
        <>
          <Button onClick={onClose}>{t('common.close')}</Button>
          <Button type="submit" variant="primary" busy={found.pending}>{t('runs.findLook')}</Button>
        </>
      }
    >
      <TargetField target={target} tried={tried} standing />
      <ErrorBox error={found.error} />
      {found.pending ? <Skeleton lines={3} /> : null}
      {found.data === undefined ? null : found.data.length === 0 ? (
        <Empty icon={<Boxes className="size-5" />} title={t('runs.foundNone')}>{t('runs.foundNoneHint')}</Empty>
      ) : (
        <section aria-label={t('runs.found')} className="flex flex-col gap-3">
          <ul className="divide-y rounded-md border">
            {found.data.map((run) => <Found key={run.id} run={run} pending={take.pending} onTakeOver={() => void takeOver(run.id)} />)}
          </ul>
          {found.data.some(({ known }) => !known) ? <Note>{t('runs.takeOverHint')}</Note> : null}
        </section>
      )}
      <ErrorBox error={take.error} />
    </Sheet>
  );
}

function Found({ run, pending, onTakeOver }: { run: TargetRun; pending: boolean; onTakeOver: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const id = shortId(run.id);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-3 py-2.5">
      <div className="min-w-0 flex-1 basis-72">
        <p className="flex flex-wrap items-center gap-1.5">
          {run.known ? <a href={href(['runs', run.id])} className="rounded-sm font-mono text-xs hover:underline">{id}</a> : <span className="font-mono text-xs">{id}</span>}
          <RunStateBadge run={{ state: run.state, error: null }} />
          {run.known ? <Badge>{t('runs.foundKnown')}</Badge> : null}
          {run.busy ? <Badge tone="accent">{t('runs.foundBusy')}</Badge> : null}
        </p>
        <p className="mt-1 font-mono text-xs break-all text-ink-soft">{run.sources.join(', ')}</p>
        <p className="mt-0.5 text-xs text-ink-soft">{`${format.dateTime(run.createdAt)} · ${t('runs.foundTables')}: ${format.number(run.tables)}`}</p>
      </div>
      {run.known ? null : <Button size="sm" aria-label={t('runs.takeOverRun', { id })} disabled={run.busy || pending} onClick={onTakeOver}>{t('runs.takeOver')}</Button>}
    </li>
  );
}
