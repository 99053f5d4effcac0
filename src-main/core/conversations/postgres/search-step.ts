/** From one hit to its neighbour in the order of the search, for J and K. */
import type { Query } from '../../../../shared/model/conversation-query.ts';
import type { Masker, StepAnswer } from '../ports.ts';
import { bestCandidates, candidatesByTime, isSurelyMany, rankLimit, type Candidate, type Order } from './search-candidates.ts';
import { encodeHit, mostChecked, type Cursor } from './search-cursor.ts';
import { hitsOf } from './search-hits.ts';
import type { OpenSearch } from './search.ts';
import { withKey, type Source } from './source.ts';
import { clean } from './values.ts';

/** Candidates held against their texts at a time: the neighbour mostly is the first. */
const [atFirst, atOnce] = [20, 200];

interface Step {
  readonly query: Query;
  /** The message to go from. */
  readonly key: string;
  readonly direction: 'next' | 'previous';
  readonly masker: Masker;
  readonly signal: AbortSignal;
  /** How far an earlier answer looked; null: from the message itself. */
  readonly cursor: Cursor | null;
}

export async function stepFrom(source: Source, opened: OpenSearch, { query, key, direction, masker, signal, cursor }: Step): Promise<StepAnswer | null> {
  const { ask, documents } = opened;
  if (ask.impossible) return null;
  let checked = 0;
  /** The first of these that matches; how far it came, where it looked at as many as it may; null where none of them does. */
  const first = async (list: readonly Candidate[], order: Order): Promise<StepAnswer | null> => {
    for (let at = 0; at < list.length;) {
      const some = list.slice(at, at + (checked === 0 ? atFirst : atOnce));
      at += some.length;
      const [hit] = await hitsOf(source, some, ask.words, masker, opened.unaccented, signal, { snippets: false });
      if (hit !== undefined) return { message: hit.message, conversation: hit.conversation };
      checked += some.length;
      const last = some.at(-1);
      if (checked >= mostChecked && last !== undefined) return { next: encodeHit({ order, place: last }) };
    }
    return null;
  };
  const from = cursor?.place.id ?? key;
  if (cursor?.order !== 'newest' && (ask.few || !(await isSurelyMany(documents, ask, signal)))) {
    const ranked = await bestCandidates(documents, ask, null, rankLimit + 1, signal);
    const at = ranked?.findIndex((candidate) => candidate.id === from) ?? -1;
    if (ranked !== null && at >= 0) return first(direction === 'next' ? ranked.slice(at + 1) : ranked.slice(0, at).toReversed(), 'best');
    if (ranked !== null && direction === 'next') return first(behind(ranked, cursor), 'best');
    if (ranked !== null) return null;
  }
  const place = cursor?.place ?? (await placeOf(source, opened, key, signal));
  if (place === null) return null;
  for await (const list of candidatesByTime(documents, ask, place, direction === 'next' ? 'past' : 'future', atFirst, query, signal)) {
    const found = await first(list, 'newest');
    if (found !== null) return found;
  }
  return null;
}

/** Where the last one looked at is gone: those of a lower rank. */
function behind(ranked: readonly Candidate[], cursor: Cursor | null): readonly Candidate[] {
  return cursor === null ? ranked : ranked.filter(({ rank }) => Number(rank) < Number(cursor.place.rank));
}

async function placeOf(source: Source, { documents }: OpenSearch, key: string, signal: AbortSignal): Promise<Pick<Candidate, 'id' | 'at'> | null> {
  const [row] = await withKey('message', () => source.port.rows(`SELECT at::text AS at FROM ${documents.names.documentsSql} WHERE id = $1::${documents.keyType}`, [clean(key)], { signal }));
  return row === undefined ? null : { id: key, at: row['at'] ?? '' };
}
