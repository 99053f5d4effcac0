import type { Scan } from '../ports.ts';
import type { LibraryKeys } from './library-keys.ts';
import { conversationKeys, messageKeys, recordKeys } from './sealed-rows.ts';

/** A scan for the console's copy: what is kept of it holds no personal data, its keys neither; asked by those keys, it finds the rows of its source. */
export function sealScan(scan: Scan, keys: LibraryKeys): Scan {
  return {
    total: scan.total,
    fingerprint: scan.fingerprint,
    async *records(signal) {
      for await (const records of scan.records(signal)) yield records.map((record) => recordKeys(record, keys.stored));
    },
    raw: (kind, key) => scan.raw(kind, keys.open(key)),
    async fetch(messages, conversations) {
      const found = await scan.fetch(messages.map(keys.open), conversations.map(keys.open));
      return { messages: found.messages.map((row) => messageKeys(row, keys.stored)), conversations: found.conversations.map((row) => conversationKeys(row, keys.stored)) };
    },
    close: () => scan.close(),
  };
}
