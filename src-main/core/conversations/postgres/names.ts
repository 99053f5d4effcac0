import type { Conversation } from '../../../../shared/model/conversation.ts';
import { foldText } from '../../../../shared/pure/conversation-words/index.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { columnSql, textSql } from './fields.ts';
import { withExtras } from './list.ts';
import { conversationRow } from './rows.ts';
import { columnOf } from './shape.ts';
import type { Source } from './source.ts';
import { any, clean, Values } from './values.ts';

export interface NameIndex {
  /** SQL of a text folded as the index holds it. */
  readonly fold: (sql: string) => string;
  /** Schema of pg_trgm where the search index was made: misspelled names are found too. */
  readonly trigrams: string | null;
}

/**
 * Conversations by name, owner or id: those that begin with the text first, then those that hold or resemble it, newest first. Folded: neither
 * case nor accents matter where the search index was made.
 */
export async function findNames(source: Source, index: NameIndex, text: string, limit: number, signal: AbortSignal): Promise<readonly Conversation[]> {
  const wanted = clean(text).trim();
  if (wanted === '') return [];
  const { conversation: map, shape: { conversations: table } } = source;
  const { select, read } = conversationRow(source);
  const values = new Values();
  const pattern = foldText(wanted).replaceAll(/[\\%_]/g, String.raw`\$&`);
  const begins = values.add(`${pattern}%`);
  const holds = values.add(`%${pattern}%`);
  const id = `${columnSql('c', map.id)}::text`;
  const names = [map.title, map.owner].filter((field) => field !== undefined).map((field) => index.fold(textSql('c', table, field)));
  const identical = exactId(columnOf(table, map.id).family, wanted) ? [`${columnSql('c', map.id)} = ${values.add(wanted)}::${columnOf(table, map.id).type}`] : [];
  const ways = [...identical, ...names.flatMap((name) => [`${name} LIKE ${holds}`, ...(index.trigrams !== null && wanted.length > 2 ? [`${values.add(foldText(wanted))} OPERATOR(${quoteIdent(index.trigrams)}.<%) ${name}`] : [])]), ...(wanted.length > 3 ? [`${id} LIKE ${values.add(`${wanted.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)}`] : [])];
  const rank = [identical, names.map((name) => `${name} LIKE ${begins}`), names.map((name) => `${name} LIKE ${holds}`)].filter((each) => each.length > 0).map((each) => `(${any(each)}) DESC NULLS LAST`);
  const newest = source.listOrder.at === null ? [] : [`${source.listOrder.at.sql} DESC NULLS LAST`];
  // Each way on its own: one index answers each, and a list of them would be answered by none.
  const key = columnSql('c', map.id);
  const candidates = ways.map((way) => `(SELECT ${key} AS id FROM ${table.sql} c WHERE ${way} LIMIT 1000)`).join(' UNION ');
  const rows = await source.port.rows(
    `SELECT ${select} FROM ${table.sql} c WHERE ${key} IN (SELECT id FROM (${candidates}) AS found) ORDER BY ${[...rank, ...newest, `${key} DESC`].join(', ')} LIMIT ${values.add(limit)}::int`, values.list, { signal });
  return withExtras(source, rows.map(read), signal);
}

function exactId(family: string, text: string): boolean {
  if (family === 'uuid') return /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i.test(text);
  if (family === 'integer') return /^-?\d{1,18}$/.test(text);
  return family === 'text';
}
