import type { Conversation } from '../../../../shared/model/conversation.ts';
import { foldText } from '../../../../shared/pure/conversation-words/index.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { columnSql, textSql } from './fields.ts';
import { withExtras } from './list.ts';
import { conversationRow } from './rows.ts';
import { columnOf, type ShapeColumn } from './shape.ts';
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
  const key = columnSql('c', map.id);
  const column = columnOf(table, map.id);
  const names = [map.title, map.owner].filter((field) => field !== undefined).map((field) => index.fold(textSql('c', table, field)));
  const folded = foldText(wanted);
  const escaped = (part: string): string => part.replaceAll(/[\\%_]/g, String.raw`\$&`);
  const newest = source.listOrder.at === null ? [] : [`${source.listOrder.at.sql} DESC NULLS LAST`];
  /** Each way on its own: one index answers each, and a list of them would be answered by none. */
  const find = async (ways: readonly string[], rank: readonly string[], values: Values): Promise<Conversation[]> => {
    if (ways.length === 0) return [];
    const candidates = ways.map((way) => `(SELECT ${key} AS id FROM ${table.sql} c WHERE ${way} LIMIT ${mostCandidates})`).join(' UNION ');
    const rows = await source.port.rows(
      `SELECT ${select} FROM ${table.sql} c WHERE ${key} IN (SELECT id FROM (${candidates}) AS found) ORDER BY ${[...rank, ...newest, `${key} DESC`].join(', ')} LIMIT ${values.add(limit)}::int`, values.list, { signal });
    return rows.map(read);
  };
  const values = new Values();
  const holds = names.length === 0 ? '' : values.add(`%${escaped(folded)}%`);
  const begins = names.length === 0 ? '' : values.add(`${escaped(folded)}%`);
  const byId = idConditions(key, column, wanted, values);
  const found = await find([...byId, ...names.map((name) => `${name} LIKE ${holds}`)], [byId, names.map((name) => `${name} LIKE ${begins}`)].filter((each) => each.length > 0).map((each) => `(${any(each)}) DESC NULLS LAST`), values);
  if (found.length < limit && index.trigrams !== null && wanted.length > 2) {
    const others = new Values();
    const text_ = others.add(folded);
    const schema = quoteIdent(index.trigrams);
    const near = names.map((name) => `${text_} OPERATOR(${schema}.<%) ${name}`);
    const known = new Set(found.map((row) => row.key));
    const similar = await find(near, [`greatest(${names.map((name) => `${schema}.word_similarity(${text_}, ${name})`).join(', ')}) DESC NULLS LAST`], others);
    found.push(...similar.filter((row) => !known.has(row.key)).slice(0, limit - found.length));
  }
  return withExtras(source, found, signal);
}

/** Of one way; the newest of so many are good enough for a list of suggestions. */
const mostCandidates = 500;

/** Conversations whose key is the text or begins with it, by the index of the key where its type has an order for that. */
function idConditions(key: string, column: ShapeColumn, text: string, values: Values): string[] {
  const bound = (value: string): string => `${values.add(value)}::${column.type}`;
  if (column.family === 'uuid') {
    const digits = text.replaceAll('-', '').toLowerCase();
    if (!/^[0-9a-f]{4,32}$/.test(digits) || !/^[0-9a-f-]+$/i.test(text)) return [];
    return [`${key} BETWEEN ${bound(digits.padEnd(32, '0'))} AND ${bound(digits.padEnd(32, 'f'))}`];
  }
  if (column.family === 'integer') return /^\d{1,9}$/.test(text) ? [`${key} = ${bound(text)}`] : [];
  if (column.family !== 'text') return [];
  return [`${key} = ${bound(text)}`, ...(text.length > 3 ? [`${key} LIKE ${values.add(`${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`)}`] : [])];
}
