/**
 * cache: the console's own full-text copy of a library that is not read from its server directly.
 *
 * copy: one SQLite file in a folder of its own, masked, with an index of its words (schema.ts). stem, form: words/. facet: what else a message is
 * found by, as a word of the index (facets.ts). stage: rows of a refresh before they have their place. note: what is known of a copy
 * without opening it. original: a row as the source has it, asked for by its key.
 */
import type { Mapping } from '../../../../shared/model/conversation-mapping.ts';
import { maskingVersion } from '../../../../shared/pure/masking/index.ts';
import { startWorker } from '../../../workers/start-worker.ts';
import { followWorker } from '../../follow-worker.ts';
import type { Source } from '../../sources/index.ts';
import { createSeal } from '../keys/index.ts';
import type { ConversationReader } from '../ports.ts';
import type { RefreshProgress, RefreshResult } from './build/refresh.ts';
import { cacheState as stateOf, type CacheState } from './files.ts';
import { openCacheReader as openReader } from './reader/open-reader.ts';
import type { CopyInput } from './reader/messages.ts';

export { removeCache, sweepHalfMade } from './files.ts';
export type { CacheState } from './files.ts';
export type { RefreshProgress, RefreshResult } from './build/refresh.ts';

export interface CacheOf {
  /** `folders.cache(library)`. */
  readonly folder: string;
  readonly source: Source;
  readonly mapping: Mapping;
  /** With which its keys are sealed. */
  readonly secret: Uint8Array;
}

/** What the thread `conversation-cache` is started with. */
export type CacheThreadInput =
  | (CacheOf & { readonly kind: 'refresh'; readonly masking: string; readonly mappingText: string; readonly force: boolean })
  | (CacheOf & { readonly kind: 'read'; readonly copy: CopyInput });

/** Rules and secret by which a copy was masked and its keys sealed. */
const maskingOf = (secret: Uint8Array): string => `${maskingVersion} ${createSeal(secret).id}`;

/** Equal mappings give equal texts, in whatever order their fields stand. */
function mappingText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(mappingText).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  return `{${Object.entries(value).filter(([, entry]) => entry !== undefined).toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([name, entry]) => `${JSON.stringify(name)}:${mappingText(entry)}`).join(',')}}`;
}

/**
 * Makes the copy of a library or brings it up to date, in a thread of its own. Killed at any moment, the copy is as it was before, or as it was
 * to be; the next refresh clears away what was left.
 *
 * @throws TravessiaError CANCELLED, DISK_FULL, RUN_BUSY, and those of the source
 */
export function refreshCache(cache: CacheOf, options: { readonly signal: AbortSignal; readonly onProgress: (progress: RefreshProgress) => void; readonly force?: boolean }): Promise<RefreshResult> {
  const { folder, source, mapping, secret } = cache;
  const input: CacheThreadInput = { kind: 'refresh', folder, source, mapping, secret, masking: maskingOf(secret), mappingText: mappingText(mapping), force: options.force ?? false };
  return followWorker<RefreshResult, RefreshProgress>('conversation-cache', input, { signal: options.signal, onProgress: options.onProgress, doing: 'The refresh' });
}

/**
 * A reader over the copy. It sees each refresh with its next answer.
 * @throws TravessiaError CACHE_MISSING; so does every answer where the copy was made by other rules of masking or another mapping
 */
export function openCacheReader(cache: CacheOf & { readonly library: string }): ConversationReader {
  const { folder, source, mapping, secret, library } = cache;
  const masking = maskingOf(secret);
  return openReader({
    library, folder,
    start: (cancelled) => {
      const input: CacheThreadInput = { kind: 'read', folder, source, mapping, secret, copy: { folder, masking, mapping: mappingText(mapping), cancelled } };
      return startWorker('conversation-cache', import.meta.url, input);
    },
  });
}

/**
 * Two small reads; cheap enough for every list of libraries.
 * @param fingerprint - the source's as it is now (`Scan.fingerprint`), null where it cannot be asked
 * @param secret - null where it cannot be had just now: then no copy can be read
 */
export function cacheState(folder: string, mapping: Mapping, fingerprint: string | null, secret: Uint8Array | null): CacheState {
  return stateOf(folder, { masking: secret === null ? '' : maskingOf(secret), mapping: mappingText(mapping), fingerprint });
}
