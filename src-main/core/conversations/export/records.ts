import type { Conversation, ConversationEvent, Message, Part, Task } from '../../../../shared/model/conversation.ts';
import type { ExportFormat } from '../../../../shared/model/conversation-work.ts';
import { describe, type Language } from '../../../../shared/pure/texts/index.ts';

/** What an export is made of, in the order of the file: a conversation before its messages, tasks and events. */
export type ExportRecord =
  | { readonly kind: 'conversation'; readonly row: Conversation }
  | { readonly kind: 'message'; readonly row: Message; readonly title: string | null; readonly owner: string | null }
  | { readonly kind: 'task'; readonly row: Task }
  | { readonly kind: 'event'; readonly row: ConversationEvent };

/** What the file says of itself. */
export interface ExportInfo {
  readonly library: string;
  readonly query: string;
  readonly conversation: string | null;
  readonly of: 'messages' | 'conversations';
  readonly format: ExportFormat;
  readonly language: Language;
  readonly masked: boolean;
  readonly at: string;
  readonly who: string;
  readonly version: string;
}

export interface Totals {
  /** null where they were too many to be told apart. */
  readonly conversations: number | null;
  readonly messages: number;
}

/** One way of writing. Texts are appended in order; `head` is written again over itself once the totals are known, so its length must not depend on them. */
export interface Writer {
  readonly extension: string;
  head(info: ExportInfo, totals: Totals | null): string;
  /** @param index of the record in the file, from 0 */
  record(record: ExportRecord, index: number): string;
  tail(info: ExportInfo, totals: Totals): string;
}

/** A number in as much room as any number takes. */
export function roomFor(value: number | null | undefined): string {
  return String(value ?? '').padEnd(16);
}

export function totalsText(totals: Totals, language: Language): string {
  return describe('export.totals', { messages: String(totals.messages), conversations: totals.conversations === null ? '200000+' : String(totals.conversations) }, language);
}

/** A part as words, for formats that have nothing but text. */
export function partText(part: Part): string {
  switch (part.type) {
    case 'tool-call':
      return `${part.name}(${part.arguments})`;
    case 'image':
    case 'file':
      return `[${part.type}${part.name === null ? '' : `: ${part.name}`}${part.url === null ? '' : ` ${part.url}`}]`;
    default:
      return part.text;
  }
}

export function messageText(row: Message): string {
  return row.parts.map(partText).join('\n\n');
}
