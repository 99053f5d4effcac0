import { TravessiaError } from '../../../../shared/contract/errors.ts';
import type { Candidate, Order } from './search-candidates.ts';
import { clean } from './values.ts';

/** Candidates looked at for one answer: where most of them do not match, it says how far it came, and the next goes on from there. */
export const mostChecked = 2000;

/** How far a search has looked: the last candidate, found or not, in the order it came in. */
export interface Cursor {
  readonly order: Order;
  readonly place: Candidate;
}

export function encodeHit({ order, place }: Cursor): string {
  return Buffer.from(JSON.stringify([order === 'best' ? 'b' : 'n', place.id, place.at, place.rank])).toString('base64url');
}

/** @throws TravessiaError INVALID_INPUT */
export function decodeHit(cursor: string): Cursor {
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
