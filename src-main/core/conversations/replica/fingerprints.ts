import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { fieldSql, readMapped, typeOf } from '../change/fields.ts';
import { nameOf, type ChangeSession, type Relation } from '../change/relations.ts';
import type { QueryPort } from '../ports.ts';

/** What the server says of conversations: equal text, equal rows. Conversations that are gone are left out. */
export type Fingerprints = (keys: readonly string[], signal: AbortSignal) => Promise<{ readonly key: string; readonly fingerprint: string }[]>;

/**
 * Sums of hashes over the rows of each conversation and all that belongs to it, made on the server: neither a changed text without a new
 * `updated_at` nor a deleted message is overlooked, and nothing but the sums crosses the network.
 *
 * @returns null where the mapping does not allow it (no table of conversations, views): then the records themselves are compared
 */
export async function serverFingerprints(port: QueryPort, mapping: Mapping): Promise<Fingerprints | null> {
  const session: ChangeSession = { query: async (sql, values) => { const rows = await port.rows(sql, values); return { rows, count: rows.length }; } };
  const tables = await readMapped(session, mapping).catch(() => null);
  const { conversations: part } = mapping;
  if (tables === null || tables.conversations === null || part === undefined) return null;
  const sum = (relation: Relation | null, field: { readonly column: string; readonly path?: readonly string[] | undefined } | undefined): string[] => {
    if (relation === null || field === undefined) return [];
    const own = { column: field.column, ...(field.path === undefined ? {} : { path: [...field.path] }) };
    const at = fieldSql(own, 't');
    return [`SELECT ${at}::text AS key, count(*) AS n, sum(hashtextextended(t::text, 0)::numeric) AS hash FROM ${nameOf(relation)} t WHERE ${at} = ANY($1::text[]::${typeOf(relation, own)}[]) GROUP BY 1`];
  };
  const others = [...sum(tables.messages, mapping.messages?.conversation), ...sum(tables.tasks, mapping.tasks?.conversation), ...sum(tables.events, mapping.events?.conversation)];
  const [own] = sum(tables.conversations, part.id);
  if (own === undefined) return null;
  const counted = others.map((sql, index) => `o${index} AS (${sql})`);
  const sql = `WITH c AS (${own})${counted.map((each) => `, ${each}`).join('')} SELECT c.key, concat_ws(' ', c.hash, ${counted.map((_, index) => `o${index}.n, o${index}.hash`).join(', ') || `''`}) AS fingerprint FROM c ${counted.map((_, index) => `LEFT JOIN o${index} ON o${index}.key = c.key`).join(' ')}`;
  return async (keys, signal) => (await port.rows(sql, [[...keys]], { signal })).map((row) => ({ key: row['key'] ?? '', fingerprint: row['fingerprint'] ?? '' }));
}
