/** The place of a text where a search found most, in pieces. */
import type { Query } from '../../../../../shared/model/conversation-query.ts';
import type { Segments } from '../../../../../shared/model/conversation.ts';
import { formsOf, wordsIn, type FoundWord, type Stemmer } from '../words/index.ts';

type Term = Query['terms'][number];

const before = 60;
const length = 220;
/** Of a term so many words are looked for. */
const wordsAtMost = 100;
/** A text is looked through in pieces of this many characters until something was found. */
const piece = 64 * 1024;

interface Sequence { readonly words: readonly { readonly en: string; readonly pt: string; readonly form: string }[]; readonly isPrefix: boolean }

export type Marker = (text: string) => Segments;

/** Marks the words of `terms` in any of their forms; the words of a phrase only where they follow each other. */
export function createMarker(terms: readonly Term[], stemmer: Stemmer): Marker {
  const sequences: Sequence[] = terms.flatMap((term) => {
    const words = formsOf(term.text).slice(0, wordsAtMost).map((form) => ({ form, en: stemmer.en(form), pt: stemmer.pt(form) }));
    if (words.length === 0) return [];
    // A prefix of several words asks for each of them, wherever it stands.
    return term.kind === 'prefix' ? words.map((word, index) => ({ words: [word], isPrefix: index === words.length - 1 })) : [{ words, isPrefix: false }];
  });
  const longest = Math.max(0, ...sequences.map(({ words }) => words.length));

  function isWord(found: FoundWord, wanted: Sequence['words'][number], isPrefix: boolean): boolean {
    if (isPrefix) return found.form.startsWith(wanted.form);
    return found.form === wanted.form || stemmer.en(found.form) === wanted.en || stemmer.pt(found.form) === wanted.pt;
  }

  /** Marked words of a text from `from` on, until a window's worth after the first. */
  function marks(text: string): FoundWord[] {
    const marked: FoundWord[] = [];
    const recent: FoundWord[] = [];
    let limit = piece;
    for (const word of wordsIn(text)) {
      if (word.from > limit) {
        if (marked.length > 0) break;
        limit += piece;
      }
      recent.push(word);
      if (recent.length > longest) recent.shift();
      for (const { words, isPrefix } of sequences) {
        const last = recent.slice(-words.length);
        if (last.length === words.length && words.every((wanted, index) => last[index] !== undefined && isWord(last[index], wanted, isPrefix))) {
          for (const each of last) if (!marked.includes(each)) marked.push(each);
        }
      }
      if (marked.length > 200) break;
    }
    return marked.toSorted((a, b) => a.from - b.from);
  }

  return (text) => {
    const found = sequences.length === 0 ? [] : marks(text);
    let start = 0;
    let most = 0;
    for (const [index, mark] of found.entries()) {
      let count = 0;
      const kinds = new Set<string>();
      for (let next = index; next < found.length && (found[next]?.to ?? 0) - mark.from < length - before; next += 1) {
        kinds.add(found[next]?.form ?? '');
        count += 1;
      }
      const score = kinds.size * 100 + count;
      if (score > most) [start, most] = [mark.from, score];
    }
    return cut(text, found, Math.max(0, start - before));
  };
}

/** Whole words at both ends; an ellipsis where something was left out. */
function cut(text: string, marks: readonly FoundWord[], wanted: number): Segments {
  const from = wanted === 0 ? 0 : wanted + Math.max(0, text.slice(wanted, wanted + 20).search(/\s/) + 1);
  const rough = Math.min(text.length, from + length);
  const gap = text.slice(rough - 20, rough).search(/\s\S*$/);
  const to = rough === text.length || gap === -1 ? rough : Math.max(from + 1, rough - 20 + gap);
  const segments: { text: string; hit: boolean }[] = [];
  const push = (piece_: string, hit: boolean): void => void (piece_ !== '' && segments.push({ text: piece_, hit }));
  let at = from;
  if (from > 0) push('… ', false);
  for (const mark of marks) {
    if (mark.from < at || mark.to > to) continue;
    push(text.slice(at, mark.from), false);
    push(text.slice(mark.from, mark.to), true);
    at = mark.to;
  }
  push(text.slice(at, to), false);
  if (to < text.length) push(' …', false);
  return segments;
}
