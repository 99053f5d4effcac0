/** Records of the model as rows of a replica, masked. Runs in the replica's worker: masking reads every character. */
import { createHmac } from 'node:crypto';
import type { Conversation, ConversationEvent, Message, Part, Task } from '../../../../shared/model/conversation.ts';
import { maskConversation, maskEvent, maskMessage, maskTask } from '../mask-rows.ts';
import type { MaskText, RowMask } from '../row-mask.ts';

export type Cell = string | null;

export interface Records {
  readonly conversations: readonly Conversation[];
  readonly messages: readonly Message[];
  readonly tasks: readonly Task[];
  readonly events: readonly ConversationEvent[];
}

export interface RecordRows {
  readonly table: keyof typeof columns;
  readonly rows: readonly (readonly Cell[])[];
}

/** Columns of each table in the order of the rows' cells, with their types. */
export const columns = {
  conversations: { id: 'text', name: 'text', user_id: 'text', model: 'text', created_at: 'timestamptz', updated_at: 'timestamptz', metadata: 'jsonb' },
  messages: {
    id: 'text', conversation_id: 'text', role: 'text', content: 'text', parts: 'jsonb', error: 'text', created_at: 'timestamptz', parent_id: 'text', model: 'text', input_tokens: 'double precision', output_tokens: 'double precision', latency_ms: 'double precision', metadata: 'jsonb',
  },
  tasks: { id: 'text', conversation_id: 'text', status: 'text', description: 'text', created_at: 'timestamptz', updated_at: 'timestamptz', metadata: 'jsonb' },
  events: { id: 'text', conversation_id: 'text', event_type: 'text', actor: 'text', timestamp: 'timestamptz', content: 'text' },
} as const;

/** PostgreSQL's text knows neither NUL nor half a surrogate pair; both are shown as the replacement character. */
const clean = (text: string): string => text.replaceAll('\0', '\u{FFFD}').toWellFormed();
const cleanOrNull = (text: string | null): Cell => (text === null ? null : clean(text));

/** JSON that jsonb takes; null where the text is none. */
function json(text: string | null): Cell {
  if (text === null) return null;
  try {
    JSON.parse(text);
  } catch {
    return JSON.stringify({ text: clean(text) });
  }
  // Escapes of what cannot be stored, each read as a whole, so that an escaped backslash before them is none of theirs.
  return clean(text).replaceAll(/\\(?:u([\da-fA-F]{4})(?:\\u([\da-fA-F]{4}))?|[^u])/g, (escape: string, first?: string, second?: string) => {
    if (first === undefined) return escape;
    const high = (hex: string): boolean => /^d[89ab]/i.test(hex);
    const low = (hex: string): boolean => /^d[c-f]/i.test(hex);
    if (second !== undefined && high(first) && low(second)) return escape;
    return [first, ...(second === undefined ? [] : [second])].map((hex) => (hex === '0000' || high(hex) || low(hex) ? String.raw`\ufffd` : `\\u${hex}`)).join('');
  });
}

const moment = (text: string | null): Cell => (text === null || Number.isNaN(Date.parse(text)) ? null : text);
/** What names and counts is shown as it is elsewhere; a replica leaves the house. */
const hidden = (text: string | null, mask: MaskText): Cell => (text === null ? null : clean(mask(text)));
const figure = (value: number | null): Cell => (value === null ? null : String(value));

/**
 * Keys as the library shows them: what is personal in them is sealed already (keys/). One that comes in clear all the same is replaced by a keyed hash, the
 * same at each refresh.
 */
export function keysOf(mask: MaskText, key: Uint8Array): (text: string) => string {
  return (text) => clean(mask(text) === text ? text : `masked-${createHmac('sha256', key).update(text).digest('hex').slice(0, 32)}`);
}

/** What is drawn in a picture is not read by masking: its bytes stay behind, its name comes along. */
function withoutPicture(part: Part): Part {
  return part.type === 'image' ? { ...part, data: null } : part;
}

function partsOf(message: Message): { readonly content: string; readonly parts: Cell; readonly error: Cell } {
  const parts = message.parts.map(withoutPicture);
  const errors = parts.filter((part) => part.type === 'error').map(({ text }) => text);
  const others = parts.filter((part) => part.type !== 'error');
  const first = others.find((part) => part.type === 'text');
  const error = errors.length === 0 ? null : clean(errors.join('\n'));
  const content = first === undefined ? '' : clean(first.text);
  if (others.every((part) => part === first)) return { content, parts: null, error };
  return { content, parts: json(JSON.stringify(others.map((part) => (part.type === 'text' ? { type: 'text', text: part.text } : { type: 'part', part })))), error };
}

/** Rows for each table, in an order that foreign keys allow. */
export function toRows(records: Records, mask: RowMask, key: (text: string) => string): RecordRows[] {
  const conversations = records.conversations.map((source) => {
    const row = maskConversation(source, mask);
    return [key(row.key), cleanOrNull(row.title), cleanOrNull(row.owner), hidden(row.model, mask.text), moment(row.createdAt), moment(row.updatedAt), json(row.metadata)];
  });
  const messages = records.messages.map((source) => {
    const row = maskMessage(source, mask);
    const { content, parts, error } = partsOf(row);
    return [
      key(row.key), key(row.conversation), hidden(row.role, mask.text), content, parts, error, moment(row.at), row.parent === null ? null : key(row.parent), hidden(row.model, mask.text),
      figure(row.inputTokens), figure(row.outputTokens), figure(row.latencyMs), json(row.metadata),
    ];
  });
  const tasks = records.tasks.map((source) => {
    const row = maskTask(source, mask);
    return [key(row.key), key(row.conversation), hidden(row.status, mask.text), clean(row.description), moment(row.createdAt), moment(row.updatedAt), json(row.metadata)];
  });
  const events = records.events.map((source) => {
    const row = maskEvent(source, mask);
    return [key(row.key), key(row.conversation), hidden(row.type, mask.text), cleanOrNull(row.actor), moment(row.at), cleanOrNull(row.content)];
  });
  return [{ table: 'conversations', rows: conversations }, { table: 'messages', rows: messages }, { table: 'tasks', rows: tasks }, { table: 'events', rows: events }];
}
