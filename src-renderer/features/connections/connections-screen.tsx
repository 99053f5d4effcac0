import { useState } from 'react';
import { Database, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Connection } from '../../../shared/model/project.ts';
import { go } from '../../app/use-route.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall, useShell } from '../../stores/hooks.tsx';
import { href } from '../../stores/route.ts';
import { Badge, Dot, EnvironmentBadge } from '../../ui/badges.tsx';
import { Button } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Screen, Section } from '../../ui/layout.tsx';
import { Empty, Skeleton } from '../../ui/states.tsx';
import { ConnectionDetails } from './connection-details.tsx';
import { poolText } from './pool-text.ts';
import type { ConnectionDraft } from './connection-draft.ts';
import { ConnectionSheet } from './connection-sheet.tsx';

export function ConnectionsScreen({ id, creating }: { id: string | null; creating: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const connections = useShell((state) => state.connections);
  const found = useCall('connections/discover', {});
  const [sheet, setSheet] = useState<{ connection: Connection | null; start?: Partial<ConnectionDraft> } | null>(null);
  const chosen = connections?.find((each) => each.id === id);
  const known = new Set(connections?.map((each) => each.location));
  const offered = (found.data ?? []).filter((each) => !known.has(each.location));
  const shown = sheet ?? (creating ? { connection: null } : null);
  const close = (): void => {
    setSheet(null);
    if (creating) go('#/connections');
  };

  const columns: Column<Connection>[] = [
    { id: 'name', header: t('common.name'), width: 'minmax(10rem, 1.2fr)', cell: (row) => <span className="font-medium"><Dot colour={row.colour} className="mr-2" />{row.name}</span>, compare: (a, b) => a.name.localeCompare(b.name) },
    { id: 'kind', header: t('connections.kind'), width: '9.5rem', cell: (row) => t(`connections.kinds.${row.kind}`) },
    { id: 'location', header: t('connections.location'), width: 'minmax(12rem, 2fr)', mono: true, cell: (row) => <span title={row.location}>{row.location}</span> },
    { id: 'environment', header: t('connections.environment'), width: '8.5rem', cell: (row) => <EnvironmentBadge environment={row.environment} /> },
    { id: 'readOnly', header: t('connections.readOnly'), width: '7.5rem', cell: (row) => (row.readOnly ? <Badge>{t('connections.readOnlyShort')}</Badge> : null) },
    { id: 'used', header: t('connections.lastUsed'), width: '9rem', cell: (row) => (row.lastUsedAt === null ? t('connections.never') : format.ago(row.lastUsedAt)) },
  ];

  return (
    <Screen
      title={chosen?.name ?? t('connections.title')}
      crumbs={chosen ? [{ label: t('connections.title'), href: '#/connections' }] : []}
      environment={chosen?.environment === 'production' ? 'production' : undefined}
      subtitle={chosen ? undefined : t('connections.subtitle')}
      actions={<Button variant="primary" icon={<Plus aria-hidden className="size-4" />} onClick={() => setSheet({ connection: null })}>{t('connections.add')}</Button>}
      details={chosen ? <ConnectionDetails key={chosen.id} connection={chosen} onEdit={() => setSheet({ connection: chosen })} /> : undefined}
      fill
    >
      {connections === null ? (
        <div className="p-5"><Skeleton /></div>
      ) : (
        <DataTable
          label={t('connections.list')}
          columns={chosen ? columns.filter(({ id: column }) => column !== 'readOnly' && column !== 'used') : columns}
          rows={connections}
          rowKey={(row) => row.id}
          selected={id}
          onSelect={(row) => go(href(['connections', row.id]))}
          onOpen={(connection) => setSheet({ connection })}
          minWidth={chosen ? 40 : 50}
          className="min-h-40 flex-1"
          empty={
            <Empty icon={<Database className="size-5" />} title={t('connections.empty')} actions={<Button variant="primary" onClick={() => setSheet({ connection: null })}>{t('connections.add')}</Button>}>
              {t('connections.emptyHint')}
            </Empty>
          }
        />
      )}
      {offered.length === 0 ? null : (
        <div className="max-h-64 shrink-0 overflow-y-auto border-t px-5 py-3">
          <Section title={t('connections.discovered')}>
            <p className="text-xs text-ink-soft">{t('connections.discoveredHint')}</p>
            <ul className="flex flex-col divide-y divide-line">
              {offered.map((each) => (
                <li key={`${each.from} ${each.location}`} className="flex items-center gap-3 py-1.5">
                  <span className="text-sm font-medium">{each.name}</span>
                  <span className="min-w-0 flex-1 truncate font-mono text-xs text-ink-soft">{each.location}</span>
                  <span className="text-xs text-ink-faint">{each.pool === undefined ? each.from : `${each.from} · ${poolText(each.pool, format.language)}`}</span>
                  <Button size="sm" onClick={() => setSheet({ connection: null, start: { name: each.name, location: each.location, kind: each.location.startsWith('postgres') ? 'postgres' : 'sqlite' } })}>
                    {t('connections.use')}
                  </Button>
                </li>
              ))}
            </ul>
          </Section>
        </div>
      )}
      {shown ? (
        <ConnectionSheet
          {...shown}
          onClose={close}
          onSaved={(saved) => {
            setSheet(null);
            go(href(['connections', saved.id]));
          }}
        />
      ) : null}
    </Screen>
  );
}
