import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { noStatistics } from '../no-statistics.ts';
import type { ConversationReader, QueryPort } from '../ports.ts';
import { foldSql, searchNames } from './index-names.ts';
import { listByWords } from './list-words.ts';
import { getConversation, listConversations } from './list.ts';
import { findNames } from './names.ts';
import { readShape } from './shape.ts';
import { isBadKey, makeSource } from './source.ts';
import { makeSearch } from './search.ts';
import { readStatistics } from './stats.ts';
import { readMessage, readRaw, readThread, readTimeline } from './thread.ts';

export interface PostgresReaderOptions {
  /** Closed with the reader. */
  readonly port: QueryPort;
  readonly mapping: Mapping;
  readonly library: Pick<Library, 'id'>;
}

/**
 * Reads a library directly from its PostgreSQL, or from PGlite. Lists and threads need nothing but the tables; words are found where the
 * search index stands (index-plan.ts), else searching says CACHE_MISSING.
 *
 * @throws TravessiaError MAPPING_INVALID, CONNECTION_LOST, what the driver reports
 */
export async function openPostgresReader({ port, mapping, library }: PostgresReaderOptions): Promise<ConversationReader> {
  const source = makeSource(port, library.id, mapping, await readShape(port, mapping));
  const search = makeSearch(source, searchNames(source.shape.messages, mapping));
  return {
    list: (request) => (request.query.terms.length > 0 || request.query.near !== null ? listByWords(source, search, request) : listConversations(source, request)),
    names: async (text, limit, signal) => findNames(source, { fold: foldSql, trigrams: (await search.index())?.trigrams ?? null }, text, limit, signal),
    conversation: (key) => getConversation(source, key),
    thread: (conversation, from, limit, signal) => readThread(source, conversation, from, limit, signal),
    message: (key) => readMessage(source, key),
    timeline: (conversation, from, to, most) => readTimeline(source, conversation, from, to, most),
    raw: (kind, key) => readRaw(source, kind, key),
    search: search.search, count: search.count, step: search.step,
    stats: (query, masker, signal) => readStatistics(source, search, query, masker, signal).catch((error: unknown) => {
      // A key that cannot be one names no conversation, and nothing is counted in none.
      if (query.in !== null && isBadKey(error)) return noStatistics;
      throw error;
    }),
    close: () => port.close(),
  };
}
