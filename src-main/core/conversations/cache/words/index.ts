/**
 * words: how a text becomes what the index holds and what a query asks for.
 *
 * form: a word without accents and capitals. stem: what the forms of a word have in common (Snowball), by language. A text whose
 * language is not plain is stemmed as both; a query always asks for both.
 */
export { foldWord, formsOf, wordsIn } from './fold.ts';
export type { FoundWord } from './fold.ts';
export { createStemmer } from './stem.ts';
export type { Stemmer } from './stem.ts';
export { languageOf } from './language.ts';
export type { Language } from './language.ts';
