/** The list of a query with words: conversations of which one message satisfies it. */
import type { Conversation } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Masker, Page } from '../ports.ts';
import { columnSql } from './fields.ts';
import { decodeCursor, encodeCursor, placeOf } from './keyset.ts';
import { listConversations } from './list.ts';
import { rankLimit, isSurelyMany, type Candidate } from './search-candidates.ts';
import { hitsOf } from './search-hits.ts';
import { asksBeginnings } from './search-words.ts';
import type { OpenSearch, Search } from './search.ts';
import { columnOf } from './shape.ts';
import type { Source } from './source.ts';
import { all, Values } from './values.ts';

export interface ListByWords {
  readonly query: Query;
  readonly after?: string;
  readonly limit: number;
  readonly masker: Masker;
  readonly signal: AbortSignal;
}

/** Hits of one conversation that are held against the mask, and against beginnings of words, in two rounds for all of a page. */
const checkedOfOne = [4, 60];
/** Hits of those that are still open, one conversation after the other: of one, and of all in one answer, which ends before the conversation that it did not come to. */
const checkedAtLast = 2000;
const textsAtOnce = 200;
/** Conversations that are looked at for one page where masking takes most of them away. */
const mostChecked = 1000;

/** A query in two: what the conversation's own row answers, and what one of its messages must. */
export function splitQuery(source: Source, query: Query): { readonly conversations: Query; readonly messages: Query } {
  const { owner, model, metadata } = source.conversation;
  const ofMeta = (metadata ?? []).length > 0;
  const none = { terms: [], roles: [], notRoles: [], models: [], notModels: [], users: [], notUsers: [], after: null, before: null, has: [], notHas: [], in: null, near: null, meta: [] } satisfies Query;
  const isDeleted = (what: Query['has'][number]): boolean => what === 'deleted';
  return {
    conversations: {
      ...none, in: query.in, after: query.after, before: query.before, has: query.has.filter(isDeleted), notHas: query.notHas.filter(isDeleted), ...(ofMeta ? { meta: query.meta } : {}),
      ...(owner === undefined ? {} : { users: query.users, notUsers: query.notUsers }), ...(model === undefined ? {} : { models: query.models, notModels: query.notModels }),
    },
    messages: {
      ...none, terms: query.terms, roles: query.roles, notRoles: query.notRoles, has: query.has.filter((what) => !isDeleted(what)), notHas: query.notHas.filter((what) => !isDeleted(what)), near: query.near, ...(ofMeta ? {} : { meta: query.meta }),
      ...(owner === undefined ? { users: query.users, notUsers: query.notUsers } : {}), ...(model === undefined ? { models: query.models, notModels: query.notModels } : {}),
    },
  };
}

export async function listByWords(source: Source, search: Search, { query, after, limit, masker, signal }: ListByWords): Promise<Page<Conversation>> {
  const { conversations, messages } = splitQuery(source, query);
  const opened = await search.open(messages, masker, signal);
  if (opened.ask.impossible) return { rows: [], next: null };
  const keys = (await isSurelyMany(opened.documents, opened.ask, signal)) ? null : await conversationKeys(opened, signal);
  if (keys !== null && keys.length === 0) return { rows: [], next: null };
  const { conversation, shape } = source;
  const type = columnOf(shape.conversations, conversation.id).type;
  const id = columnSql('c', conversation.id);
  // OFFSET 0: asked of one conversation after the other, the newest first; as a join all hits of a common word would be gathered.
  const found = (values: Values): string[] => [keys === null
    ? `EXISTS (SELECT FROM ${opened.documents.names.documentsSql} d WHERE ${all([`d.tags @> ARRAY['c:' || left(md5(${id}::text), 12)]`, `d.conversation = ${id}`, ...opened.ask.where(values, { within: true })])} OFFSET 0)`
    : `${id} = ANY (${values.add(keys)}::${type}[])`];
  const rows: Conversation[] = [];
  const budget = { left: checkedAtLast };
  let cursor = after;
  let last: Conversation | null = null;
  for (let checked = 0; ;) {
    const page = await listConversations(source, { query: conversations, limit, signal, ...(cursor === undefined ? {} : { after: cursor }) }, found);
    if (!masker.active && !asksBeginnings(opened.ask.words)) return page;
    const { kept, undecided } = await verified(source, opened, page.rows, { masker, within: keys === null, budget, signal });
    for (const row of page.rows) {
      if (undecided.has(row.key) && last !== null) return { rows, next: await cursorOf(source, last.key, signal) };
      last = row;
      if (!kept.has(row.key)) continue;
      rows.push(row);
      if (rows.length === limit) return { rows, next: page.next === null && row === page.rows.at(-1) ? null : await cursorOf(source, row.key, signal) };
    }
    checked += page.rows.length;
    if (page.next === null || checked >= mostChecked) return { rows, next: page.next };
    cursor = page.next;
  }
}

async function cursorOf(source: Source, key: string, signal: AbortSignal): Promise<string> {
  const { listOrder, shape } = source;
  const [row = {}] = await source.port.rows(`SELECT ${listOrder.at?.sql ?? 'NULL'}::text AS at_, ${listOrder.key.sql}::text AS key_ FROM ${shape.conversations.sql} c WHERE ${listOrder.key.sql} = $1::${listOrder.key.type}`, [key], { signal });
  const cursor = encodeCursor(placeOf(row));
  decodeCursor(cursor);
  return cursor;
}

/** Conversations of all hits; null where there are too many hits to collect. */
async function conversationKeys({ ask, documents }: OpenSearch, signal: AbortSignal): Promise<string[] | null> {
  const values = new Values();
  const rows = await documents.port.rows(
    `WITH h AS MATERIALIZED (SELECT d.conversation FROM (SELECT d.* FROM ${ask.found(values)} OFFSET 0) d WHERE ${all(ask.costly(values))} LIMIT ${rankLimit + 1})
     SELECT DISTINCT h.conversation::text AS id, (SELECT count(*) FROM h)::text AS n FROM h`, values.list, { signal });
  return Number(rows[0]?.['n'] ?? 0) > rankLimit ? null : rows.map((row) => row['id'] ?? '');
}

interface Verifying {
  readonly masker: Masker;
  readonly within: boolean;
  /** Hits that may still be looked at for this answer. */
  readonly budget: { left: number };
  readonly signal: AbortSignal;
}

/** Those of the conversations of which the masked text of a message still matches: a few hits of each, and more where those did not. */
async function verified(source: Source, opened: OpenSearch, rows: readonly Conversation[], { masker, within, budget, signal }: Verifying): Promise<{ readonly kept: ReadonlySet<string>; readonly undecided: ReadonlySet<string> }> {
  const [kept, undecided] = [new Set<string>(), new Set<string>()];
  let open = rows.map((row) => row.key);
  for (const most of checkedOfOne) {
    if (open.length === 0) break;
    const found = await hitsWithin(source, opened, open, most, within, signal);
    const hits = await hitsOf(source, found, opened.ask.words, masker, opened.unaccented, signal, { snippets: false });
    for (const hit of hits) kept.add(hit.conversation);
    const counts = Map.groupBy(found, (each) => each.conversation);
    open = open.filter((key) => !kept.has(key) && (counts.get(key)?.length ?? 0) >= most);
  }
  for (const key of open) {
    if (budget.left <= 0) {
      undecided.add(key);
      continue;
    }
    const found = await hitsWithin(source, opened, [key], checkedAtLast, within, signal);
    budget.left -= found.length;
    for (let at = 0; at < found.length && !kept.has(key); at += textsAtOnce) {
      const hits = await hitsOf(source, found.slice(at, at + textsAtOnce), opened.ask.words, masker, opened.unaccented, signal, { snippets: false });
      if (hits.length > 0) kept.add(key);
    }
  }
  return { kept, undecided };
}

async function hitsWithin(source: Source, { ask, documents }: OpenSearch, keys: readonly string[], most: number, within: boolean, signal: AbortSignal): Promise<(Candidate & { readonly conversation: string })[]> {
  const values = new Values();
  const type = columnOf(source.shape.messages, source.message.conversation).type;
  const rows = await documents.port.rows(
    `SELECT x.id::text AS id, x.at::text AS at, x.language::text AS language, k.id AS conversation FROM unnest(${values.add(keys)}::text[]) k(id) CROSS JOIN LATERAL
     (SELECT d.id, d.at, d.language FROM ${documents.names.documentsSql} d WHERE ${all([`d.tags @> ARRAY['c:' || left(md5(k.id), 12)]`, `d.conversation = k.id::${type}`, ...ask.where(values, { within })])} LIMIT ${most}) x`, values.list, { signal });
  return rows.map((row) => ({ id: row['id'] ?? '', at: row['at'] ?? '', language: row['language'] ?? 'm', rank: null, conversation: row['conversation'] ?? '' }));
}
