import { useState } from 'react';
import { ArrowUp, Database, File, Folder } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { CallOutput } from '../../../shared/contract/contract.ts';
import { useFormat } from '../../i18n/use-format.ts';
import { useCall } from '../../stores/hooks.tsx';
import { Badge } from '../../ui/badges.tsx';
import { Button, IconButton } from '../../ui/button.tsx';
import { DataTable } from '../../ui/data-table.tsx';
import type { Column } from '../../ui/data-table.tsx';
import { Checkbox, Input } from '../../ui/fields.tsx';
import { Dialog } from '../../ui/overlays.tsx';
import { ErrorBox, Skeleton } from '../../ui/states.tsx';

type Entry = CallOutput<'files/browse'>['entries'][number];

/** Folders of the machine the core runs on, for hosts without a native dialog. */
export function FileBrowser({ open, onClose, onPick }: { open: boolean; onClose: () => void; onPick: (path: string) => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const [folder, setFolder] = useState<string | undefined>(undefined);
  /** Being typed: no answer that comes meanwhile takes its place. */
  const [typed, setTyped] = useState<string | null>(null);
  const [onlySqlite, setOnlySqlite] = useState(true);
  const [chosen, setChosen] = useState<string | null>(null);
  const answer = useCall('files/browse', open ? (folder === undefined ? {} : { folder }) : null);
  const data = answer.data;
  const shown = typed ?? (answer.pending ? folder : data?.folder) ?? folder ?? '';

  const entries = (data?.entries ?? []).filter((entry) => entry.kind === 'folder' || entry.sqlite || !onlySqlite);
  const picked = entries.find((entry) => entry.path === chosen && entry.kind === 'file');
  const enter = (path: string): void => {
    setChosen(null);
    setTyped(null);
    setFolder(path);
  };
  const openEntry = (entry: Entry): void => (entry.kind === 'folder' ? enter(entry.path) : onPick(entry.path));
  const icon = 'mr-2 inline size-4 align-[-3px]';
  const columns: Column<Entry>[] = [
    {
      id: 'name',
      header: t('common.name'),
      width: 'minmax(10rem, 1fr)',
      cell: (row) => (
        <>
          {row.kind === 'folder' ? <Folder aria-hidden className={`${icon} text-ink-soft`} /> : row.sqlite ? <Database aria-hidden className={`${icon} text-accent`} /> : <File aria-hidden className={`${icon} text-ink-faint`} />}
          {row.name}
        </>
      ),
    },
    { id: 'kind', header: t('connections.kind'), width: '5rem', cell: (row) => (row.sqlite ? <Badge tone="accent">{t('files.sqlite')}</Badge> : null) },
    { id: 'size', header: t('common.size'), width: '6rem', align: 'end', cell: (row) => (row.kind === 'file' ? format.bytes(row.bytes) : '') },
  ];

  return (
    <Dialog
      open={open}
      onClose={onClose}
      wide
      title={t('files.title')}
      description={t('files.where')}
      footer={
        <>
          <Checkbox className="mr-auto" label={t('files.onlySqlite')} checked={onlySqlite} onChange={(event) => setOnlySqlite(event.target.checked)} />
          <Button onClick={onClose}>{t('common.cancel')}</Button>
          <Button variant="primary" disabled={!picked} onClick={() => picked && onPick(picked.path)}>{t('files.use')}</Button>
        </>
      }
    >
      <form
        className="flex items-center gap-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          enter(shown);
        }}
      >
        <IconButton label={t('files.up')} disabled={!data?.parent} onClick={() => data?.parent && enter(data.parent)}>
          <ArrowUp aria-hidden className="size-4" />
        </IconButton>
        {/* The answer would put its folder among what is being typed. */}
        <Input mono aria-label={t('files.folder')} value={shown} readOnly={answer.pending && typed === null} onChange={(event) => setTyped(event.target.value)} />
        <Button type="submit">{t('files.goTo')}</Button>
      </form>
      <ErrorBox error={answer.error} />
      {data ? (
        <DataTable
          label={t('files.entries')}
          columns={columns}
          rows={entries}
          rowKey={(row) => row.path}
          selected={chosen}
          onSelect={(row) => setChosen(row.path)}
          onOpen={openEntry}
          className="h-72 rounded-md border"
          empty={<p className="p-4 text-sm text-ink-soft">{t('files.empty')}</p>}
        />
      ) : answer.pending ? (
        <div className="h-72"><Skeleton lines={6} /></div>
      ) : null}
    </Dialog>
  );
}
