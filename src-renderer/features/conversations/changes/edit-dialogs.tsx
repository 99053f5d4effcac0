import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Conversation, Message } from '../../../../shared/model/conversation.ts';
import { useCall } from '../../../stores/hooks.tsx';
import { Button } from '../../../ui/button.tsx';
import { Field, Input, TextArea } from '../../../ui/fields.tsx';
import { Dialog } from '../../../ui/overlays.tsx';
import { ErrorBox, Note, Skeleton } from '../../../ui/states.tsx';
import { ChangeDialog } from './change-dialog.tsx';

interface EditProps {
  readonly library: string;
  readonly onClose: () => void;
  readonly onDone: () => void;
}

/** A new title for a conversation: written first, then shown as SQL. */
export function RenameDialog({ library, conversation, onClose, onDone }: EditProps & { conversation: Conversation }) {
  const { t } = useTranslation();
  const [title, setTitle] = useState(conversation.masked ? '' : (conversation.title ?? ''));
  const [shown, setShown] = useState(false);
  if (shown) return <ChangeDialog library={library} change={{ kind: 'rename', conversation: conversation.key, title: title.trim() }} subject={conversation.title ?? conversation.key} onClose={onClose} onDone={onDone} />;
  return (
    <Dialog open onClose={onClose} title={t('changes.titles.rename')} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button variant="primary" disabled={title.trim() === ''} onClick={() => setShown(true)}>{t('changes.showSql')}</Button></>}>
      <form onSubmit={(event) => { event.preventDefault(); if (title.trim() !== '') setShown(true); }}>
        <Field label={t('changes.newTitle')}>{(ids) => <Input {...ids} autoFocus maxLength={1000} value={title} onChange={(event) => setTitle(event.target.value)} />}</Field>
      </form>
    </Dialog>
  );
}

/** Another text for a message. What is masked would be lost by being saved, so it is said. */
export function RewriteDialog({ library, message, onClose, onDone }: EditProps & { message: Message }) {
  const { t } = useTranslation();
  const whole = useCall('conversations/message', { library, key: message.key });
  const texts = whole.data?.parts.filter((part) => part.type === 'text').map((part) => part.text).join('\n\n');
  const [typed, setTyped] = useState<string | null>(null);
  const [shown, setShown] = useState(false);
  const text = typed ?? texts ?? '';
  if (shown) return <ChangeDialog library={library} change={{ kind: 'rewrite', message: message.key, text }} subject={message.key} onClose={onClose} onDone={onDone} />;
  return (
    <Dialog wide open onClose={onClose} title={t('changes.titles.rewrite')} footer={<><Button onClick={onClose}>{t('common.cancel')}</Button><Button variant="primary" disabled={whole.data === undefined || text === texts} onClick={() => setShown(true)}>{t('changes.showSql')}</Button></>}>
      <ErrorBox error={whole.error} onRetry={whole.reload} />
      {whole.data?.masked && !whole.data.revealed ? <Note tone="warn">{t('changes.maskedText')}</Note> : null}
      {whole.data ? <Field label={t('changes.newText')}>{(ids) => <TextArea {...ids} autoFocus rows={12} value={text} onChange={(event) => setTyped(event.target.value)} />}</Field> : whole.pending ? <Skeleton lines={5} /> : null}
    </Dialog>
  );
}
