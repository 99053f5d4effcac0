/** A text cut for drawing: plain, found by the search, or personal data that was masked. */
export interface TextPiece {
  readonly kind: 'text' | 'found' | 'masked';
  readonly text: string;
}

const masked = /⟨([a-z][a-z0-9-]{1,20})⟩/gu;

/** `found`: what the search matched, or null. Of a masked piece `text` is the kind: `email`. */
export function piecesOf(text: string, found: RegExp | null): readonly TextPiece[] {
  const pieces: TextPiece[] = [];
  let at = 0;
  for (const match of text.matchAll(masked)) {
    pushFound(pieces, text.slice(at, match.index), found);
    pieces.push({ kind: 'masked', text: match[1] ?? '' });
    at = match.index + match[0].length;
  }
  pushFound(pieces, text.slice(at), found);
  return pieces;
}

function pushFound(pieces: TextPiece[], text: string, found: RegExp | null): void {
  let at = 0;
  if (found !== null) {
    for (const match of text.matchAll(found)) {
      if (match.index > at) pieces.push({ kind: 'text', text: text.slice(at, match.index) });
      pieces.push({ kind: 'found', text: match[0] });
      at = match.index + match[0].length;
    }
  }
  if (at < text.length) pieces.push({ kind: 'text', text: text.slice(at) });
}

/** At most so many different forms are looked for: a pattern of thousands would make drawing slow. */
const mostForms = 60;

/** Finds the very words that the hits' snippets name as found, whole and in any case; null where there is none. */
export function foundPattern(words: Iterable<string>): RegExp | null {
  const forms = [...new Set([...words].map((word) => word.trim().toLowerCase()).filter((word) => word !== ''))].slice(0, mostForms);
  if (forms.length === 0) return null;
  const escaped = forms.toSorted((a, b) => b.length - a.length).map((word) => word.replaceAll(/[.*+?^${}()|[\]\\/]/g, '\\$&'));
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${escaped.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}
