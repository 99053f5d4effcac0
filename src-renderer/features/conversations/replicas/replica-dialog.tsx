import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Library } from '../../../../shared/model/conversation-mapping.ts';
import { go } from '../../../app/use-route.ts';
import { useFormat } from '../../../i18n/use-format.ts';
import { useAction } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { Field, Input, Segmented } from '../../../ui/fields.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { Progress } from '../../../ui/progress.tsx';
import { ErrorBox, Note } from '../../../ui/states.tsx';
import { QueryText } from '../search/search-line.tsx';
import { viewerZone } from '../search/use-parse.ts';
import { useStarted } from '../use-started.ts';

interface ReplicaProps {
  readonly library: Library;
  readonly query: string;
  /** Chosen one by one; may be empty. */
  readonly conversations: readonly string[];
  readonly onClose: () => void;
}

/** Copies chosen conversations, or what the search line finds, to be read without the server. */
export function ReplicaDialog({ library, query, conversations, onClose }: ReplicaProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [name, setName] = useState<string>(t('replicas.nameOf', { name: library.name.slice(0, 60) }));
  const [what, setWhat] = useState<'picked' | 'query'>(conversations.length > 0 ? 'picked' : 'query');
  const create = useAction('replicas/create');
  const started = useStarted();
  const submit = async (): Promise<void> => {
    if (name.trim() === '') return;
    const asked = { library: library.id, zone: viewerZone(), name: name.trim() };
    const answer = await create.run(what === 'picked' ? { ...asked, conversations: [...conversations] } : { ...asked, query });
    if (answer) started.follow(answer.jobId);
  };
  const { done } = started;
  useEffect(() => {
    if (done) go('#/replicas');
  }, [done]);
  return (
    <Dialog
      open
      onClose={onClose}
      title={t('replicas.create')}
      description={t('replicas.createText')}
      footer={<><Button onClick={onClose}>{started.active ? t('common.close') : t('common.cancel')}</Button><Button variant="primary" disabled={name.trim() === ''} busy={create.pending || started.active} onClick={() => void submit()}>{t('replicas.createDo')}</Button></>}
    >
      <form className="flex flex-col gap-3" onSubmit={(event) => { event.preventDefault(); void submit(); }}>
        <Field label={t('common.name')}>{(ids) => <Input {...ids} autoFocus maxLength={80} value={name} onChange={(event) => setName(event.target.value)} />}</Field>
        {conversations.length > 0 && query !== '' ? (
          <Segmented label={t('replicas.what')} value={what} onChange={setWhat} options={[{ value: 'picked', label: t('reader.picked', { count: conversations.length, amount: format.number(conversations.length) }) }, { value: 'query', label: t('replicas.found') }]} />
        ) : conversations.length > 0 ? <p className="text-sm">{t('reader.picked', { count: conversations.length, amount: format.number(conversations.length) })}</p> : null}
        {what === 'query' ? (query === '' ? <Note tone="warn">{t('replicas.allHint')}</Note> : <p className="text-sm"><QueryText text={query} /></p>) : null}
      </form>
      <Note>{t('replicas.maskedHint')}</Note>
      {started.active ? <Progress label={t('replicas.create')} value={started.progress} /> : null}
      <ErrorBox error={create.error ?? started.error} />
    </Dialog>
  );
}
