import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Count, SearchHit } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { ConversationReader, Masker, SearchPage, SearchRequest } from '../ports.ts';
import type { SearchNames } from './index-names.ts';
import { askDocuments, type SearchAsk } from './search-ask.ts';
import { bestCandidates, candidatesByTime, isSurelyMany, rankLimit, readIndexState, type Candidate, type Documents, type Order } from './search-candidates.ts';
import { hitsOf } from './search-hits.ts';
import { searchWords } from './search-words.ts';
import { columnOf } from './shape.ts';
import { withKey, type Source } from './source.ts';
import { missingIndex } from './thread.ts';
import { clean } from './values.ts';

/** Counted up to here; beyond, "1000+". */
const countLimit = 1000;
/** Texts that are masked at a time, for a count: meanwhile nobody else is answered. */
const maskedAtOnce = 100;
/** Candidates looked at for one page where masking takes most of them away. */
const mostChecked = 2000;

export interface Search {
  search(request: SearchRequest): Promise<SearchPage>;
  count(query: Query, masker: Masker, signal: AbortSignal): Promise<Count>;
  step: ConversationReader['step'];
  /** What the index says of a query, for lists and statistics. @throws CACHE_MISSING */
  open(query: Query, masker: Masker, signal: AbortSignal): Promise<OpenSearch>;
  /** null where there is no index yet. */
  index(): Promise<IndexState | null>;
}

export interface IndexState {
  readonly documents: Documents;
  readonly unaccented: boolean;
  readonly trigrams: string | null;
}

export interface OpenSearch extends IndexState {
  readonly ask: SearchAsk;
  /** Words are to be left out, and the index does not do it: only what is held against the masked texts (search-hits.ts) is without them. */
  readonly leavesOut: boolean;
}

interface Cursor {
  readonly order: Order;
  readonly place: Candidate;
}

/** Whether so many of all say what all are. */
export const isMostly = (part: number, all_: number): boolean => part * 2 > all_;

export function makeSearch(source: Source, names: SearchNames): Search {
  let known: IndexState | null = null;
  const index = async (): Promise<IndexState | null> => {
    if (known !== null) return known;
    const state = await readIndexState(source.port, names);
    if (state === null) return null;
    const documents: Documents = { port: source.port, names, bucketSeconds: state.bucketSeconds, keyType: columnOf(source.shape.messages, source.message.id).type, rows: source.shape.messages.rows };
    known = { documents, unaccented: state.unaccented, trigrams: state.trigrams };
    return known;
  };
  const open = async (query: Query, masker: Masker, signal: AbortSignal): Promise<OpenSearch> => {
    const state = await index();
    if (state === null) throw missingIndex();
    const words = await searchWords(source.port, query, state.unaccented, signal);
    const leavesOut = masker.active && Object.values(words.unwanted).some((text) => text !== '');
    // The index holds the real words: a message that it left out for one of them would tell what is masked.
    // A word that masking replaces is in no masked text: only what was revealed may be found by it, however many hits it has.
    const only = masker.active && query.terms.some(({ text }) => masker.mask(text) !== text) ? masker.revealed(source.library) : null;
    const ask = await askDocuments(source, names, query, leavesOut ? { ...words, unwanted: { en: '', pt: '', simple: '' } } : words, signal, only);
    return { ...state, ask: { ...ask, words }, leavesOut };
  };
  /** An index that was taken away since says so, and is looked for again at the next search. */
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TravessiaError) || !isGone(error)) throw error;
      known = null;
      throw missingIndex();
    }
  };

  /** Candidates in the order of the search from a place on; the order is decided by how many there are. */
  async function* candidates(opened: OpenSearch, query: Query, cursor: Cursor | null, batch: number, signal: AbortSignal): AsyncGenerator<{ order: Order; list: Candidate[] }> {
    const { ask, documents } = opened;
    if (ask.impossible) return;
    // Without words every rank is the same, and the few that a filter leaves come in the order of time by one statement, without a walk.
    const mayRank = cursor === null ? ask.few || !(await isSurelyMany(documents, ask, signal)) : cursor.order === 'best';
    let place = cursor?.place ?? null;
    if (mayRank) {
      for (;;) {
        const list = await bestCandidates(documents, ask, place, batch, signal);
        if (list === null) {
          // More came in since the first page: its order cannot go on, the time can.
          break;
        }
        if (list.length > 0) yield { order: 'best', list };
        if (list.length < batch) return;
        place = list.at(-1) ?? null;
      }
    }
    for await (const list of candidatesByTime(documents, ask, place, 'past', batch, query, signal)) yield { order: 'newest', list };
  }

  async function search({ query, after, limit, masker, signal }: SearchRequest): Promise<SearchPage> {
    const cursor = after === undefined ? null : decodeHit(after);
    const opened = await open(query, masker, signal);
    const rows: SearchHit[] = [];
    let order: Order = cursor?.order ?? (opened.ask.words.asks ? 'best' : 'newest');
    let checked = 0;
    let last: Candidate | null = null;
    /** Without words no hit is better than another. Where nothing is found, not even that there were many before the mask. */
    const said = (found: Order): Order => (!opened.ask.words.asks ? 'newest' : rows.length === 0 && cursor === null ? 'best' : found);
    for await (const batch of candidates(opened, query, cursor, limit + 1, signal)) {
      order = batch.order;
      // What the last page needs to know is only that there is one more.
      const list = batch.list;
      const hits = new Map((await hitsOf(source, list, opened.ask.words, masker, opened.unaccented, signal)).map((hit) => [hit.message, hit]));
      for (const candidate of list) {
        const hit = hits.get(candidate.id);
        if (rows.length === limit) {
          if (hit === undefined) continue;
          return { rows, order: said(order), next: last === null ? null : encodeHit({ order, place: last }) };
        }
        last = candidate;
        if (hit !== undefined) rows.push(hit);
      }
      checked += list.length;
      if (checked >= mostChecked && last !== null) return { rows, order: said(order), next: rows.length === 0 ? null : encodeHit({ order, place: last }) };
    }
    return { rows, order: said(order), next: null };
  }

  async function count(query: Query, masker: Masker, signal: AbortSignal): Promise<Count> {
    const opened = await open(query, masker, signal);
    if (opened.ask.impossible) return { count: 0, capped: false };
    // The index knows stems: whether a word begins so, only its text says.
    if (query.terms.length > 0 && (masker.active || opened.ask.words.beginnings.length > 0)) return countVerified(opened, query, masker, signal);
    const found: Candidate[] = [];
    for await (const { list } of candidates(opened, query, null, countLimit + 1, signal)) {
      found.push(...list);
      if (found.length > countLimit) return { count: countLimit, capped: true };
    }
    return { count: found.length, capped: false };
  }

  /**
   * Each one held against its masked text; where that takes too long, what is known: at least so many. Where most of them do not match, even
   * that there are more would tell of what is masked.
   */
  async function countVerified(opened: OpenSearch, query: Query, masker: Masker, signal: AbortSignal): Promise<Count> {
    let [counted, checked] = [0, 0];
    for await (const { list } of candidates(opened, query, null, countLimit + 1, signal)) {
      for (let at = 0; at < list.length; at += maskedAtOnce) {
        const some = list.slice(at, at + maskedAtOnce);
        counted += (await hitsOf(source, some, opened.ask.words, masker, opened.unaccented, signal, { snippets: false })).length;
        checked += some.length;
        if (counted > countLimit) return { count: countLimit, capped: true };
        if (checked >= mostChecked) return { count: counted, capped: !masker.active || isMostly(counted, checked) };
      }
    }
    return { count: counted, capped: false };
  }

  const step: Search['step'] = async (query, key, direction, masker, signal) => {
    const opened = await open(query, masker, signal);
    const { ask, documents } = opened;
    if (ask.impossible) return null;
    const first = async (list: readonly Candidate[]): Promise<{ message: string; conversation: string } | null> => {
      for (let at = 0; at < Math.min(list.length, mostChecked); at += 20) {
        const [hit] = await hitsOf(source, list.slice(at, at + 20), ask.words, masker, opened.unaccented, signal, { snippets: false });
        if (hit !== undefined) return { message: hit.message, conversation: hit.conversation };
      }
      return null;
    };
    if (ask.few || !(await isSurelyMany(documents, ask, signal))) {
      const ranked = await bestCandidates(documents, ask, null, rankLimit + 1, signal);
      const at = ranked?.findIndex((candidate) => candidate.id === key) ?? -1;
      if (ranked !== null && at >= 0) return first(direction === 'next' ? ranked.slice(at + 1) : ranked.slice(0, at).toReversed());
      if (ranked !== null && ranked.length <= rankLimit && direction === 'next' && at < 0) return first(ranked);
      if (ranked !== null) return null;
    }
    const [place] = await withKey('message', () => source.port.rows(`SELECT at::text AS at FROM ${names.documentsSql} WHERE id = $1::${documents.keyType}`, [clean(key)], { signal }));
    if (place === undefined) return null;
    let checked = 0;
    for await (const list of candidatesByTime(documents, ask, { id: key, at: place['at'] ?? '' }, direction === 'next' ? 'past' : 'future', 20, query, signal)) {
      const found = await first(list);
      if (found !== null) return found;
      checked += list.length;
      if (checked >= mostChecked) return null;
    }
    return null;
  };

  return {
    search: (request) => guarded(() => search(request)), count: (query, masker, signal) => guarded(() => count(query, masker, signal)),
    step: (query, key, direction, masker, signal) => guarded(() => step(query, key, direction, masker, signal)), open, index,
  };
}

/** Undefined table, column, function, schema or configuration: the index was dropped. */
function isGone(error: TravessiaError): boolean {
  const cause: unknown = error.cause;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && ['42P01', '42703', '42883', '3F000', '42704'].includes(code) && /travessia_search|documents_/.test(error.message);
}

function encodeHit({ order, place }: Cursor): string {
  return Buffer.from(JSON.stringify([order === 'best' ? 'b' : 'n', place.id, place.at, place.rank])).toString('base64url');
}

/** @throws TravessiaError INVALID_INPUT */
function decodeHit(cursor: string): Cursor {
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(value)) {
      const [order, id, at, rank]: unknown[] = value;
      if ((order === 'b' || order === 'n') && typeof id === 'string' && typeof at === 'string' && (rank === null || typeof rank === 'string')) {
        return { order: order === 'b' ? 'best' : 'newest', place: { id: clean(id), at: clean(at), language: 'm', rank } };
      }
    }
  } catch {
    // Answered below.
  }
  throw new TravessiaError('INVALID_INPUT', { message: 'That is not a cursor of this search.', hint: 'Search again from the beginning.' });
}
