/**
 * scan: all of a database as conversations, by its mapping, from one consistent view of it; and single rows of it by their keys.
 *
 * source: a file, a folder or a server (core/sources). reader: rows of one moment. reading: how rows become records.
 */
import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Mapping, SourceShape } from '../../../../shared/model/conversation-mapping.ts';
import type { Source } from '../../sources/index.ts';
import type { Scan } from '../ports.ts';
import { checkMapping } from './check-mapping.ts';
import { pgliteRows } from './pglite-rows.ts';
import { postgresRows } from './postgres-rows.ts';
import type { RowSource } from './row-source.ts';
import { openReading } from './open-reading.ts';
import { sqliteRows } from './sqlite-rows.ts';

export { contentOf, conversationKey, conversationOf, eventOf, messagesOf, metadataOf, metricOf, noConversation, openRow, taskOf } from './read-row.ts';
export type { Cell, Row } from './cells.ts';
export { checkMapping, type MappingProblem } from './check-mapping.ts';
export { detectIn, previewIn, type Look } from './look.ts';
export { isoTime } from './times.ts';
export type { RowSource } from './row-source.ts';

/** @throws UNSUPPORTED_SOURCE for JSON exports, which are no database */
export function openRows(source: Source): RowSource {
  if (source.kind === 'postgres') return postgresRows(source.config, source.reference);
  if (source.kind === 'sqlite') return sqliteRows(source.path);
  if (source.kind === 'pglite') return pgliteRows(source.path);
  throw new TravessiaError('UNSUPPORTED_SOURCE', { message: `${source.reference} is a JSON export; conversations are read from SQLite, PGlite and PostgreSQL.`, hint: 'Migrate the export into a database first.' });
}

/** Rows that the tables of a mapping hold, as far as the database says without counting. */
function totalOf(shape: SourceShape, mapping: Mapping): number | null {
  const { conversations, messages, tasks, events, metrics } = mapping;
  const counts = [conversations, messages, tasks, events, metrics].flatMap((part) => (part === undefined ? [] : [shape.tables.find((table) => table.name === part.table.name && table.schema === part.table.schema)?.rows ?? null]));
  const known = counts.filter((count) => count !== null);
  return known.length < counts.length || (messages === undefined) ? null : known.reduce((sum, count) => sum + count, 0) + (messages.exchange === undefined ? 0 : (known[conversations === undefined ? 0 : 1] ?? 0));
}

/**
 * Opens a source to read all of it. Synchronous reading of files: only in a worker thread.
 * @throws TravessiaError MAPPING_INVALID with the place and a suggestion; those of the source: FILE_NOT_FOUND, NOT_A_DATABASE, CANNOT_CONNECT, UNSUPPORTED_SOURCE …
 */
export async function openScan(source: Source, mapping: Mapping): Promise<Scan> {
  const rows = openRows(source);
  try {
    const fingerprint = await rows.fingerprint();
    const { shape } = await rows.shape();
    checkMapping(shape, mapping, rows.dialect);
    const reading = openReading(rows.dialect, shape, mapping);
    return {
      total: totalOf(shape, mapping),
      fingerprint,
      async *records(signal) {
        const reader = await rows.snapshot(signal);
        try {
          yield* reading.records(reader, signal);
        } finally {
          await reader.close();
        }
      },
      raw: async (kind, key) => reading.raw(await rows.now(), kind, key),
      async fetch(messages, conversations) {
        const reader = await rows.now();
        return { messages: await reading.messages(reader, messages), conversations: await reading.conversations(reader, conversations) };
      },
      close: () => rows.close(),
    };
  } catch (error) {
    await rows.close();
    throw error;
  }
}
