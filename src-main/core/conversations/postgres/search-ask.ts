/** A query as conditions on the documents (alias d), so that one index answers words and filters together. */
import { createHash } from 'node:crypto';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import { tagLength } from './documents.ts';
import { estimatedRows } from './estimate.ts';
import { columnSql } from './fields.ts';
import { conversationConditions, deletedCondition } from './filters.ts';
import type { SearchNames } from './index-names.ts';
import { keysetRows } from './keyset.ts';
import { anyLanguageSql, matchSql, type SearchWords } from './search-words.ts';
import { columnOf } from './shape.ts';
import { isBadKey, type Source } from './source.ts';
import { placeOfMessage } from './thread.ts';
import { all, any, clean, Values } from './values.ts';

export interface SearchAsk {
  /** No message can satisfy it. */
  readonly impossible: boolean;
  /** Words are asked for: hits can be ranked. */
  readonly words: SearchWords;
  /** Few messages by their keys: no walk through time is needed. */
  readonly few: boolean;
  /** Messages of conversations that are listed by their keys: what the planner expects of so many rare tags is far too much. */
  readonly listed: boolean;
  /** What the index answers, for an estimate. */
  indexed(values: Values): readonly string[];
  /**
   * Everything. `stretches`: tags of the stretches of time that are looked at. `within`: another condition on the tags narrows the rows as much, such
   * as one conversation. Then beginnings of words are compared with each of them: gathering them in the index would take longer.
   */
  where(values: Values, narrow?: Narrow): readonly string[];
  /** Of `where`, what only a look at the conversation's row answers: asked of the rows that satisfy the rest, so that their number bounds the work. */
  costly(values: Values): readonly string[];
  /** `where` without it. */
  quick(values: Values, narrow?: Narrow): readonly string[];
  /** What stands after FROM for the documents, alias d, that satisfy `quick`. */
  found(values: Values): string;
}

interface Narrow {
  readonly stretches?: readonly string[];
  readonly within?: boolean;
}

const conversationTag = (key: string): string => `c:${md5(key).slice(0, 12)}`;
const md5 = (text: string): string => createHash('md5').update(text).digest('hex');
const valueTag = (prefix: string, text: string): string => {
  const lowered = clean(text).toLowerCase();
  return [...clean(text)].length <= tagLength ? `${prefix}:${lowered}` : `${prefix}#${md5(lowered)}`;
};
const metaTag = (meta: Query['meta'][number]): string => `x:${md5(clean(`${meta.path.join('.')}=${meta.value}`)).slice(0, 12)}`;

/** Conversations are listed by their keys up to here; more are asked one by one, as hits come. */
const mostConversations = 2000;
/** So many conversations are asked for by one look into the index: it holds each of its finds against all of them (measured: 800 at once 0.4 s, by twenty 0.05 s). */
const atOnce = 20;
/** A tag of which the planner expects more is among the most common ones that it counted. */
const surelyCommon = 20_000;
/** Messages before and after one that `near:` names. */
const nearby = 20;

/** What is asked of conversations: none, those with these keys, or too many to list. */
type Restriction = { readonly keys: readonly string[] } | { readonly sql: (values: Values) => string };

/** @param only - keys of the messages that may be found at all; null for all */
export async function askDocuments(source: Source, names: SearchNames, query: Query, words: SearchWords, signal: AbortSignal, only: readonly string[] | null = null): Promise<SearchAsk> {
  const { conversation, message, port, shape } = source;
  const type = columnOf(shape.messages, message.conversation).type;
  const must: string[] = [];
  const oneOfThese: string[][] = [];
  const never: string[] = [];
  const extra: ((values: Values) => string)[] = [];
  const costly: ((values: Values) => string)[] = [];
  let impossible = words.impossible;
  let listedTags: readonly string[] = [];
  const listed = (prefix: string, mapped: boolean, wanted: readonly string[], unwanted: readonly string[]): void => {
    if (wanted.length > 0) {
      if (mapped) oneOfThese.push(wanted.map((text) => valueTag(prefix, text)));
      else impossible = true;
    }
    if (mapped) never.push(...unwanted.map((text) => valueTag(prefix, text)));
  };
  const exists = (conditions: (values: Values) => readonly string[]) => (values: Values): string =>
    `EXISTS (SELECT FROM ${shape.conversations.sql} c WHERE ${all([`${columnSql('c', conversation.id)} = d.conversation`, ...conditions(values)])})`;

  listed('r', message.role !== undefined, query.roles, query.notRoles);
  if (message.model !== undefined || conversation.model === undefined) listed('m', message.model !== undefined, query.models, query.notModels);
  if (message.owner !== undefined || conversation.owner === undefined) listed('u', message.owner !== undefined, query.users, query.notUsers);
  must.push(...query.has.filter((what) => what !== 'deleted').map((what) => `h:${what}`));
  never.push(...query.notHas.filter((what) => what !== 'deleted').map((what) => `h:${what}`));

  const conversationDeleted = conversation.deleted === undefined ? null : exists(() => [deletedCondition('c', shape.conversations, conversation.deleted)]);
  const deleted = (values: Values): string => any([`d.tags @> ${values.add(['h:deleted'])}::text[]`, ...(conversationDeleted === null ? [] : [conversationDeleted(values)])]);
  const byDeletion = conversationDeleted === null ? extra : costly;
  if (query.has.includes('deleted')) byDeletion.push(deleted);
  if (query.notHas.includes('deleted')) byDeletion.push((values) => `NOT (${deleted(values)})`);

  if (query.in !== null) {
    const key = clean(query.in);
    must.push(conversationTag(key));
    extra.push((values) => `d.conversation::text = ${values.add(key)}`);
  }
  if (query.after !== null) extra.push((values) => `d.at >= ${values.add(query.after)}::timestamptz`);
  if (query.before !== null) extra.push((values) => `d.at < ${values.add(query.before)}::timestamptz`);

  /** Keys of the conversations that satisfy something, where they are few. */
  const restriction = async (part: Partial<Query>): Promise<Restriction> => {
    const conditions = (values: Values): string[] => conversationConditions(source, { ...emptied, ...part }, null, values);
    const values = new Values();
    const rows = await port.rows(`SELECT ${columnSql('c', conversation.id)}::text AS id FROM ${shape.conversations.sql} c WHERE ${all(conditions(values))} LIMIT ${mostConversations + 1}`, values.list, { signal });
    return rows.length <= mostConversations ? { keys: rows.map((row) => row['id'] ?? '') } : { sql: exists(conditions) };
  };
  /** Some message has the tag. Of a common one the statistics know it; to look would gather all of its rows first. */
  const isInUse = async (tag: string): Promise<boolean> => {
    const values = new Values();
    const tagged = `SELECT 1::text AS found FROM ${names.documentsSql} d WHERE d.tags @> ${values.add([tag])}::text[]`;
    return (await estimatedRows(port, tagged, values, signal)) > surelyCommon || (await port.rows(`${tagged} LIMIT 1`, values.list, { signal })).length > 0;
  };
  const restrict = (found: Restriction, orTag: string | null): void => {
    if ('keys' in found) {
      if (found.keys.length === 0 && orTag === null) impossible = true;
      if (orTag === null) listedTags = found.keys.map(conversationTag);
      else oneOfThese.push([...found.keys.map(conversationTag), orTag]);
      extra.push((values) => any([`d.conversation = ANY (${values.add(found.keys)}::${type}[])`, ...(orTag === null ? [] : [`d.tags @> ${values.add([orTag])}::text[]`])]));
    } else costly.push((values) => any([...(orTag === null ? [] : [`d.tags @> ${values.add([orTag])}::text[]`]), found.sql(values)]));
  };
  const byConversation = (mine: unknown, theirs: unknown): boolean => theirs !== undefined && mine === undefined;
  const users = byConversation(message.owner, conversation.owner);
  const models = byConversation(message.model, conversation.model);
  const hasMeta = (conversation.metadata ?? []).length > 0;
  const hasOwn = (message.metadata ?? []).length > 0;
  /** What conversations alone answer, asked of them together: two filters that many satisfy may leave few. */
  const ofConversation: Pick<Query, 'users' | 'models' | 'meta'> = { users: users ? query.users : [], models: models ? query.models : [], meta: [] };
  for (const meta of query.meta) {
    const own = hasOwn ? metaTag(meta) : null;
    if (meta.not) {
      if (own !== null) never.push(own);
      if (hasMeta) costly.push(exists((values) => conversationConditions(source, { ...emptied, meta: [meta] }, null, values)));
    } else if (!hasMeta) {
      if (own === null) impossible = true;
      else must.push(own);
    } else if (own !== null && (await isInUse(own))) restrict(await restriction({ meta: [meta] }), own);
    else ofConversation.meta.push(meta);
  }
  if (ofConversation.users.length + ofConversation.models.length + ofConversation.meta.length > 0) restrict(await restriction(ofConversation), null);
  const notOf = { notUsers: users ? query.notUsers : [], notModels: models ? query.notModels : [] };
  if (notOf.notUsers.length + notOf.notModels.length > 0) costly.push(exists((values) => conversationConditions(source, { ...emptied, ...notOf }, null, values)));

  let few = false;
  if (query.near !== null) {
    const keys = await neighbours(source, query.near, signal);
    few = true;
    if (keys.length === 0) impossible = true;
    extra.push((values) => `d.id = ANY (${values.add(keys)}::${columnOf(shape.messages, message.id).type}[])`);
  }
  if (only !== null) {
    few = true;
    if (only.length === 0) impossible = true;
    extra.push((values) => `d.id::text = ANY (${values.add(only)}::text[])`);
  }
  const isCompared = (stretches: readonly string[] | undefined, within: boolean): boolean => words.prefix && (within || stretches !== undefined);
  const oneOf = (tags: readonly string[], values: Values): string => (tags.length === 1 ? `d.tags @> ${values.add(tags)}::text[]` : `d.tags && ${values.add(tags)}::text[]`);
  const indexed = (values: Values, withWords = true, withListed = true): string[] => [
    ...(words.asks && withWords ? [`d.words @@ ${anyLanguageSql(words.wanted, values)}`] : []),
    ...(must.length === 0 ? [] : [`d.tags @> ${values.add(must)}::text[]`]),
    ...oneOfThese.map((tags) => oneOf(tags, values)),
    ...(withListed && listedTags.length > 0 ? [oneOf(listedTags, values)] : []),
  ];
  const quick = (values: Values, { stretches, within = false, grouped = false }: Narrow & { readonly grouped?: boolean } = {}): string[] => [
    ...indexed(values, !isCompared(stretches, within), !grouped),
    ...(stretches === undefined ? [] : [`d.tags && ${values.add(stretches)}::text[]`]),
    // Where every language asks for the same, the index has answered it already.
    ...(words.asks && (isCompared(stretches, within) || new Set(Object.values(words.wanted)).size > 1) ? [matchSql('d.words', 'd.language', words.wanted, values)] : []),
    ...(Object.values(words.unwanted).every((text) => text === '') ? [] : [`(${matchSql('d.words', 'd.language', words.unwanted, values)}) IS NOT TRUE`]),
    ...(never.length === 0 ? [] : [`NOT (d.tags && ${values.add(never)}::text[])`]),
    ...extra.map((condition) => condition(values)),
  ];
  const slow = (values: Values): string[] => costly.map((condition) => condition(values));
  const found = (values: Values): string => {
    if (listedTags.length <= atOnce) return `${names.documentsSql} d WHERE ${all(quick(values))}`;
    // Each document has one tag of a conversation, so it is found once.
    const groups = `(SELECT array_agg(t) AS tags FROM (SELECT t, n / ${atOnce} AS g FROM unnest(${values.add(listedTags)}::text[]) WITH ORDINALITY x(t, n)) y GROUP BY g)`;
    return `${groups} g CROSS JOIN LATERAL (SELECT d.* FROM ${names.documentsSql} d WHERE ${all([...quick(values, { grouped: true }), 'd.tags && g.tags'])} OFFSET 0) d`;
  };
  return { impossible, words, few, listed: listedTags.length > 0, found, indexed, quick, costly: slow, where: (values, narrow) => [...quick(values, narrow), ...slow(values)] };
}

const emptied: Query = { terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] };

/** Keys of a message and of those around it; none where it does not exist. */
async function neighbours(source: Source, key: string, signal: AbortSignal): Promise<string[]> {
  try {
    const place = await placeOfMessage(source, key);
    const type = columnOf(source.shape.messages, source.message.conversation).type;
    const side = (backward: boolean): ReturnType<typeof keysetRows> => keysetRows(source.port, {
      select: '1 AS one_', from: `${source.shape.messages.sql} m`, order: source.threadOrder, after: place, backward, inclusive: !backward, limit: nearby + (backward ? 0 : 1), signal,
      where: (values) => [`${columnSql('m', source.message.conversation)} = ${values.add(place.conversation)}::${type}`],
    });
    const rows = await Promise.all([side(true), side(false)]);
    return rows.flat().map((row) => row['key_'] ?? '');
  } catch (error) {
    if (isBadKey(error) || (error instanceof Error && 'code' in error && error.code === 'NOT_FOUND')) return [];
    throw error;
  }
}
