import { LRUCache } from 'lru-cache';
import type { AuditEntry } from '../../store/index.ts';
import { maskText } from '../../../shared/pure/masking/index.ts';

/** One line of the audit for what was read; the dispatcher writes those of calls that change something. */
export type ReadRecord = (who: string, call: string, detail: Readonly<Record<string, unknown>>, outcome: string) => void;

const longest = 200;
/** The same look again within a minute is one line: a screen that is drawn anew asks again. */
const onceIn = 60_000;

/** Personal data is left out of a line whatever the profile shows: the audit outlives it. */
export function createReadRecord(append: (entry: AuditEntry) => void, now: () => number): ReadRecord {
  const told = new LRUCache<string, true>({ max: 500, ttl: onceIn });
  return (who, call, detail, outcome) => {
    const text = JSON.stringify(detail, (_name, value: unknown) => {
      if (typeof value !== 'string') return value;
      const { text: masked } = maskText(value);
      return masked.length > longest ? `${masked.slice(0, longest)}… (${value.length} characters)` : masked;
    });
    const key = JSON.stringify([who, call, text, outcome]);
    if (told.get(key) === true) return;
    told.set(key, true);
    append({ at: new Date(now()).toISOString(), who, call, detail: text, outcome });
  };
}
