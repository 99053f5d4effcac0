import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Count, SearchHit } from '../../../../shared/model/conversation.ts';
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { ConversationReader, Masker, SearchPage, SearchRequest } from '../ports.ts';
import type { SearchNames } from './index-names.ts';
import { askDocuments, type SearchAsk } from './search-ask.ts';
import { bestCandidates, candidatesByTime, grown, isSurelyMany, readIndexState, type Candidate, type Documents, type Order } from './search-candidates.ts';
import { decodeHit, encodeHit, mostChecked, type Cursor } from './search-cursor.ts';
import { hitsOf } from './search-hits.ts';
import { stepFrom } from './search-step.ts';
import { asksBeginnings, searchWords } from './search-words.ts';
import { columnOf } from './shape.ts';
import type { Source } from './source.ts';
import { missingIndex } from './thread.ts';

/** Counted up to here; beyond, "1000+". */
const countLimit = 1000;
/** Texts that are masked at a time, for a count: meanwhile nobody else is answered. */
const maskedAtOnce = 100;

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
      for (let size = batch; ; size = grown(size)) {
        const list = await bestCandidates(documents, ask, place, size, signal);
        if (list === null) {
          // More came in since the first page: its order cannot go on, the time can.
          break;
        }
        if (list.length > 0) yield { order: 'best', list };
        if (list.length < size) return;
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
      for (let at = 0; at < batch.list.length; at += limit + 1) {
        // What the last page needs to know is only that there is one more.
        const list = batch.list.slice(at, at + limit + 1);
        const hits = new Map((await hitsOf(source, list, opened.ask.words, masker, opened.unaccented, signal)).map((hit) => [hit.message, hit]));
        for (const candidate of list) {
          const hit = hits.get(candidate.id);
          if (hit !== undefined && rows.length === limit) return { rows, order: said(order), next: last === null ? null : encodeHit({ order, place: last }) };
          last = candidate;
          if (hit !== undefined) rows.push(hit);
        }
        checked += list.length;
        if (checked >= mostChecked && last !== null) return { rows, order: said(order), next: encodeHit({ order, place: last }) };
      }
    }
    return { rows, order: said(order), next: null };
  }

  async function count(query: Query, masker: Masker, signal: AbortSignal): Promise<Count> {
    const opened = await open(query, masker, signal);
    if (opened.ask.impossible) return { count: 0, capped: false };
    // The index knows stems: whether a word begins so, only its text says.
    if (query.terms.length > 0 && (masker.active || asksBeginnings(opened.ask.words))) return countVerified(opened, query, masker, signal);
    const found: Candidate[] = [];
    for await (const { list } of candidates(opened, query, null, countLimit + 1, signal)) {
      found.push(...list);
      if (found.length > countLimit) return { count: countLimit, capped: true };
    }
    return { count: found.length, capped: false };
  }

  /** Each one held against its masked text; where that takes too long, what is known: at least so many. */
  async function countVerified(opened: OpenSearch, query: Query, masker: Masker, signal: AbortSignal): Promise<Count> {
    let [counted, checked] = [0, 0];
    for await (const { list } of candidates(opened, query, null, countLimit + 1, signal)) {
      for (let at = 0; at < list.length; at += maskedAtOnce) {
        const some = list.slice(at, at + maskedAtOnce);
        counted += (await hitsOf(source, some, opened.ask.words, masker, opened.unaccented, signal, { snippets: false })).length;
        checked += some.length;
        if (counted > countLimit) return { count: countLimit, capped: true };
        if (checked >= mostChecked) return { count: counted, capped: true };
      }
    }
    return { count: counted, capped: false };
  }

  const step: Search['step'] = async (query, key, direction, masker, signal, from) => stepFrom(source, await open(query, masker, signal), { query, key, direction, masker, signal, cursor: from?.after === undefined ? null : decodeHit(from.after) });

  return {
    search: (request) => guarded(() => search(request)), count: (query, masker, signal) => guarded(() => count(query, masker, signal)),
    step: (...asked) => guarded(() => step(...asked)), open, index,
  };
}

/** Undefined table, column, function, schema or configuration: the index was dropped. */
function isGone(error: TravessiaError): boolean {
  const cause: unknown = error.cause;
  const code: unknown = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return typeof code === 'string' && ['42P01', '42703', '42883', '3F000', '42704'].includes(code) && /travessia_search|documents_/.test(error.message);
}
