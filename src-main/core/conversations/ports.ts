/**
 * conversations: what the parts of this feature know of each other.
 *
 * library: a database with the mapping by which it is read. reader: an open library that answers; `postgres/` asks its server,
 * `cache/` the console's own full-text copy of it, and a replica is read as a server is. view (view.ts): a reader whose answers are masked as
 * the profile asks; nothing else is given to a host. scan: all rows of a source as records of the model, for copies.
 */
import type { Conversation, ConversationEvent, Count, Message, RawRow, SearchHit, Statistics, Task } from '../../../shared/model/conversation.ts';
import type { Query } from '../../../shared/model/conversation-query.ts';
import type { Library, Mapping } from '../../../shared/model/conversation-mapping.ts';
import type { LibraryKeys } from './keys/index.ts';
import type { PgRow, PgSession, PgValue } from '../../drivers/postgres/index.ts';

export interface Page<T> {
  readonly rows: readonly T[];
  /** Cursor of the next page; null where this was the last. */
  readonly next: string | null;
}

/** at: around the first message at or after a moment; the end where none is that late. */
export type ThreadFrom = 'start' | 'end' | { readonly around: string } | { readonly at: string } | { readonly after: string } | { readonly before: string };

export interface ThreadPage {
  readonly rows: readonly Message[];
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Personal data: what the reader needs of masking, so that neither a snippet nor a hit gives away what is masked.
 * core/masking implements it; `noMasking` leaves everything as it is.
 */
export interface Masker {
  readonly active: boolean;
  /** The text with every piece of personal data replaced by ⟨kind⟩. Idempotent. */
  mask(text: string): string;
  /** A message (or, where `kind` says so, a conversation's own fields) that was revealed in this session is shown, and found, as it is. */
  isRevealed(library: string, key: string, kind?: 'message' | 'conversation'): boolean;
  /** Keys of the messages that are revealed now, for a reader that holds masked texts only: such a message is found by its own words. */
  revealed(library: string): readonly string[];
}

export interface SearchRequest {
  readonly query: Query;
  /** What was asked as it was typed: by it a cursor is known again, while what it means may move with the clock (`after:2h`). Absent: by the query. */
  readonly line?: string;
  readonly after?: string;
  readonly limit: number;
  readonly masker: Masker;
  readonly signal: AbortSignal;
}

/** No rows and a cursor: none of those looked at so far matches, and there are more to look at. */
export interface SearchPage extends Page<SearchHit> {
  readonly order: 'best' | 'newest';
}

/** How far an earlier answer looked, and what was asked as it was typed (as in SearchRequest). */
export interface StepFrom {
  readonly line: string;
  readonly after?: string;
}

/** The neighbour; or how far was looked without finding it: to be asked again with this. */
export type StepAnswer = { readonly message: string; readonly conversation: string; readonly next?: undefined } | { readonly next: string; readonly message?: undefined; readonly conversation?: undefined };

/**
 * An open library. Answers are complete rows of the model with `masked: false` (but see `originals`); only what is searched for by words looks at the masker (`search`,
 * `count`, `step`, and `list` and `stats` where the query has terms), since a hit is itself an answer about what is masked: in all of them a term
 * counts only where the masked text matches it. Filters by value (`user:`, `meta.`) that masking would replace never reach a reader: the view answers them.
 * `deleted` of a query means a message or its conversation: for support the view asks with `notHas: ['deleted']`, and neither may be found then. All methods throw TravessiaError: NOT_FOUND for unknown keys, CONNECTION_LOST, CACHE_MISSING, CANCELLED.
 */
export interface ConversationReader {
  list(request: { readonly query: Query; readonly line?: string; readonly after?: string; readonly limit: number; readonly masker: Masker; readonly signal: AbortSignal }): Promise<Page<Conversation>>;
  names(text: string, limit: number, signal: AbortSignal): Promise<readonly Conversation[]>;
  conversation(key: string): Promise<Conversation>;
  thread(conversation: string, from: ThreadFrom, limit: number, signal: AbortSignal): Promise<ThreadPage>;
  /** Whole, without the cut of a page. */
  message(key: string): Promise<Message>;
  /** Many messages, whole, in any order, for exports; those that are gone are left out. Absent: they are asked for one by one. */
  many?(keys: readonly string[], signal: AbortSignal): Promise<readonly Message[]>;
  /** @param most - rows of each kind at most, 500 where absent; beyond, `cut` says so */
  timeline(conversation: string, from: string | null, to: string | null, most?: number): Promise<{ readonly tasks: readonly Task[]; readonly events: readonly ConversationEvent[]; readonly cut: boolean }>;
  raw(kind: 'message' | 'conversation', key: string): Promise<readonly RawRow[]>;
  search(request: SearchRequest): Promise<SearchPage>;
  count(query: Query, masker: Masker, signal: AbortSignal): Promise<Count>;
  step(query: Query, key: string, direction: 'next' | 'previous', masker: Masker, signal: AbortSignal, from?: StepFrom): Promise<StepAnswer | null>;
  stats(query: Query, masker: Masker, signal: AbortSignal): Promise<Statistics>;
  /**
   * Only where answers come from a masked copy (`masked` says of each row whether anything in it was replaced): these rows as the source has
   * them now, unmasked; those that are gone are left out. The view puts them in place of masked rows that may be seen. Absent: answers are the source's own.
   */
  originals?(messages: readonly string[], conversations: readonly string[]): Promise<{ readonly messages: readonly Message[]; readonly conversations: readonly Conversation[] }>;
  close(): Promise<void>;
}

/** What a scan yields: each conversation before its messages. Times, keys and parts as in the model; nothing is masked yet. */
export type ScanRecord =
  | { readonly kind: 'conversation'; readonly row: Conversation }
  | { readonly kind: 'message'; readonly row: Message }
  | { readonly kind: 'task'; readonly row: Task }
  | { readonly kind: 'event'; readonly row: ConversationEvent }
  | { readonly kind: 'metric'; readonly row: { readonly operation: string; readonly durationMs: number | null; readonly success: boolean | null; readonly at: string | null } };

/** All of a source, in batches of about a thousand, from one consistent view of it. Runs in a worker thread. */
export interface Scan {
  /** Rows it expects to yield, for progress; null while unknown. */
  readonly total: number | null;
  /** Says whether the source is as it was: equal text, equal content. */
  readonly fingerprint: string;
  records(signal: AbortSignal): AsyncIterable<readonly ScanRecord[]>;
  /** Rows as they stand in the source, for reveal and the raw row. */
  raw(kind: 'message' | 'conversation', key: string): Promise<readonly RawRow[]>;
  /** These messages and conversations as the source has them now, unmasked; those that are gone are left out. */
  fetch(messages: readonly string[], conversations: readonly string[]): Promise<{ readonly messages: readonly Message[]; readonly conversations: readonly Conversation[] }>;
  close(): Promise<void>;
}

/** PostgreSQL, wherever it runs: a pool of read-only sessions of a server, or PGlite in a worker. Values are the server's text. */
export interface QueryPort {
  rows(sql: string, values?: readonly PgValue[], options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<readonly PgRow[]>;
  close(): Promise<void>;
}

/** The libraries of this console and their open readers (libraries/). */
export interface Libraries {
  /** @throws NOT_FOUND */
  get(id: string): Promise<Library>;
  /** Opened once and kept; closed after ten minutes without a call. @throws CACHE_MISSING, CONNECTION_LOST, what the driver reports */
  reader(id: string): Promise<ConversationReader>;
  /** What its keys are called outside. Its reader gives them so, and takes them so; what asks the source itself must open them. @throws SECRETS_UNAVAILABLE, WRONG_PASSPHRASE */
  keys(id: string): Promise<LibraryKeys>;
  /** By which its rows are read, and where it is a replica were read from their library: what the names of columns say holds for both. @throws NOT_FOUND */
  mappings(id: string): Promise<readonly Mapping[]>;
  /** The read-only sessions by which a direct library is read, shared with its reader; null where it is read from the console's cache. */
  port(id: string): Promise<QueryPort | null>;
  /**
   * What is read from the console's copy is brought to what its source holds now; what is read from its source is so already.
   * @throws those of the source, CANCELLED, DISK_FULL, RUN_BUSY (another program is at it)
   */
  bringUpToDate(id: string, signal: AbortSignal): Promise<void>;
  /** Looks whether search has its index now; for whoever has just made it. */
  noteIndex(id: string): Promise<void>;
  /** A session that may write, for `libraries/index` and changes by a DBA. The caller closes it. @throws UNSUPPORTED_SOURCE where the source is no PostgreSQL */
  writer(id: string): Promise<PgSession>;
  close(): Promise<void>;
}

/** What core/guard decides, asked anew at each call: the profile may change under an open window. */
export interface Guard {
  /** As profile and setting ask now. `active: false`: everything is shown as it is. */
  masker(): Promise<Masker>;
  /** Soft-deleted conversations and messages are shown, marked, to those who may (a DBA), and are not there for others. */
  seesDeleted(): Promise<boolean>;
  /** Shown and found as it is from now on, in this session. The reason stands in the audit by the call that asked. */
  reveal(library: string, kind: 'message' | 'conversation', key: string): void;
}

export const noMasking: Masker = { active: false, mask: (text) => text, isRevealed: () => false, revealed: () => [] };
