/**
 * Conversations, newest first. What is asked of a conversation (owner, dates, metadata, deleted) must hold for it, what is asked of messages
 * (words, roles, parts) for one of its messages; words are found in titles too.
 */
import { LRUCache } from 'lru-cache';
import type { Conversation } from '../../../../../shared/model/conversation.ts';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { Page } from '../../ports.ts';
import { conversationFacet } from '../facets.ts';
import { noTime } from '../times.ts';
import { toConversation, type ConversationRow, type Copy } from './copy.ts';
import { placeOf, toCursor } from './cursor.ts';
import { checkCancelled, understand, type Found, type Limits } from './hits.ts';
import { matchHeads, matchOwnMetadata } from './match.ts';
import type { Revealed } from './revealed.ts';

/** Up to so many conversations and messages are put in order themselves; beyond, the list is walked and each conversation asked. */
const headsAtMost = 20_000;
const messagesAtMost = 5000;

interface Place { readonly id: number; readonly t: number; readonly sort_key: string }

const newestFirst = (a: Place, b: Place): number => b.t - a.t || Buffer.compare(Buffer.from(b.sort_key), Buffer.from(a.sort_key));

/** Over conversations, over messages; null: nothing is to be found there. */
interface Asked {
  readonly heads: string | null;
  readonly messages: string | null;
  readonly found: Found;
}

function asks(copy: Copy, query: Query): Asked | 'all' {
  const found = understand(copy, { ...query, after: null, before: null });
  const heads = matchHeads(query, copy, copy.stemmer);
  const ofMessages = query.roles.length > 0 || query.notRoles.length > 0 || query.near !== null || [...query.has, ...query.notHas].some((value) => value !== 'deleted');
  if (ofMessages) return { heads: null, messages: found.expression, found };
  if (query.terms.length > 0) return { heads, messages: found.expression, found };
  const ofModels = query.models.length > 0 ? found.expression : null;
  if (heads === 'facet : x') return 'all';
  return { heads, messages: ofModels ?? matchOwnMetadata(query, found.expression), found };
}

export function listOf(copy: Copy, revealed: Revealed) {
  const candidates = new LRUCache<string, readonly Place[] | 'many'>({ max: 8 });
  const columns = 'id, sort_key, t, title, owner, created_at, updated_at, model, preview, deleted_at, metadata, masked, messages';
  const row = copy.db.prepare<[number], ConversationRow>(`SELECT ${columns} FROM conversation WHERE id = ?`);
  const walk = copy.db.prepare<unknown[], Place>('SELECT id, t, sort_key FROM conversation WHERE (t, sort_key) < (?, ?) ORDER BY t DESC, sort_key DESC LIMIT ?');
  const place = copy.db.prepare<[number], Place>('SELECT id, t, sort_key FROM conversation WHERE id = ?');
  const inHeads = copy.db.prepare<[string, number], number>('SELECT rowid FROM heads WHERE heads MATCH ? LIMIT ?').pluck();
  const isHead = copy.db.prepare<[string, number]>('SELECT 1 FROM heads WHERE heads MATCH ? AND rowid = ?');
  const conversationOf = copy.db.prepare<[number], number>('SELECT conversation FROM message WHERE id = ?').pluck();

  function messageIds(asked: Asked, expression: string, limit: number): number[] {
    const { only } = asked.found;
    const shown = revealed.ids();
    const sql = `SELECT rowid FROM words WHERE words MATCH ? ${only === null ? '' : 'AND rowid IN (SELECT value FROM json_each(?))'} LIMIT ?`;
    const values = [expression, ...(only === null ? [] : [JSON.stringify(only)]), limit + shown.size];
    const ids = copy.db.prepare<unknown[], number>(sql).pluck().all(...values);
    if (shown.size === 0) return ids;
    return [...ids.filter((id) => !shown.has(id)), ...(revealed.db?.prepare<unknown[], number>(sql).pluck().all(...values) ?? [])];
  }

  /** All conversations that are asked for in their order; null where there are too many. */
  function collect(query: Query, asked: Asked, limits: Limits): readonly Place[] | null {
    const key = JSON.stringify([copy.version(), query, [...revealed.ids()]]);
    const known = candidates.get(key);
    if (known !== undefined) return known === 'many' ? null : known;
    const ids = new Set(asked.heads === null ? [] : inHeads.all(asked.heads, headsAtMost + 1));
    checkCancelled(limits);
    const messages = asked.messages === null || ids.size > headsAtMost ? [] : messageIds(asked, asked.messages, messagesAtMost + 1);
    if (ids.size > headsAtMost || messages.length > messagesAtMost) {
      candidates.set(key, 'many');
      return null;
    }
    for (const id of messages) {
      const conversation = conversationOf.get(id);
      if (conversation !== undefined) ids.add(conversation);
    }
    const places = [...ids].flatMap((id) => place.get(id) ?? []).toSorted(newestFirst);
    candidates.set(key, places);
    return places;
  }

  function isAsked(asked: Asked, id: number): boolean {
    if (asked.heads !== null && isHead.get(asked.heads, id) !== undefined) return true;
    return asked.messages !== null && messageIds(asked, `(${asked.messages}) AND facet : ${conversationFacet(id)}`, 1).length > 0;
  }

  function* places(query: Query, from: readonly [number, string], limits: Limits): Generator<Place> {
    const asked = asks(copy, query);
    const all = asked === 'all' ? null : collect(query, asked, limits);
    if (all !== null) {
      const start: Place = { id: 0, t: from[0], sort_key: from[1] };
      yield* all.filter((each) => newestFirst(start, each) < 0);
      return;
    }
    let at = from;
    for (let size = 100; ; size = 1000) {
      checkCancelled(limits);
      const rows = walk.all(...at, size);
      for (const each of rows) {
        if (asked === 'all' || isAsked(asked, each.id)) yield each;
        checkCancelled(limits);
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < size) return;
      at = [last.t, last.sort_key];
    }
  }

  return {
    list(query: Query, after: string | undefined, limit: number, limits: Limits): Page<Conversation> {
      const { from, to } = understand(copy, { ...query, terms: [], near: null });
      const top: readonly [number, string] = Number.isFinite(to) ? [to, ''] : [Number.MAX_SAFE_INTEGER, '\u{10FFFF}'];
      const kept: Place[] = [];
      const start = after === undefined ? top : placeOf(after);
      for (const each of places(query, start, limits)) {
        if (each.t < from && from !== noTime) break;
        kept.push(each);
        if (kept.length > limit) break;
      }
      const rows = kept.slice(0, limit);
      const last = rows.at(-1);
      return { rows: rows.flatMap(({ id }) => row.get(id) ?? []).map(toConversation), next: kept.length > limit && last !== undefined ? toCursor([last.t, last.sort_key]) : null };
    },
    byId: (id: number): Conversation | null => {
      const found = row.get(id);
      return found === undefined ? null : toConversation(found);
    },
  };
}
export type Lists = ReturnType<typeof listOf>;
