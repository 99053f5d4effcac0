import type { Library, Mapping } from '../../../../shared/model/conversation-mapping.ts';
import type { ConversationReader, QueryPort } from '../ports.ts';
import { foldSql } from './index-names.ts';
import { getConversation, listConversations } from './list.ts';
import { findNames } from './names.ts';
import { readShape } from './shape.ts';
import { makeSource } from './source.ts';
import { missingIndex, readMessage, readRaw, readThread, readTimeline } from './thread.ts';

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
  return {
    list: (request) => listConversations(source, request),
    names: (text, limit, signal) => findNames(source, { fold: foldSql, trigrams: false }, text, limit, signal),
    conversation: (key) => getConversation(source, key),
    thread: (conversation, from, limit, signal) => readThread(source, conversation, from, limit, signal),
    message: (key) => readMessage(source, key),
    timeline: (conversation, from, to) => readTimeline(source, conversation, from, to),
    raw: (kind, key) => readRaw(source, kind, key),
    search: () => Promise.reject(missingIndex()),
    count: () => Promise.reject(missingIndex()),
    step: () => Promise.reject(missingIndex()),
    stats: () => Promise.reject(missingIndex()),
    close: () => port.close(),
  };
}
