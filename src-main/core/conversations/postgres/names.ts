import type { Conversation } from '../../../../shared/model/conversation.ts';
import { foldText } from '../../../../shared/pure/conversation-words/index.ts';
import { quoteIdent } from '../../../../shared/pure/quote.ts';
import { columnSql, textSql } from './fields.ts';
import { withExtras } from './list.ts';
import { idConditions } from './name-ids.ts';
import { conversationRow } from './rows.ts';
import { columnOf, hasIndex } from './shape.ts';
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
  const byId = idConditions({ key, column, isIndexed: hasIndex(table, [map.id.column]) }, wanted, values);
  const found = await find([...byId, ...names.map((name) => `${name} LIKE ${holds}`)], [byId, names.map((name) => `${name} LIKE ${begins}`)].filter((each) => each.length > 0).map((each) => `(${any(each)}) DESC NULLS LAST`), values);
  const { trigrams } = index;
  if (trigrams !== null && wanted.length > 2) {
    for (const share of shares) {
      // Names that have less in common are only of use where there are no others.
      if (found.length >= limit || (share !== shares[0] && found.length > 0)) break;
      const others = new Values();
      const text_ = others.add(folded);
      const schema = quoteIdent(trigrams);
      // Before the first row is looked for, and for this statement alone.
      const bound = `(SELECT set_config('pg_trgm.word_similarity_threshold', '${share}', true)) IS NOT NULL`;
      const most = (measure: string): string => `greatest(${names.map((name) => `${schema}.${measure}(${text_}, ${name})`).join(', ')}) DESC NULLS LAST`;
      const known = new Set(found.map((row) => row.key));
      const similar = await find(names.map((name) => `${bound} AND ${text_} OPERATOR(${schema}.<%) ${name}`), [most('word_similarity'), most('similarity')], others);
      found.push(...similar.filter((row) => !known.has(row.key)).slice(0, limit - found.length));
    }
  }
  return withExtras(source, found, signal);
}

/** Shares of trigrams in common: the server's own, which asks too much of short names, and what two letters swapped in one of two words leave (`Tlak 12`). */
const shares = [0.6, 0.35] as const;
/** Of one way; the newest of so many are good enough for a list of suggestions. */
const mostCandidates = 500;
