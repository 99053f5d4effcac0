/**
 * Words as the searches of every engine take them, so that PostgreSQL and the console's own copy find the same.
 *
 * folded: lower case without accents. stop word: too common to be asked for beside other words; folded too, since `não` and `nao` are one word.
 * forms: other spellings of a Portuguese word whose stems differ once the accents are gone (`acao`: `acoes`, `acaes`, `acaos`).
 */
import { englishStops, portugueseStops } from './stop-words.ts';

export { englishStops, portugueseStops };

/** Lower case, without accents and other marks: `Ação` is `acao`. As PostgreSQL's unaccent for Latin letters. */
export function foldText(text: string): string {
  return text.normalize('NFD').replaceAll(/\p{M}+/gu, '').toLowerCase().replaceAll('ß', 'ss').replaceAll('æ', 'ae').replaceAll('œ', 'oe').replaceAll('ø', 'o').replaceAll('ł', 'l');
}

/** True for a word that says nothing beside others, in English or Portuguese, with or without its accents. */
export function isStopWord(word: string): boolean {
  const folded = foldText(word);
  return englishStops.has(folded) || portugueseStops.has(folded);
}

/** The words of a text: letters and digits together, folded. */
export function wordsOf(text: string): string[] {
  return foldText(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * A folded word and its other forms that Portuguese stemming does not bring together without accents: singular and plural of -ão
 * (Cunha & Cintra, Nova Gramática, "Plural dos substantivos terminados em -ão": -ões, -ães, -ãos). Each is stemmed like any word.
 */
export function portugueseForms(folded: string): readonly string[] {
  for (const plural of ['oes', 'aes', 'aos']) {
    if (folded.endsWith(plural) && folded.length > plural.length) return formsOf(folded.slice(0, -plural.length));
  }
  return folded.endsWith('ao') && folded.length > 2 ? formsOf(folded.slice(0, -2)) : [folded];
}

function formsOf(base: string): readonly string[] {
  return ['ao', 'oes', 'aes', 'aos'].map((ending) => `${base}${ending}`);
}
