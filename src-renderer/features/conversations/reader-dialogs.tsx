import type { CallOutput } from '../../../shared/contract/contract.ts';
import type { Library } from '../../../shared/model/conversation-mapping.ts';
import type { Conversation, Message } from '../../../shared/model/conversation.ts';
import { ChangeDialog } from './changes/change-dialog.tsx';
import { RenameDialog, RewriteDialog } from './changes/edit-dialogs.tsx';
import { ExportDialog } from './export/export-dialog.tsx';
import type { ReaderAddress } from './reader-address.ts';
import { ReplicaDialog } from './replicas/replica-dialog.tsx';
import { RevealDialog } from './reveal-dialog.tsx';
import type { RevealSubject } from './reveal-dialog.tsx';

export type ReaderDialog =
  | { readonly kind: 'reveal'; readonly subject: RevealSubject }
  /** Of one conversation, or of what the search line finds. */
  | { readonly kind: 'export'; readonly conversation?: string }
  | { readonly kind: 'replica'; readonly conversations: readonly string[] }
  | { readonly kind: 'rename' | 'delete'; readonly conversation: Conversation }
  | { readonly kind: 'rewrite'; readonly message: Message };

interface DialogsProps {
  readonly library: Library;
  readonly address: ReaderAddress;
  readonly dialog: ReaderDialog | null;
  readonly conversation: Conversation | undefined;
  readonly onClose: () => void;
  readonly onRevealed: (answer: CallOutput<'conversations/reveal'>) => void;
  readonly onChanged: () => void;
  /** The conversation that was open is no longer there. */
  readonly onGone: () => void;
}

/** The one dialog of the reader that is open, if any. */
export function ReaderDialogs({ library, address, dialog, conversation, onClose, onRevealed, onChanged, onGone }: DialogsProps) {
  if (dialog === null) return null;
  const changed = (): void => {
    onClose();
    onChanged();
  };
  switch (dialog.kind) {
    case 'reveal':
      return <RevealDialog library={library.id} subject={dialog.subject} onClose={onClose} onRevealed={(answer) => { onClose(); onRevealed(answer); }} />;
    case 'export':
      return <ExportDialog library={library} query={address.query} conversation={dialog.conversation ?? null} open={conversation} onClose={onClose} />;
    case 'replica':
      return <ReplicaDialog library={library} query={address.query} conversations={dialog.conversations} onClose={onClose} />;
    case 'rename':
      return <RenameDialog library={library.id} conversation={dialog.conversation} onClose={onClose} onDone={changed} />;
    case 'delete':
      return <ChangeDialog library={library.id} change={{ kind: 'delete', conversation: dialog.conversation.key }} subject={dialog.conversation.title ?? dialog.conversation.key} onClose={onClose} onDone={() => { onClose(); onGone(); onChanged(); }} />;
    case 'rewrite':
      return <RewriteDialog library={library.id} message={dialog.message} onClose={onClose} onDone={changed} />;
  }
}
