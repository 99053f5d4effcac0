/** Rows of the model with their keys changed: the one place that says which fields hold keys. */
import type { Conversation, ConversationEvent, Message, SearchHit, Task } from '../../../../shared/model/conversation.ts';
import type { ScanRecord } from '../ports.ts';
import type { KeyKind } from './library-keys.ts';

export type ChangeKey = (key: string, kind: KeyKind) => string;

export function conversationKeys(row: Conversation, change: ChangeKey): Conversation {
  const key = change(row.key, 'conversation');
  return key === row.key ? row : { ...row, key };
}

export function messageKeys(row: Message, change: ChangeKey): Message {
  return { ...row, key: change(row.key, 'message'), conversation: change(row.conversation, 'conversation'), parent: row.parent === null ? null : change(row.parent, 'message') };
}

export function rowKeys<Row extends Task | ConversationEvent>(row: Row, change: ChangeKey): Row {
  return { ...row, key: change(row.key, 'row'), conversation: change(row.conversation, 'conversation') };
}

export function hitKeys(hit: SearchHit, change: ChangeKey): SearchHit {
  return { ...hit, message: change(hit.message, 'message'), conversation: change(hit.conversation, 'conversation') };
}

export function recordKeys(record: ScanRecord, change: ChangeKey): ScanRecord {
  switch (record.kind) {
    case 'conversation': return { kind: 'conversation', row: conversationKeys(record.row, change) };
    case 'message': return { kind: 'message', row: messageKeys(record.row, change) };
    case 'task': return { kind: 'task', row: rowKeys(record.row, change) };
    case 'event': return { kind: 'event', row: rowKeys(record.row, change) };
    case 'metric': return record;
  }
}
