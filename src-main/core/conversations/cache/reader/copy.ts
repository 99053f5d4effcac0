import { TravessiaError } from '../../../../../shared/contract/errors.ts';
import type { Conversation, Message } from '../../../../../shared/model/conversation.ts';
import { openSqlite, type SqliteDb } from '../../../../drivers/sqlite/index.ts';
import { flag } from '../facets.ts';
import { currentFile } from '../files.ts';
import { fromSortKey, toSortKey } from '../keys.ts';
import { cutParts, readParts } from '../store-parts.ts';
import { createStemmer, type Stemmer } from '../words/index.ts';
import type { Lookup } from './match.ts';

/** An open copy of a library: its connection and what is asked of it again and again. */
export interface Copy extends Lookup {
  readonly path: string;
  readonly db: SqliteDb;
  readonly stemmer: Stemmer;
  /** Changes whenever the copy was refreshed. */
  version(): string;
  /** Ids are moved on by at most so many (schema.ts). */
  spilt(): number;
  text(word: number): string;
  close(): void;
}

const mappedBytes = 2 ** 32;
const cacheKilobytes = 64 * 1024;

export const missing = (): TravessiaError => new TravessiaError('CACHE_MISSING', { message: 'There is no full-text copy of this library yet, or it was made by other rules.', hint: 'Refresh the library: its copy is made anew.' });

/** @throws CACHE_MISSING and what SQLite reports */
export function openCopy(folder: string): Copy {
  const path = currentFile(folder);
  if (path === null) throw missing();
  const file = openSqlite(path, { mode: 'read', safeIntegers: false });
  const { db } = file;
  db.pragma(`mmap_size = ${mappedBytes}`);
  db.pragma(`cache_size = -${cacheKilobytes}`);
  const meta = db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
  const byId = db.prepare<[number], string>('SELECT text FROM word WHERE id = ?').pluck();
  const all = db.prepare<[], { id: number; text: string }>('SELECT id, text FROM word');
  const conversation = db.prepare<[string], number>('SELECT id FROM conversation WHERE sort_key = ?').pluck();
  const texts = new Map<number, string>();
  let lower: { version: string; ids: Map<string, number[]> } | null = null;
  const version = (): string => meta.get('version') ?? '';
  return {
    path, db, stemmer: createStemmer(), version,
    spilt: () => Number(meta.get('spilt') ?? 0),
    text(id) {
      const known = texts.get(id) ?? byId.get(id) ?? '';
      texts.set(id, known);
      return known;
    },
    words(text) {
      if (lower?.version !== version()) {
        lower = { version: version(), ids: new Map() };
        for (const row of all.all()) lower.ids.set(row.text.toLowerCase(), [...(lower.ids.get(row.text.toLowerCase()) ?? []), row.id]);
      }
      return lower.ids.get(text.toLowerCase()) ?? [];
    },
    conversation: (key) => conversation.get(toSortKey(key)) ?? null,
    close: () => file.close(),
  };
}

export interface ConversationRow {
  readonly id: number; readonly sort_key: string; readonly t: number; readonly title: string | null; readonly owner: string | null; readonly created_at: string | null; readonly updated_at: string | null;
  readonly model: string | null; readonly preview: string | null; readonly deleted_at: string | null; readonly metadata: string | null; readonly masked: number; readonly messages: number;
}

export const toConversation = (row: ConversationRow): Conversation => ({
  key: fromSortKey(row.sort_key), title: row.title, owner: row.owner, createdAt: row.created_at, updatedAt: row.updated_at, messages: row.messages, model: row.model, preview: row.preview,
  deletedAt: row.deleted_at, metadata: row.metadata, masked: row.masked === 1, revealed: false,
});

export interface MessageRow {
  readonly id: number; readonly sort_key: string; readonly conversation: number; readonly t: number; readonly role: number; readonly model: number | null; readonly flags: number; readonly at: string | null;
  readonly input_tokens: number | null; readonly output_tokens: number | null; readonly latency: number | null; readonly parent: string | null; readonly deleted_at: string | null;
  readonly parts: string; readonly metadata: string | null;
}

export const messageColumns = 'm.id, m.sort_key, m.conversation, m.t, m.role, m.model, m.flags, m.at, m.input_tokens, m.output_tokens, m.latency, m.parent, m.deleted_at, b.parts, b.metadata';

/** @param whole - without the cut of a page */
export function toMessage(copy: Copy, row: MessageRow, conversation: string, whole: boolean): Message {
  const stored = readParts(row.parts);
  const { parts, truncated } = whole ? { parts: stored, truncated: (row.flags & flag.truncated) !== 0 } : cutParts(stored);
  return {
    key: fromSortKey(row.sort_key), conversation, role: copy.text(row.role), parts, truncated: truncated || (row.flags & flag.truncated) !== 0, at: row.at, model: row.model === null ? null : copy.text(row.model),
    inputTokens: row.input_tokens, outputTokens: row.output_tokens, latencyMs: row.latency, parent: row.parent, isError: (row.flags & flag.error) !== 0, deletedAt: row.deleted_at,
    metadata: row.metadata, masked: (row.flags & flag.masked) !== 0, revealed: false,
  };
}

export function notFound(kind: 'message' | 'conversation'): TravessiaError {
  return new TravessiaError('NOT_FOUND', { message: `There is no such ${kind}, or it came after the last refresh.`, hint: 'Refresh the library.' });
}
