import { LRUCache } from 'lru-cache';
import type { MaskText } from './row-mask.ts';

/** Roles, models and owners: short, and the same again and again. */
const shortText = 48;
const remembered = 5000;

export function rememberedMask(mask: MaskText): MaskText {
  const known = new LRUCache<string, string>({ max: remembered });
  return (text) => {
    if (text.length > shortText) return mask(text);
    const before = known.get(text);
    if (before !== undefined) return before;
    const masked = mask(text);
    known.set(text, masked);
    return masked;
  };
}
