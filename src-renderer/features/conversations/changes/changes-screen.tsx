import { useState } from 'react';
import { Undo2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import type { KeptChange } from '../../../../shared/model/conversation-work.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { Badge } from '../../../ui/badges.tsx';
import { Button } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import { Field, Input } from '../../../ui/fields.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { Empty, ErrorBox, Skeleton } from '../../../ui/states.tsx';
import { crumbsOf } from '../libraries/library-frame.tsx';
import { ChangeDialog } from './change-dialog.tsx';
import type { Change } from './change-dialog.tsx';

/** What was changed in a library from here, each change with its way back; and the purge of what was marked as deleted. */
export function ChangesScreen({ library }: { library: Library }) {
  const { t } = useTranslation();
  const format = useFormat();
  const kept = useCall('conversations/kept', { library: library.id });
  const [shown, setShown] = useState<{ change: Change; subject: string } | null>(null);
  const [purging, setPurging] = useState(false);
  const columns: Column<KeptChange>[] = [
    { id: 'at', header: t('libraries.when'), width: '12.5rem', cell: (row) => <span title={format.ago(row.at)}>{format.dateTime(row.at)}</span> },
    { id: 'kind', header: t('libraries.what'), width: '11rem', cell: (row) => t(`changes.done.${row.kind}`) },
    { id: 'title', header: t('changes.subject'), width: 'minmax(10rem, 1fr)', cell: (row) => <span title={row.title}>{row.title}</span> },
    { id: 'rows', header: t('libraries.rowsKept'), width: '5rem', align: 'end', cell: (row) => <span title={row.counts.map(({ table, rows }) => `${table}: ${rows}`).join('\n')}>{format.number(row.counts.reduce((sum, { rows }) => sum + rows, 0))}</span> },
    { id: 'who', header: t('libraries.who'), width: '8rem', cell: (row) => row.who },
    {
      id: 'undo', header: t('common.nextStep'), width: '15rem', cell: (row) => (
        <span className="flex items-center gap-1.5">
          {row.undone ? <Badge>{t('libraries.undone')}</Badge> : <Button size="sm" icon={<Undo2 aria-hidden className="size-3.5" />} onClick={() => setShown({ change: { kind: 'undo', kept: row.id }, subject: row.title })}>{t('libraries.undo')}</Button>}
          <Button size="sm" variant="ghost" onClick={() => setShown({ change: { kind: 'forget', kept: row.id }, subject: row.title })}>{t('changes.confirm.forget')}</Button>
        </span>
      ),
    },
  ];
  return (
    <Screen
      title={t('libraries.changesTitle', { name: library.name })}
      crumbs={crumbsOf(library, t('libraries.title'))}
      subtitle={t('libraries.changesText')}
      actions={<Button onClick={() => setPurging(true)}>{t('libraries.purge')}</Button>}
      fill
    >
      {kept.error === undefined ? null : <div className="p-5"><ErrorBox error={kept.error} onRetry={kept.reload} /></div>}
      {kept.data ? (
        <DataTable label={t('libraries.kept')} columns={columns} rows={kept.data} rowKey={(row) => row.id} minWidth={60} className="min-h-0 flex-1" empty={<Empty title={t('libraries.keptNone')}>{t('libraries.keptNoneHint')}</Empty>} />
      ) : kept.pending ? <div className="p-5"><Skeleton lines={5} /></div> : null}
      {purging ? <PurgeDays onClose={() => setPurging(false)} onShow={(days) => { setPurging(false); setShown({ change: { kind: 'purge', days }, subject: library.name }); }} /> : null}
      {shown ? <ChangeDialog library={library.id} {...shown} onClose={() => setShown(null)} onDone={() => { setShown(null); kept.reload(); }} /> : null}
    </Screen>
  );
}

function PurgeDays({ onClose, onShow }: { onClose: () => void; onShow: (days: number) => void }) {
  const { t } = useTranslation();
  const [days, setDays] = useState('30');
  const valid = /^\d{1,4}$/u.test(days) && Number(days) <= 3650;
  return (
    <Dialog open onClose={onClose} title={t('changes.titles.purge')} description={t('changes.texts.purge')} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button variant="primary" disabled={!valid} onClick={() => onShow(Number(days))}>{t('libraries.purgeShow')}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); if (valid) onShow(Number(days)); }}>
        <Field label={t('libraries.purgeDays')}>{(ids) => <Input {...ids} autoFocus className="w-32" inputMode="numeric" value={days} onChange={(event) => setDays(event.target.value)} />}</Field>
      </form>
    </Dialog>
  );
}
