import type { Query } from '../../../../shared/model/conversation-query.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { columnOf } from './shape.ts';
import type { Source } from './source.ts';

/** A value of the column of times, where the column's type does not say what a moment looks like in it; null where none is needed. */
export async function timeSample(source: Source, alias: 'c' | 'm', query: Pick<Query, 'after' | 'before'>): Promise<string | null> {
  if (query.after === null && query.before === null) return null;
  const table = alias === 'c' ? source.shape.conversations : source.shape.messages;
  const field = alias === 'c' ? source.listTime : source.message.created;
  if (field === undefined) return null;
  const { family } = columnOf(table, field);
  if (family !== 'text' && family !== 'integer' && family !== 'number') return null;
  const name = quoteIdent(field.column);
  const rows = await source.port.rows(`SELECT ${name}::text AS value FROM ${table.sql} WHERE ${name} IS NOT NULL LIMIT 1`);
  return rows[0]?.['value'] ?? null;
}
