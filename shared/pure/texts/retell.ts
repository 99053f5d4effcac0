import { readBack } from './forms.ts';
import { describe, sayNotes } from './index.ts';
import type { Language } from './index.ts';

/**
 * Says an English sentence of the core in another language, where it was made of the catalogue's text with a code that starts with
 * `prefix`; null where it was not. The run's record keeps sentences, not codes: this reads the code back.
 */
export function retell(sentence: string, prefix: string, language: Language): string | null {
  if (language === 'en') return sentence;
  const found = readBack(sentence, prefix);
  if (found !== null) return describe(found.code, found.params, language);
  // What became of an object is sometimes told by notes alone.
  const noted = prefix === 'plan.object.' ? sayNotes(sentence, language) : sentence;
  return noted === sentence ? null : noted;
}

/** A reject's reason: one sentence for each column that does not fit. */
export function retellReject(reason: string, language: Language): string | null {
  if (language === 'en') return reason;
  const told = reason.split(/(?<=\.) (?=Column )/).map((sentence) => retell(sentence, 'reject.', language));
  return told.some((sentence) => sentence === null) ? null : told.join(' ');
}

/** What stands in the way of a change, or cannot be understood in a search: sentences in the parameters of an error. */
const inErrors = ['error.part.', 'undo.blocked.', 'change.blocked.', 'index.blocked.', 'query.'];

/** An error's message or hint; null where it is a server's own, or not known. */
export function retellError(sentence: string, part: 'message' | 'hint', language: Language): string | null {
  const found = language === 'en' ? null : readBack(sentence, `error.${part}.`);
  if (found === null) return retell(sentence, `error.${part}.`, language);
  const params = Object.fromEntries(Object.entries(found.params).map(([name, value]) => [name, value.split('; ').map((each) => retellPart(each, language)).join('; ')]));
  return describe(found.code, params, language);
}

function retellPart(sentence: string, language: Language): string {
  for (const family of inErrors) {
    const found = readBack(sentence, family);
    if (found !== null) return describe(found.code, found.params, language);
  }
  return sentence;
}

/** What the verification found at an object: one sentence, or several. */
export function retellDetail(detail: string, language: Language): string | null {
  const told = detail.split('; ').map((part) => retell(part, 'verify.detail.', language));
  return told.some((part) => part === null) ? retell(detail, 'verify.detail.', language) : told.join('; ');
}
