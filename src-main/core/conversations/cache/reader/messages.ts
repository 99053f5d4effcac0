/** What crosses between the program and the thread of a copy. */
import type { ErrorReply } from '../../../../../shared/contract/errors.ts';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { Conversation, Count, Message, RawRow, Statistics } from '../../../../../shared/model/conversation.ts';
import type { ConversationReader, Page, SearchPage, ThreadFrom, ThreadPage } from '../../ports.ts';

/** What the thread can be asked, with what it is given and what it gives. */
export interface CopyCalls {
  list(query: Query, after: string | undefined, limit: number): Page<Conversation>;
  names(text: string, limit: number): readonly Conversation[];
  conversation(key: string): Conversation;
  thread(conversation: string, from: ThreadFrom, limit: number): ThreadPage;
  message(key: string): Message;
  timeline(conversation: string, from: string | null, to: string | null, most?: number): Awaited<ReturnType<ConversationReader['timeline']>>;
  /** `unmasked`: snippets and titles of the page are made of the source's own texts where it can be reached. */
  search(query: Query, after: string | undefined, limit: number, unmasked: boolean): SearchPage;
  count(query: Query): Count;
  step(query: Query, key: string, direction: 'next' | 'previous'): { readonly message: string; readonly conversation: string } | null;
  stats(query: Query): Statistics;
  raw(kind: 'message' | 'conversation', key: string): readonly RawRow[];
  originals(messages: readonly string[], conversations: readonly string[]): { readonly messages: readonly Message[]; readonly conversations: readonly Conversation[] };
  /** Rows that were revealed, for `revealed` of later requests. */
  reveal(messages: readonly Message[]): null;
}
export type CopyCall = keyof CopyCalls;

export interface CopyRequest<Name extends CopyCall = CopyCall> {
  readonly id: number;
  readonly name: Name;
  readonly args: Parameters<CopyCalls[Name]>;
  /** Keys that the asker may find by their own words. */
  readonly revealed: readonly string[];
}

export type CopyReply = { readonly id: number; readonly value: unknown } | { readonly id: number; readonly error: ErrorReply };

/** What the thread is started with. */
export interface CopyInput {
  readonly folder: string;
  /** A copy made by other rules is not read. */
  readonly masking: string;
  readonly mapping: string;
  /** One number for each of the last requests: the id of the one that nobody waits for any more. */
  readonly cancelled: SharedArrayBuffer;
}

export const cancelSlots = 256;
