/** What enters the columns en, pt, form of the index for a text. */
import { formsOf, languageOf, type Stemmer } from './words/index.ts';

/**
 * Stands before each form, so that a look-up of what begins like a word passes by stems and facets. A letter of nobody's (private use), which the
 * tokenizer takes for one.
 */
export const formMark = '\uE000';

export interface IndexText {
  readonly en: string;
  readonly pt: string;
  readonly form: string;
}

export function indexText(text: string, stemmer: Stemmer): IndexText {
  const forms = formsOf(text);
  const language = languageOf(forms);
  return {
    en: language === 'pt' ? '' : forms.map(stemmer.en).join(' '),
    pt: language === 'en' ? '' : forms.map(stemmer.pt).join(' '),
    form: [...new Set(forms)].map((form) => `${formMark}${form}`).join(' '),
  };
}
