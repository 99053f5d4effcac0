import { deflateRawSync } from 'node:zlib';
import type { ColumnProfile, TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteIndex, SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tableItself, type SqliteDb } from '../../drivers/sqlite/index.ts';

export type LongKey = NonNullable<TableAssessment['longKeys']>[number];

/** Bytes of an entry of a b-tree with 8 KB pages (manual 64.1.4.1: a third of a page), less what its header and alignment take. */
const largestEntry = 2704 - 40;
/** Values of more bytes are compressed before they are stored (storage/itup.h, TOAST_INDEX_TARGET). */
const compressedFrom = 508;
/**
 * The server's own compressions (pglz, lz4) look at less than deflate does: what deflate brings to half of what would fit, they bring to
 * what fits. A value in between counts as too long, since a run must not find out.
 */
const caution = 2;
/** Rows tried at most; texts of one column compress alike. */
const mostTried = 2000;

/**
 * Indexes and keys that PostgreSQL could not build: entries longer than its b-tree takes, also compressed. SQLite knows no such limit. Only
 * columns whose longest values could be too long are read again.
 */
export function findLongKeys(db: SqliteDb, table: SqliteTable, profiles: readonly ColumnProfile[], encoding: string): LongKey[] {
  return table.indexes.flatMap((index): LongKey[] => {
    const columns = index.columns.map(({ name }) => profiles.find((profile) => profile.name === name));
    const known = columns.filter((column) => column !== undefined);
    // Of an expression nobody knows the length; most take a part of a column, or fold it.
    if (known.length === 0 || known.reduce((sum, { maxBytes }) => sum + (maxBytes ?? 8), 0) <= largestEntry) return [];
    const bytes = longestEntry(db, table, index, encoding);
    return bytes === 0 ? [] : [{ index: index.name, columns: known.filter(({ maxBytes }) => (maxBytes ?? 0) > compressedFrom).map(({ name }) => name), bytes: String(bytes) }];
  });
}

/** Bytes of the longest entry that would not fit, as far as was looked; 0: all fit. */
function longestEntry(db: SqliteDb, table: SqliteTable, index: SqliteIndex, encoding: string): number {
  const names = index.columns.flatMap(({ name }) => (name === null ? [] : [quoteIdent(name)]));
  const total = names.map((name) => `coalesce(octet_length(${name}), 0)`).join(' + ');
  // Lengths are in the file's encoding: a character of two bytes there may take three.
  const from = encoding === 'UTF-8' ? largestEntry : Math.floor((largestEntry * 2) / 3);
  const rows = db.prepare<unknown[], SourceValue[]>(`SELECT ${names.join(', ')} FROM ${tableItself(table)} WHERE ${total} > ${from} LIMIT ${mostTried}`).raw().safeIntegers(true);
  let longest = 0;
  for (const row of rows.iterate()) {
    const parts = row.map((value) => (typeof value === 'string' ? Buffer.from(value, 'utf8') : value instanceof Uint8Array ? value : Buffer.alloc(value === null ? 0 : 8)));
    const raw = parts.reduce((sum, part) => sum + part.length, 0);
    if (raw > longest && parts.reduce((sum, part) => sum + stored(part), 0) > largestEntry) longest = raw;
  }
  return longest;
}

function stored(value: Uint8Array): number {
  return value.length <= compressedFrom ? value.length : Math.min(value.length, deflateRawSync(value, { level: 1 }).length * caution);
}
