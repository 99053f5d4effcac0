import type { Part } from '../../../../shared/model/conversation.ts';
import { isRecord, isSaying, isText, jsonText, type JsonRecord } from './json.ts';

/** Marks of the program that wrote the block; they say nothing to a reader. All else that is not shown becomes a part of its own. */
const bookkeeping: ReadonlySet<string> = new Set([
  'type', 'id', 'index', 'itemId', 'item_id', 'signature', 'thinkingSignature', 'thoughtSignature', 'encrypted_content', 'cache_control', 'cacheControl', 'time', 'started_at', 'finished_at', 'status', 'state', 'detail', 'providerMetadata', 'providerOptions',
  'callProviderMetadata', 'provider_executed', 'providerExecuted', 'provider_metadata', 'finished', 'logprobs', 'phase', 'synthetic', 'ignored', 'preliminary', 'dynamic', 'duration', 'isMultimodal',
]);

/**
 * A block while it is read: what is taken out of it is shown, and what is left over at the end becomes a `json` part, so that nothing
 * is dropped.
 */
export interface Block {
  readonly type: string;
  /** True where the block has such a field with something in it. */
  has(key: string): boolean;
  /** The field, which then counts as shown. The first of the names that is there. */
  take(...keys: readonly string[]): unknown;
  /** The first that is text; other values stay. */
  text(...keys: readonly string[]): string | null;
  /** The first that is an object; other values stay. */
  record(...keys: readonly string[]): JsonRecord | null;
  /** What was not taken and is no bookkeeping. */
  rest(): Part[];
}

export function openBlock(source: JsonRecord): Block {
  const left = new Map(Object.entries(source));
  const taken = (keys: readonly string[], fits: (value: unknown) => boolean): unknown => {
    const key = keys.find((each) => fits(left.get(each)));
    if (key === undefined) return undefined;
    const value = left.get(key);
    left.delete(key);
    return value;
  };
  return {
    type: isText(source['type']) ? source['type'] : '',
    has: (key) => isSaying(left.get(key)),
    take: (...keys) => taken(keys, (value) => value !== undefined),
    text(...keys) {
      const value = taken(keys, isText);
      return isText(value) ? value : null;
    },
    record(...keys) {
      const value = taken(keys, isRecord);
      return isRecord(value) ? value : null;
    },
    rest() {
      const kept = [...left].filter(([key, value]) => (!bookkeeping.has(key) || isRecord(value) || Array.isArray(value)) && isSaying(value) && !isMark(key, value));
      return kept.length === 0 ? [] : [{ type: 'json', text: jsonText(Object.fromEntries(kept)) }];
    },
  };
}

/** Times and caches are objects in some programs. */
function isMark(key: string, value: unknown): boolean {
  return key === 'time' || key === 'cache_control' || key === 'cacheControl' || key.startsWith('provider') || key === 'callProviderMetadata' || (Array.isArray(value) && value.every((each) => !isSaying(each)));
}

export function textPart(text: string, format: 'plain' | 'markdown'): Part[] {
  return text === '' ? [] : [{ type: 'text', text, format }];
}
