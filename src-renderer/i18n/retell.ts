import { describe, textsOf } from '../../shared/pure/texts/index.ts';
import type { Language } from '../../shared/pure/texts/index.ts';

/** A text of the catalogue turned round: matches the sentence made of it and finds its parameters again. */
interface Form {
  readonly code: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const forms: readonly Form[] = Object.entries(textsOf('en'))
  // A text that is all parameter would match every sentence.
  .filter(([, text]) => /[a-z]{3}/i.test(text.replaceAll(/\{\{\w+\}\}/g, '')))
  .map(([code, text]) => ({
    code,
    names: [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''),
    pattern: new RegExp(`^${text.split(/\{\{\w+\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('([\\s\\S]*)')}$`),
  }));

/**
 * Says an English sentence of the core in another language, where it was made of the catalogue's text with a code that starts with
 * `prefix`; null where it was not. The run's record keeps sentences, not codes: this reads the code back.
 */
export function retell(sentence: string, prefix: string, language: Language): string | null {
  if (language === 'en') return sentence;
  for (const { code, pattern, names } of forms) {
    const found = code.startsWith(prefix) ? pattern.exec(sentence) : null;
    if (found) return describe(code, Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])), language);
  }
  return null;
}

/** A reject's reason: one sentence for each column that does not fit. */
export function retellReject(reason: string, language: Language): string | null {
  if (language === 'en') return reason;
  const told = reason.split(/(?<=\.) (?=Column )/).map((sentence) => retell(sentence, 'reject.', language));
  return told.some((sentence) => sentence === null) ? null : told.join(' ');
}
