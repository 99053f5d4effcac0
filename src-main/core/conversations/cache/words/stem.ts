import { stemmer as english } from '@orama/stemmers/english';
import { stemmer as portuguese } from '@orama/stemmers/portuguese';

/**
 * Portuguese plurals that Snowball leaves apart from their singulars, all the more without accents (`acao`, `acoes`), as Cunha & Cintra,
 * Nova gramática do português contemporâneo, ch. 8, forms them: -ões -ães → -ão, -ais -eis -ois -uis → -al -el -ol -ul, -ns → -m.
 * The last only for endings and words that are Portuguese: `tokens` and `logins` are the plurals of `token` and `login`.
 */
const plurals: ReadonlyArray<readonly [RegExp, string]> = [
  [/(?:oes|aes|aos)$/, 'ao'], [/(?<=..)ais$/, 'al'], [/(?<=..)eis$/, 'el'], [/(?<=..)ois$/, 'ol'], [/(?<=..)uis$/, 'ul'],
  [/(?<=g|rd|^it|hom|jov|nuv|^b)ens$/, 'em'], [/(?<=^cup|^bomb|^b|^d|^s|^t)ons$/, 'om'], [/(?<=com|alg|nenh|jej)uns$/, 'um'], [/(?<=^f|jard|^ru)ins$/, 'im'],
];

function portugueseStem(form: string): string {
  const plural = plurals.find(([ending]) => ending.test(form));
  return portuguese(plural === undefined ? form : form.replace(plural[0], plural[1]));
}

/** A word with a digit is a number or an id and has no forms. */
const hasNoForms = /[^a-z]/;
const remembered = 200_000;

/** Keeps what was worked out: of a million messages most words were seen before. */
function remember(stem: (form: string) => string): (form: string) => string {
  const known = new Map<string, string>();
  return (form) => {
    const found = known.get(form);
    if (found !== undefined) return found;
    const made = hasNoForms.test(form) || form.length > 40 ? form : stem(form);
    if (known.size >= remembered) known.clear();
    known.set(form, made);
    return made;
  };
}

export interface Stemmer {
  /** Of a folded word (`foldWord`). */
  readonly en: (form: string) => string;
  readonly pt: (form: string) => string;
}

export function createStemmer(): Stemmer {
  return { en: remember(english), pt: remember(portugueseStem) };
}
