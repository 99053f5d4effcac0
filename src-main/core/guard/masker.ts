import { maskText } from '../../../shared/pure/masking/index.ts';
import type { Masker } from '../conversations/ports.ts';
import { rememberedMask } from '../conversations/remembered-mask.ts';

type Kind = 'message' | 'conversation';

/** What was revealed since this process began, or since the profile last changed. Nothing of it is written down but the audit's line. */
export interface Reveals {
  add(library: string, kind: Kind, key: string): void;
  has(library: string, kind: Kind, key: string): boolean;
  messages(library: string): readonly string[];
  clear(): void;
}

export function createReveals(): Reveals {
  const keys: Record<Kind, Map<string, Set<string>>> = { message: new Map(), conversation: new Map() };
  return {
    add(library, kind, key) {
      const set = keys[kind].get(library) ?? new Set();
      keys[kind].set(library, set.add(key));
    },
    has: (library, kind, key) => keys[kind].get(library)?.has(key) ?? false,
    messages: (library) => [...(keys.message.get(library) ?? [])],
    clear() {
      keys.message.clear();
      keys.conversation.clear();
    },
  };
}

/** A masker that is at work; where masking is off, `noMasking` of the ports serves. */
export function createMasker(reveals: Reveals): Masker {
  return {
    active: true,
    mask: rememberedMask((text) => maskText(text).text),
    isRevealed: (library, key, kind = 'message') => reveals.has(library, kind, key),
    revealed: (library) => reveals.messages(library),
  };
}
