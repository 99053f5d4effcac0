import type { Worker } from 'node:worker_threads';
import type { Message } from '../../../../../shared/model/conversation.ts';
import type { ConversationReader, Masker } from '../../ports.ts';
import { currentFile } from '../files.ts';
import { missing } from './copy.ts';
import { createLane } from './lane.ts';

export interface CacheReaderOptions {
  /** Id of the library, by which the masker knows what is revealed. */
  readonly library: string;
  /** Folder of its copy. */
  readonly folder: string;
  /** Starts a thread over the copy (workers/conversation-cache.ts). */
  readonly start: (cancelled: SharedArrayBuffer) => Worker;
}

/** Revealed rows whose texts are at hand. */
const remembered = 1000;

/**
 * A reader over the console's own copy of a library. Two threads: counts and sums, which may take long, keep nobody waiting for a page.
 *
 * @throws TravessiaError CACHE_MISSING
 */
export function openCacheReader(options: CacheReaderOptions): ConversationReader {
  if (currentFile(options.folder) === null) throw missing();
  const pages = createLane(options.start);
  const sums = createLane(options.start);
  const texts = new Map<string, Message>();
  /** Keys that are no messages of the source: conversations, and what was deleted. */
  const gone = new Set<string>();
  const sent = new Map<typeof pages, { readonly thread: number; readonly keys: Set<string> }>();

  /** Gives a thread the texts of what is revealed; the keys that it then knows. */
  async function reveal(lane: typeof pages, masker: Masker): Promise<readonly string[]> {
    const keys = masker.active ? masker.revealed(options.library).slice(0, remembered) : [];
    if (keys.length === 0) return [];
    const unknown = keys.filter((key) => !texts.has(key) && !gone.has(key));
    if (unknown.length > 0) {
      // Where the source cannot be reached, the masked words are what can be searched.
      const found = await pages.call('originals', [unknown, []]).catch(() => null);
      for (const message of found?.messages ?? []) texts.set(message.key, message);
      if (found !== null) for (const key of unknown) if (!texts.has(key)) gone.add(key);
    }
    const before = sent.get(lane);
    const told = before?.thread === lane.thread() ? before.keys : new Set<string>();
    const fresh = keys.flatMap((key) => (told.has(key) ? [] : (texts.get(key) ?? [])));
    if (fresh.length > 0) {
      await lane.call('reveal', [fresh]);
      for (const { key } of fresh) told.add(key);
      sent.set(lane, { thread: lane.thread(), keys: told });
    }
    return keys.filter((key) => texts.has(key));
  }

  return {
    async list({ query, after, limit, masker, signal }) {
      return pages.call('list', [query, after, limit], { signal, revealed: query.terms.length === 0 ? [] : await reveal(pages, masker) });
    },
    names: (text, limit, signal) => pages.call('names', [text, limit], { signal }),
    conversation: (key) => pages.call('conversation', [key]),
    thread: (conversation, from, limit, signal) => pages.call('thread', [conversation, from, limit], { signal }),
    message: (key) => pages.call('message', [key]),
    timeline: (conversation, from, to, most) => pages.call('timeline', most === undefined ? [conversation, from, to] : [conversation, from, to, most]),
    raw: (kind, key) => pages.call('raw', [kind, key]),
    originals: (messages, conversations) => pages.call('originals', [messages, conversations]),
    async search({ query, after, limit, masker, signal }) {
      return pages.call('search', [query, after, limit, !masker.active], { signal, revealed: await reveal(pages, masker) });
    },
    async count(query, masker, signal) {
      return sums.call('count', [query], { signal, revealed: await reveal(sums, masker) });
    },
    async step(query, key, direction, masker, signal) {
      return pages.call('step', [query, key, direction], { signal, revealed: await reveal(pages, masker) });
    },
    async stats(query, masker, signal) {
      return sums.call('stats', [query], { signal, revealed: await reveal(sums, masker) });
    },
    async close() {
      await Promise.all([pages.close(), sums.close()]);
    },
  };
}
