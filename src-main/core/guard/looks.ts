import { LRUCache } from 'lru-cache';
import type { Look } from './policy.ts';

/** Which looks have their line in the audit already. */
export interface Looks {
  isWritten(who: string, call: string, look: Look): boolean;
  /** Told once the line was written, and only then: what is merely repeated becomes a line again in its time. */
  note(who: string, call: string, look: Look): void;
}

/** A screen that is drawn anew asks again: within this many milliseconds it is one look. */
const sameLook = 60_000;
/** Whoever pages on belongs to the look that was opened this long ago at most: a cursor does not end, a look does. */
const sameSitting = 12 * 3_600_000;
/** What is forgotten is written down again. */
const remembered = 2000;

/** @param now - milliseconds since the epoch */
export function createLooks(now: () => number): Looks {
  const lines = new LRUCache<string, number>({ max: remembered });
  const subject = (who: string, call: string, { at }: Look): string => JSON.stringify([who, call, at]);
  const place = (who: string, call: string, { at, from }: Look): string => JSON.stringify([who, call, at, from]);
  const isWithin = (key: string, length: number): boolean => {
    const age = now() - (lines.get(key) ?? Number.NEGATIVE_INFINITY);
    // A clock that was put back proves nothing.
    return age >= 0 && age < length;
  };
  return {
    isWritten: (who, call, look) => (look.isFurther ? isWithin(subject(who, call, look), sameSitting) : isWithin(place(who, call, look), sameLook)),
    note(who, call, look) {
      lines.set(subject(who, call, look), now());
      if (!look.isFurther) lines.set(place(who, call, look), now());
    },
  };
}
