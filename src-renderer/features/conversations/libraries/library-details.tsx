import { useState } from 'react';
import { RefreshCw } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { go } from '../../../app/use-route.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction, useCall } from '../../../stores/hooks.tsx';
import { href } from '../../../stores/route.ts';
import { Badge } from '../../../ui/badges.tsx';
import { Button, buttonClass } from '../../../ui/button.tsx';
import { Field, Input } from '../../../ui/fields.tsx';
import { Facts } from '../../../ui/layout.tsx';
import { AlertDialog, Dialog } from '../../../ui/overlays.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { ErrorBox, Note } from '../../../ui/states.tsx';
import { useRefresh } from '../library-state.tsx';
import { useSourceName } from './library-frame.tsx';
import { useAllowed } from '../use-allowed.ts';

/** One library: what it is, how fresh its copy, and what can be done with it. */
export function LibraryDetails({ library }: { library: Library }) {
  const { t } = useTranslation();
  const format = useFormat();
  const allowed = useAllowed();
  const sourceName = useSourceName();
  const refresh = useRefresh(library, null);
  const remove = useAction('libraries/remove');
  const [asking, setAsking] = useState<'remove' | 'rename' | null>(null);
  const replicas = useCall('replicas/list', asking === 'remove' ? {} : null);
  const hasReplicas = replicas.data?.some((each) => each.library === library.id) === true;
  const copied = library.way === 'cached' && library.kind !== 'replica';
  const link = (view: string, text: string) => <a href={href(['conversations', library.id, view])} className={buttonClass()}>{text}</a>;
  return (
    <div className="flex flex-col gap-4 px-5 py-4">
      <div className="flex flex-wrap items-center gap-2">
        <h2 className="min-w-0 flex-1 font-semibold break-words">{library.name}</h2>
        <Badge>{t(`libraries.kinds.${library.kind}`)}</Badge>
      </div>
      <a href={href(['conversations', library.id])} className={buttonClass('primary')}>{t('libraries.read')}</a>
      <Facts
        columns={1}
        facts={[
          [t('libraries.source'), <span key="source" title={library.source} className={sourceName(library) === library.source ? 'font-mono text-xs break-all' : undefined}>{sourceName(library)}</span>],
          [t('libraries.program'), t(`libraries.adapters.${library.mapping.adapter}`)],
          [t('libraries.way'), t(`libraries.ways.${library.way}`)],
          [t('libraries.search'), t(`libraries.states.${library.search}`)],
          library.way === 'cached' ? [t('libraries.refreshed'), library.refreshedAt === null ? t('libraries.neverRefreshed') : format.dateTime(library.refreshedAt, true)] : null,
          [t('libraries.created'), format.dateTime(library.createdAt)],
        ]}
      />
      {library.search === 'missing' ? <Note tone="warn">{library.way === 'direct' ? t('reader.searchMissingIndex') : t('reader.searchMissingCache')}</Note> : null}
      {copied && allowed('libraries/refresh') ? (
        <div className="flex flex-col gap-2">
          <Button busy={refresh.busy} icon={<RefreshCw aria-hidden className="size-4" />} onClick={refresh.start}>{library.refreshedAt === null ? t('libraries.makeCopy') : t('libraries.refresh')}</Button>
          {refresh.busy ? <Progress label={t('reader.refreshing')} value={refresh.progress} /> : null}
          <ErrorBox error={refresh.error} />
        </div>
      ) : null}
      <div className="flex flex-wrap gap-2">
        <a href={href(['conversations', library.id, 'statistics'])} className={buttonClass()}>{t('reader.statistics')}</a>
        {allowed('libraries/edit') && library.kind !== 'replica' ? link('mapping', t('libraries.mapping')) : null}
        {library.way === 'direct' && library.kind === 'postgres' && allowed('libraries/index-plan') ? link('index', t('libraries.index')) : null}
        {library.kind === 'postgres' && allowed('profile/role-sql') ? link('role', t('profile.role')) : null}
        {library.kind === 'postgres' && allowed('conversations/change') ? link('changes', t('libraries.changes')) : null}
        {allowed('libraries/edit') ? <Button onClick={() => setAsking('rename')}>{t('libraries.rename')}</Button> : null}
        {allowed('libraries/remove') && library.kind !== 'replica' ? <Button onClick={() => setAsking('remove')}>{t('libraries.remove')}</Button> : null}
      </div>
      <ErrorBox error={remove.error} />
      {asking === 'rename' ? <RenameLibrary library={library} onClose={() => setAsking(null)} /> : null}
      <AlertDialog
        open={asking === 'remove'}
        onClose={() => setAsking(null)}
        title={t('libraries.removeTitle', { name: library.name })}
        description={`${t('libraries.removeText')}${hasReplicas ? ` ${t('libraries.removeReplicas')}` : ''}`}
        confirm={t('libraries.removeDo')}
        busy={remove.pending}
        onConfirm={() => void remove.run({ id: library.id }).then((answer) => {
          setAsking(null);
          if (answer) go('#/conversations');
        })}
      />
    </div>
  );
}

function RenameLibrary({ library, onClose }: { library: Library; onClose: () => void }) {
  const { t } = useTranslation();
  const edit = useAction('libraries/edit');
  const [name, setName] = useState(library.name);
  const save = async (): Promise<void> => {
    if (name.trim() !== '' && (await edit.run({ id: library.id, name: name.trim() }))) onClose();
  };
  return (
    <Dialog open onClose={onClose} title={t('libraries.rename')} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button variant="primary" busy={edit.pending} disabled={name.trim() === ''} onClick={() => void save()}>{t('common.save')}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); void save(); }}>
        <Field label={t('libraries.newName')}>{(ids) => <Input {...ids} autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
      </form>
      <ErrorBox error={edit.error} />
    </Dialog>
  );
}
