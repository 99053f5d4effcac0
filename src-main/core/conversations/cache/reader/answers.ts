/** What a copy answers, over one open connection; opened again when the copy was made anew. */
import { setTimeout as pause } from 'node:timers/promises';
import { TravessiaError } from '../../../../../shared/contract/errors.ts';
import type { Message, SearchHit } from '../../../../../shared/model/conversation.ts';
import type { Scan, SearchPage } from '../../ports.ts';
import { currentFile, digestOf } from '../files.ts';
import { schemaVersion } from '../schema.ts';
import { missing, notFound, openCopy, type Copy } from './copy.ts';
import type { Limits } from './hits.ts';
import { listOf } from './list.ts';
import type { CopyCalls, CopyInput } from './messages.ts';
import { namesOf } from './names.ts';
import { createRevealed } from './revealed.ts';
import { searchOf } from './search.ts';
import { statisticsOf } from './statistics.ts';
import { messageOf, threadOf, timelineOf } from './thread.ts';

/** Milliseconds that a page of hits waits for its source. */
const patience = 1500;
/** Revealed rows that are kept at hand. */
const pooled = 1000;

type Answers = { readonly [Name in keyof CopyCalls]: (...args: Parameters<CopyCalls[Name]>) => ReturnType<CopyCalls[Name]> | Promise<ReturnType<CopyCalls[Name]>> };

export interface OpenAnswers {
  /** The calls for one request. */
  for(request: { readonly revealed: readonly string[]; readonly limits: Limits }): Answers;
  close(): void;
}

function partsOf(copy: Copy) {
  const revealed = createRevealed(copy);
  const lists = listOf(copy, revealed);
  return { copy, version: copy.version(), revealed, lists, names: namesOf(copy, lists), thread: threadOf(copy), message: messageOf(copy), timeline: timelineOf(copy), search: searchOf(copy, revealed), statistics: statisticsOf(copy, revealed) };
}

export function openAnswers(input: Omit<CopyInput, 'cancelled'>, scan: () => Promise<Scan>): OpenAnswers {
  const pool = new Map<string, Message>();
  let open: ReturnType<typeof partsOf> | null = null;

  function close(): void {
    open?.revealed.close();
    open?.copy.close();
    open = null;
  }

  function current(): ReturnType<typeof partsOf> {
    if (open !== null && (currentFile(input.folder) !== open.copy.path || open.copy.version() !== open.version)) close();
    if (open !== null) return open;
    const copy = openCopy(input.folder);
    const meta = copy.db.prepare<[string], string>('SELECT value FROM meta WHERE key = ?').pluck();
    if (meta.get('schema') !== schemaVersion || meta.get('masking') !== input.masking || meta.get('mapping') !== digestOf(input.mapping)) {
      copy.close();
      throw missing();
    }
    open = partsOf(copy);
    return open;
  }

  /** Texts of the source for what is masked on a page; none where it cannot be reached just now. */
  async function originalsOf(messages: readonly string[], conversations: readonly string[]): Promise<{ texts: Map<string, Message>; heads: Map<string, { title: string | null; owner: string | null }> }> {
    if (messages.length === 0 && conversations.length === 0) return { texts: new Map(), heads: new Map() };
    try {
      const fetched = scan().then((open_) => open_.fetch(messages, conversations));
      fetched.catch(() => undefined);
      // A source that has to be opened first (PGlite) is there for the next page.
      const rows = await Promise.race([fetched, pause(patience, null, { ref: false })]);
      return rows === null ? { texts: new Map(), heads: new Map() } : { texts: new Map(rows.messages.map((row) => [row.key, row])), heads: new Map(rows.conversations.map((row) => [row.key, row])) };
    } catch {
      return { texts: new Map(), heads: new Map() };
    }
  }

  return {
    for({ revealed: keys, limits }) {
      const parts = current();
      const { lists, search, revealed } = parts;
      revealed.keep(keys);
      revealed.add(keys.flatMap((key) => (revealed.has(key) ? [] : (pool.get(key) ?? []))));
      return {
        list: (query, after, limit) => lists.list(query, after, limit, limits),
        names: (text, limit) => parts.names(text, limit),
        conversation(key) {
          const id = parts.copy.conversation(key);
          const row = id === null ? null : lists.byId(id);
          if (row === null) throw notFound('conversation');
          return row;
        },
        thread: (conversation, from, limit) => parts.thread(conversation, from, limit),
        message: (key) => parts.message(key),
        timeline: (conversation, from, to, most) => parts.timeline(conversation, from, to, most),
        async search(query, after, limit, unmasked): Promise<SearchPage> {
          const page = search.page(query, after, limit, limits);
          const masked = unmasked ? search.masked(page.ids) : { messages: [], conversations: [] };
          const { texts, heads } = await originalsOf(masked.messages, masked.conversations);
          const rows: SearchHit[] = search.hits(page.ids, page.found, texts).map((hit) => ({ ...hit, ...(heads.has(hit.conversation) ? { title: heads.get(hit.conversation)?.title ?? null, owner: heads.get(hit.conversation)?.owner ?? null } : {}) }));
          return { rows, next: page.next, order: page.order };
        },
        count: (query) => search.count(query, limits),
        step: (query, key, direction) => search.step(query, key, direction, limits),
        stats: (query) => parts.statistics(query, limits),
        raw: async (kind, key) => (await scan()).raw(kind, key),
        originals: async (messages, conversations) => (await scan()).fetch(messages, conversations),
        reveal(messages) {
          for (const message of messages) {
            pool.delete(message.key);
            pool.set(message.key, message);
          }
          for (const key of [...pool.keys()].slice(0, Math.max(0, pool.size - pooled))) pool.delete(key);
          return null;
        },
      };
    },
    close,
  };
}

export function unknownCall(name: string): TravessiaError {
  return new TravessiaError('INTERNAL', { message: `A copy has no ${name}.` });
}
