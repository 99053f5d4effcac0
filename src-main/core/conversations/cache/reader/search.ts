import { LRUCache } from 'lru-cache';
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { Count, Message, SearchHit } from '../../../../../shared/model/conversation.ts';
import type { SearchPage } from '../../ports.ts';
import { flag } from '../facets.ts';
import { fromSortKey, toSortKey } from '../keys.ts';
import { readParts, textsOf } from '../store-parts.ts';
import { messageColumns, notFound, type Copy, type MessageRow } from './copy.ts';
import { fromCursor, toCursor } from './cursor.ts';
import { findIds, understand, type Found, type Limits } from './hits.ts';
import type { Revealed } from './revealed.ts';
import { createMarker } from './snippet.ts';

/** Above so many hits they come newest first: ranking more would take longer than anybody waits. */
const rankedAtMost = 5000;
/** Counts end here. */
const countedAtMost = 1000;

interface Scored { readonly id: number; readonly score: number }

/** Best first; among equals the newest. */
const byScore = (a: Scored, b: Scored): number => a.score - b.score || b.id - a.id;

export function searchOf(copy: Copy, revealed: Revealed) {
  const ranked = new LRUCache<string, readonly Scored[] | 'many'>({ max: 20 });
  const row = copy.db.prepare<[number], MessageRow & { readonly title: string | null; readonly owner: string | null; readonly conversation_key: string; readonly conversation_deleted: string | null; readonly conversation_masked: number }>(
    `SELECT ${messageColumns}, c.title, c.owner, c.sort_key AS conversation_key, c.deleted_at AS conversation_deleted, c.masked AS conversation_masked FROM message AS m JOIN body AS b ON b.id = m.id JOIN conversation AS c ON c.id = m.conversation WHERE m.id = ?`);
  const scores = copy.db.prepare<[string], Scored>('SELECT rowid AS id, bm25(words, 1.0, 1.0, 0.5, 0.0) AS score FROM words WHERE words MATCH ?');
  const isMany = copy.db.prepare<[string, number]>('SELECT rowid FROM words WHERE words MATCH ? LIMIT 1 OFFSET ?');

  /** All hits with their rank; where there are too many, the newest of them as far as they were looked up. */
  function rank(query: Query, found: Found, limits: Limits): { readonly best: readonly Scored[] } | { readonly best: null; readonly newest: readonly number[] } {
    const many = { best: null, newest: [] } as const;
    if (found.ranked === null) return many;
    const key = JSON.stringify([copy.version(), query, [...revealed.ids()]]);
    const known = ranked.get(key);
    if (known !== undefined) return known === 'many' ? many : { best: known };
    const ids = findIds(copy, revealed, found, {}, 'DESC', rankedAtMost + 1, limits);
    // A rank is worked out over all that the words alone find: they are counted first.
    if (ids.length > rankedAtMost || (ids.length > 0 && isMany.get(found.ranked, rankedAtMost) !== undefined)) {
      ranked.set(key, 'many');
      return { best: null, newest: ids };
    }
    const scored = ids.length === 0 ? [] : scores.all(found.ranked);
    const byId = new Map(scored.map(({ id, score }) => [id, score]));
    // What is found by its revealed words only has no rank in the copy: it is shown first.
    const all = ids.map((id) => ({ id, score: revealed.ids().has(id) ? -1000 : (byId.get(id) ?? 0) })).toSorted(byScore);
    ranked.set(key, all);
    return { best: all };
  }

  function hits(ids: readonly number[], found: Found, originals: ReadonlyMap<string, Message>): SearchHit[] {
    const mark = createMarker(found.terms.marked, copy.stemmer);
    return ids.flatMap((id) => {
      const found_ = row.get(id);
      if (found_ === undefined) return [];
      const key = fromSortKey(found_.sort_key);
      const text = revealed.text(id) ?? textsOf(originals.get(key)?.parts ?? readParts(found_.parts));
      return [{
        message: key, conversation: fromSortKey(found_.conversation_key), title: found_.title, owner: found_.owner, role: copy.text(found_.role), model: found_.model === null ? null : copy.text(found_.model),
        at: found_.at, isError: (found_.flags & flag.error) !== 0, deletedAt: found_.deleted_at ?? found_.conversation_deleted, snippet: mark(text),
      }];
    });
  }

  function page(query: Query, after: string | undefined, limit: number, limits: Limits): { ids: readonly number[]; next: string | null; order: SearchPage['order']; found: Found } {
    const found = understand(copy, query);
    const [kind, score, id] = after === undefined ? ['any', 0, Number.MAX_SAFE_INTEGER] : fromCursor(after, ['string', 'number', 'number']);
    const ranks = kind === 'n' ? null : rank(query, found, limits);
    if (ranks !== null && ranks.best !== null) {
      const { best } = ranks;
      const from = kind === 'b' ? best.findIndex((each) => byScore(each, { score: Number(score), id: Number(id) }) > 0) : 0;
      const rows = from === -1 ? [] : best.slice(from, from + limit);
      const last = rows.at(-1);
      return { ids: rows.map((each) => each.id), next: last !== undefined && from + limit < best.length ? toCursor(['b', last.score, last.id]) : null, order: 'best', found };
    }
    // Where more came in since the first page, its order cannot go on; the time can.
    const ids = kind === 'any' && ranks !== null && ranks.newest.length > limit ? ranks.newest : findIds(copy, revealed, found, { below: Number(id) }, 'DESC', limit + 1, limits);
    const rows = ids.slice(0, limit);
    return { ids: rows, next: ids.length > limit ? toCursor(['n', 0, rows.at(-1) ?? 0]) : null, order: 'newest', found };
  }

  return {
    page,
    hits,
    /** What of a page's rows was masked, by keys. */
    masked(ids: readonly number[]): { readonly messages: readonly string[]; readonly conversations: readonly string[] } {
      const rows = ids.flatMap((id) => row.get(id) ?? []);
      return {
        messages: rows.filter((each) => (each.flags & flag.masked) !== 0).map((each) => fromSortKey(each.sort_key)),
        conversations: [...new Set(rows.filter((each) => each.conversation_masked === 1).map((each) => fromSortKey(each.conversation_key)))],
      };
    },
    count(query: Query, limits: Limits): Count {
      const ids = findIds(copy, revealed, understand(copy, query), {}, 'DESC', countedAtMost + 1, limits);
      return ids.length > countedAtMost ? { count: countedAtMost, capped: true } : { count: ids.length, capped: false };
    },
    /** next: the one below in the list that a search gives. */
    step(query: Query, key: string, direction: 'next' | 'previous', limits: Limits): { message: string; conversation: string } | null {
      const id = copy.db.prepare<[string], number>('SELECT id FROM message WHERE sort_key = ?').pluck().get(toSortKey(key));
      if (id === undefined) throw notFound('message');
      const asked = understand(copy, query);
      const { best } = rank(query, asked, limits);
      const at = best?.findIndex((each) => each.id === id) ?? -1;
      const [other] = best !== null ? [(at === -1 && direction === 'next' ? best[0] : at === -1 ? undefined : best[direction === 'next' ? at + 1 : at - 1])?.id]
        : direction === 'next' ? findIds(copy, revealed, asked, { below: id }, 'DESC', 1, limits) : findIds(copy, revealed, asked, { above: id }, 'ASC', 1, limits);
      const found = other === undefined ? undefined : row.get(other);
      return found === undefined ? null : { message: fromSortKey(found.sort_key), conversation: fromSortKey(found.conversation_key) };
    },
  };
}
export type Search = ReturnType<typeof searchOf>;
