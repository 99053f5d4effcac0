/** Names that SQLite and PostgreSQL can both hold, made from names of other systems, which may be any text. */

import { foldName } from '../../../shared/pure/fold-name.ts';

/** NUL and half surrogate pairs as their escapes, as JSON itself writes them; an empty name in words. */
function writable(name: string, whenEmpty: string): string {
  if (name === '') return whenEmpty;
  const text = name.replaceAll('\0', '\\u0000').replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return /^sqlite_/i.test(text) ? `_${text}` : text;
}

export interface Namer {
  take(name: string): string;
}

/** Gives each name once; twins get `_2`, `_3`. */
export function createNamer(whenEmpty: string): Namer {
  const taken = new Set<string>();
  return {
    take(name) {
      const base = writable(name, whenEmpty);
      let unique = base;
      for (let number = 2; taken.has(foldName(unique)); number += 1) unique = `${base}_${number}`;
      taken.add(foldName(unique));
      return unique;
    },
  };
}
