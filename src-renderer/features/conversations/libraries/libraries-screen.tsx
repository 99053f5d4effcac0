import { useState } from 'react';
import { MessagesSquare, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { go } from '../../../app/use-route.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { Badge } from '../../../ui/badges.tsx';
import type { Tone } from '../../../ui/badges.tsx';
import { buttonClass } from '../../../ui/button.tsx';
import { DataTable } from '../../../ui/data-table.tsx';
import type { Column } from '../../../ui/data-table.tsx';
import { Screen } from '../../../ui/layout.tsx';
import { Empty, ErrorBox, Skeleton } from '../../../ui/states.tsx';
import { useAllowed } from '../use-allowed.ts';
import { LibraryDetails } from './library-details.tsx';
import { useSourceName } from './library-frame.tsx';
import { LibraryTabs } from './library-tabs.tsx';

const tones: Record<Library['search'], Tone> = { ready: 'ok', missing: 'warn', stale: 'warn' };

/** Databases that are opened as conversations. */
export function LibrariesScreen({ chosen }: { chosen: string | null }) {
  const { t } = useTranslation();
  const format = useFormat();
  const allowed = useAllowed();
  const sourceName = useSourceName();
  const libraries = useCall('libraries/list', {});
  const [kept, setKept] = useState<readonly Library[] | null>(null);
  if (libraries.data && libraries.data !== kept) setKept(libraries.data);
  const rows = libraries.data ?? kept;
  const library = rows?.find((each) => each.id === chosen);
  const columns: Column<Library>[] = [
    { id: 'name', header: t('common.name'), width: 'minmax(10rem, 1.4fr)', cell: (row) => <a href={href(['conversations', row.id])} className="font-medium hover:underline" onClick={(event) => event.stopPropagation()}>{row.name}</a>, compare: (a, b) => a.name.localeCompare(b.name) },
    { id: 'program', header: t('libraries.program'), width: 'minmax(7rem, 10rem)', cell: (row) => t(`libraries.adapters.${row.mapping.adapter}`) },
    { id: 'source', header: t('libraries.source'), width: 'minmax(9rem, 1.4fr)', cell: (row) => <span title={row.source} className={sourceName(row) === row.source ? 'font-mono text-xs' : undefined}>{sourceName(row)}</span> },
    { id: 'search', header: t('libraries.search'), width: '8.5rem', cell: (row) => <Badge tone={tones[row.search]}>{t(`libraries.states.${row.search}`)}</Badge> },
    { id: 'refreshed', header: t('libraries.refreshed'), width: '9rem', cell: (row) => (row.way === 'direct' && row.kind !== 'replica' ? <span className="text-ink-faint">{t('libraries.ways.direct')}</span> : row.refreshedAt === null ? t('libraries.neverRefreshed') : <span title={format.dateTime(row.refreshedAt, true)}>{format.ago(row.refreshedAt)}</span>) },
  ];
  const add = allowed('libraries/add') ? <a href="#/conversations/new" className={buttonClass('primary')}><Plus aria-hidden className="size-4" />{t('libraries.add')}</a> : undefined;
  return (
    <Screen title={t('libraries.title')} subtitle={t('libraries.subtitle')} actions={add} tabs={<LibraryTabs current="libraries" />} details={library ? <LibraryDetails key={library.id} library={library} /> : undefined} fill>
      {libraries.error === undefined ? null : <div className="p-5"><ErrorBox error={libraries.error} onRetry={libraries.reload} /></div>}
      {rows ? (
        <DataTable
          label={t('libraries.list')}
          columns={library ? columns.filter(({ id }) => id !== 'refreshed' && id !== 'program') : columns}
          rows={rows}
          rowKey={(row) => row.id}
          selected={chosen}
          onSelect={(row) => go(href(['conversations'], { library: row.id }))}
          onOpen={(row) => go(href(['conversations', row.id]))}
          minWidth={library ? 36 : 50}
          className="min-h-0 flex-1"
          empty={<Empty icon={<MessagesSquare className="size-5" />} title={t('libraries.empty')} actions={add}>{t('libraries.emptyHint')}</Empty>}
        />
      ) : libraries.pending ? <div className="p-5"><Skeleton /></div> : null}
    </Screen>
  );
}
