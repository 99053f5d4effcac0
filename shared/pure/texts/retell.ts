import { describe, textsOf } from './index.ts';
import type { Language } from './index.ts';

/** A text of the catalogue turned round: matches the sentence made of it and finds its parameters again. */
interface Form {
  readonly code: string;
  /** Characters that are no parameter. */
  readonly fixed: number;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const forms: readonly Form[] = Object.entries(textsOf('en'))
  // A text that is all parameter would match every sentence.
  .filter(([, text]) => /[a-z]{3}/i.test(text.replaceAll(/\{\{\w+\}\}/g, '')))
  .map(([code, text]) => ({
    code,
    fixed: text.replaceAll(/\{\{\w+\}\}/g, '').length,
    names: [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1] ?? ''),
    pattern: new RegExp(`^${text.split(/\{\{\w+\}\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('([\\s\\S]*)')}$`),
  }))
  // Of two that match, the one that says more by itself.
  .toSorted((a, b) => b.fixed - a.fixed);

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

/** An error's message or hint; null where it is a server's own, or not known. */
export function retellError(sentence: string, part: 'message' | 'hint', language: Language): string | null {
  return retell(sentence, `error.${part}.`, language);
}

/** What the verification found at an object: one sentence, or several. */
export function retellDetail(detail: string, language: Language): string | null {
  const told = detail.split('; ').map((part) => retell(part, 'verify.detail.', language));
  return told.some((part) => part === null) ? retell(detail, 'verify.detail.', language) : told.join('; ');
}
