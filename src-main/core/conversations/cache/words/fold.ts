/** Words of a text without accents and capitals, as they enter the index and as a query asks for them. */
import { foldText } from '../../../../../shared/pure/conversation-words/index.ts';

/** Letters, digits and the marks that belong to them, of any script. */
const wordPattern = /[\p{L}\p{N}\p{M}]+/gu;
const plain = /^[a-z0-9]+$/;
/** What stands in place of masked data is no word: whoever searches "email" means the word. */
const chip = /⟨[a-z-]{1,20}⟩/g;
/** A pasted key or an encoded file is one long word; its beginning is enough to find it by. */
const maxLength = 64;

export interface FoundWord {
  readonly form: string;
  readonly from: number;
  readonly to: number;
}

/** `Ações` → `acoes`. Never throws; what has no letters left becomes the empty text. */
export function foldWord(word: string): string {
  const folded = plain.test(word) ? word : foldText(word);
  return folded.length > maxLength ? folded.slice(0, maxLength).replace(/[\uD800-\uDBFF]$/, '') : folded;
}

/** The forms of a text in their order. */
export function formsOf(text: string): string[] {
  const forms: string[] = [];
  const source = text.includes('⟨') ? text.replace(chip, ' ') : text;
  for (const word of source.match(wordPattern) ?? []) {
    const form = foldWord(word);
    if (form !== '') forms.push(form);
  }
  return forms;
}

/** The same with their places, for marking hits; begins at `from` and ends after `limit` characters. */
export function* wordsIn(text: string, from = 0, limit = Number.POSITIVE_INFINITY): Generator<FoundWord> {
  const pattern = new RegExp(wordPattern);
  pattern.lastIndex = from;
  for (let found = pattern.exec(text); found !== null && found.index < from + limit; found = pattern.exec(text)) {
    const to = found.index + found[0].length;
    if (text[found.index - 1] === '⟨' && text[to] === '⟩') continue;
    const form = foldWord(found[0]);
    if (form !== '') yield { form, from: found.index, to };
  }
}
