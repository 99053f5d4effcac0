import { useState } from 'react';
import { CloudDownload, KeyRound, RefreshCw, Trash2 } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Replica } from '../../../../shared/model/conversation-work.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { Badge } from '../../../ui/badges.tsx';
import type { Tone } from '../../../ui/badges.tsx';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { AlertDialog } from '../../../ui/overlays.tsx';
import { Empty, ErrorBox, Skeleton } from '../../../ui/states.tsx';
import { LibraryTabs } from '../libraries/library-tabs.tsx';
import { useAllowed } from '../use-allowed.ts';

const tones: Record<Replica['state'], Tone> = { ready: 'ok', refreshing: 'accent', unreachable: 'warn' };

/** Copies that are read without their server: how fresh each is, and what can be done with it. */
export function ReplicasScreen() {
  const { t } = useTranslation();
  const format = useFormat();
  const allowed = useAllowed();
  const replicas = useCall('replicas/list', {});
  const libraries = useCall('libraries/list', {});
  const refresh = useAction('replicas/refresh');
  const revoke = useAction('replicas/revoke');
  const rekey = useAction('replicas/rekey');
  const [changing, setChanging] = useState<Replica | null>(null);
  const [asking, setAsking] = useState<Replica | null>(null);
  const [kept, setKept] = useState(replicas.data);
  if (replicas.data && replicas.data !== kept) setKept(replicas.data);
  const rows = replicas.data ?? kept;
  const sourceOf = (row: Replica) => libraries.data?.find((each) => each.id === row.library);
  const isLeft = (row: Replica): boolean => libraries.data !== undefined && sourceOf(row) === undefined;
  const told = (error: string): string => format.retellError(error, 'message') ?? error;
  const columns: Column<Replica>[] = [
    { id: 'name', header: t('common.name'), width: 'minmax(9rem, 1.3fr)', cell: (row) => <a href={href(['conversations', row.readAs])} className="font-medium hover:underline">{row.name}</a> },
    { id: 'of', header: t('replicas.of'), width: 'minmax(7rem, 1fr)', cell: (row) => sourceOf(row)?.name ?? '–' },
    { id: 'state', header: t('common.state'), width: '9.5rem', cell: (row) => (isLeft(row) ? <Badge title={t('replicas.leftHint')}>{t('replicas.left')}</Badge> : row.state === 'ready' && row.error !== null ? <Badge tone="danger" title={told(row.error)}>{t('replicas.failed')}</Badge> : <Badge tone={tones[row.state]} {...(row.error === null ? {} : { title: told(row.error) })}>{t(`replicas.states.${row.state}`)}</Badge>) },
    { id: 'refreshed', header: t('replicas.refreshed'), width: '8.5rem', cell: (row) => (row.refreshedAt === null ? t('libraries.neverRefreshed') : <span title={format.dateTime(row.refreshedAt, true)}>{format.ago(row.refreshedAt)}</span>) },
    { id: 'messages', header: t('replicas.messages'), width: '6.5rem', align: 'end', cell: (row) => <span title={`${t('replicas.conversations')}: ${format.number(row.conversations)}`}>{format.number(row.messages)}</span> },
    { id: 'size', header: t('common.size'), width: '6rem', align: 'end', cell: (row) => format.bytes(row.bytes) },
    {
      id: 'actions', header: t('common.nextStep'), width: '17rem', cell: (row) => (
        <span className="flex items-center gap-1.5">
          <a href={href(['conversations', row.readAs])} className={buttonClass('secondary', 'sm')}>{t('replicas.read')}</a>
          {allowed('replicas/refresh') ? <Button size="sm" disabled={row.state === 'refreshing' || isLeft(row)} icon={<RefreshCw aria-hidden className="size-3.5" />} onClick={() => void refresh.run({ id: row.id })}>{t('replicas.refresh')}</Button> : null}
          {allowed('replicas/rekey') ? <Button size="sm" variant="ghost" disabled={row.state === 'refreshing'} icon={<KeyRound aria-hidden className="size-3.5" />} aria-label={t('replicas.rekey')} title={t('replicas.rekey')} onClick={() => setChanging(row)} /> : null}
          {allowed('replicas/revoke') ? <Button size="sm" variant="ghost" icon={<Trash2 aria-hidden className="size-3.5" />} aria-label={t('replicas.revoke')} title={t('replicas.revoke')} onClick={() => setAsking(row)} /> : null}
        </span>
      ),
    },
  ];
  return (
    <Screen title={t('libraries.title')} subtitle={t('libraries.subtitle')} tabs={<LibraryTabs current="replicas" />} fill>
      <div className="px-5 py-3 empty:hidden">
        {replicas.error === undefined && refresh.error === undefined && rekey.error === undefined && revoke.error === undefined ? null : <ErrorBox error={replicas.error ?? refresh.error ?? rekey.error ?? revoke.error} />}
      </div>
      {rows ? (
        <DataTable label={t('replicas.list')} columns={columns} rows={rows} rowKey={(row) => row.id} minWidth={62} className="min-h-0 flex-1" empty={<Empty icon={<CloudDownload className="size-5" />} title={t('replicas.empty')} actions={<a href="#/conversations" className={buttonClass('primary')}>{t('libraries.toList')}</a>}>{t('replicas.emptyHint')}</Empty>} />
      ) : replicas.pending ? <div className="p-5"><Skeleton lines={5} /></div> : null}
      <AlertDialog
        open={changing !== null}
        onClose={() => setChanging(null)}
        title={t('replicas.rekeyTitle', { name: changing?.name ?? '' })}
        description={t('replicas.rekeyText')}
        confirm={t('replicas.rekeyDo')}
        variant="primary"
        busy={rekey.pending}
        onConfirm={() => changing && void rekey.run({ id: changing.id }).then(() => setChanging(null))}
      />
      <AlertDialog
        open={asking !== null}
        onClose={() => setAsking(null)}
        title={t('replicas.revokeTitle', { name: asking?.name ?? '' })}
        description={t('replicas.revokeText')}
        confirm={t('replicas.revokeDo')}
        busy={revoke.pending}
        onConfirm={() => asking && void revoke.run({ id: asking.id }).then(() => setAsking(null))}
      />
    </Screen>
  );
}
