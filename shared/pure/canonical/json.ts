import { cannot, type Canonicaliser } from './cell.ts';
import { deepestJson, jsonbText } from './jsonb.ts';
import { canonicalText } from './texts.ts';
import type { Cast } from '../../model/values.ts';

/** `json` keeps the very text, where it is JSON at all. */
export function canonicalJson(cast: Cast | undefined): Canonicaliser {
  const textOf = canonicalText(cast === 'blob as utf-8' ? cast : undefined);
  return (value) => {
    const text = textOf(value);
    if (typeof text !== 'string') return text;
    try {
      JSON.parse(text);
      return text.length > deepestJson * 2 && depthOf(text) > deepestJson ? cannot('NOT_JSON') : text;
    } catch {
      return cannot('NOT_JSON');
    }
  };
}

/** How deep valid JSON is nested; strings are skipped. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const token of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token[0] === '[' || token[0] === '{') deepest = Math.max(deepest, (depth += 1));
    else if (token[0] === ']' || token[0] === '}') depth -= 1;
  }
  return deepest;
}

/** `jsonb` in PostgreSQL's own normal form; text whose meaning jsonb would not keep (a key twice, NUL) has none. */
export function canonicalJsonb(cast: Cast | undefined): Canonicaliser {
  const textOf = canonicalText(cast === 'blob as utf-8' ? cast : undefined);
  return (value) => {
    const text = textOf(value);
    return typeof text === 'string' ? (jsonbText(text) ?? cannot('NOT_JSON')) : text;
  };
}
