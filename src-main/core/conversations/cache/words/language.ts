import { englishStops, portugueseStops } from '../../../../../shared/pure/conversation-words/index.ts';

export type Language = 'en' | 'pt' | 'both';

/** Words looked at to tell the language: more do not make it surer. */
const enough = 400;

/** By the stop words that only one of both languages has; `both` where they do not tell (a short text, another language, code). */
export function languageOf(forms: readonly string[]): Language {
  let en = 0;
  let pt = 0;
  const end = Math.min(forms.length, enough);
  for (let index = 0; index < end; index += 1) {
    const form = forms[index] ?? '';
    const isEnglish = englishStops.has(form);
    if (isEnglish === portugueseStops.has(form)) continue;
    if (isEnglish) en += 1;
    else pt += 1;
  }
  if (en >= 2 && en > pt * 3) return 'en';
  if (pt >= 2 && pt > en * 3) return 'pt';
  return 'both';
}
