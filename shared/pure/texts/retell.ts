import { textsOf } from './catalogues.ts';
import { readBack } from './forms.ts';
import { describe, sayJoined, sayNotes } from './index.ts';
import type { Language } from './index.ts';

/**
 * Says an English sentence of the core in another language, where it was made of the catalogue's text with a code that starts with
 * `prefix`; null where it was not. The run's record keeps sentences, not codes: this reads the code back.
 */
export function retell(sentence: string, prefix: string, language: Language): string | null {
  if (language === 'en') return sentence;
  const found = readBack(sentence, prefix);
  if (found !== null) return describe(found.code, found.params, language);
  // What became of an object is sometimes told by notes alone; why a statement of a change is there, by several reasons.
  const noted = prefix === 'plan.object.' ? sayNotes(sentence, language) : prefix === 'change.' ? sayJoined(sentence, [prefix], language) : sentence;
  return noted === sentence ? null : noted;
}

/** A reject's reason: one sentence for each column that does not fit. */
export function retellReject(reason: string, language: Language): string | null {
  if (language === 'en') return reason;
  const told = reason.split(/(?<=\.) (?=Column )/).map((sentence) => retell(sentence, 'reject.', language));
  return told.some((sentence) => sentence === null) ? null : told.join(' ');
}

/** Sentences in the parameters of an error: parts of its own, what stands in the way of a change, what cannot be understood in a search. */
const inErrors = ['error.part.', 'undo.blocked.', 'change.blocked.', 'index.blocked.', 'query.'];
/** Semicolons in one sentence, and one more: what others wrote may hold any number. */
const mostPieces = 4;
/** Errors with a parameter of another family than those, which would be too short to tell elsewhere. */
const ofOthers: readonly (readonly [begins: string, name: string, tell: (value: string, language: Language) => string])[] = [
  ['Run {{a}} is {{b}}; ', 'b', retellState],
  ['The target refused a step ({{a}})', 'a', (value, language) => retellIn(value, ['undo.'], language) ?? value],
  ['The target already has {{a}}', 'a', retellKinds],
  ['The row with {{a}} still does not fit: {{b}}', 'b', (value, language) => retellReject(value, language) ?? value],
];

/** An error's message or hint; null where it is a server's own, or not known. */
export function retellError(sentence: string, part: 'message' | 'hint', language: Language): string | null {
  const found = language === 'en' ? null : readBack(sentence, `error.${part}.`);
  if (found === null) return retell(sentence, `error.${part}.`, language);
  const text = textsOf('en')[found.code] ?? '';
  const params = Object.entries(found.params).map(([name, value]) => {
    const tell = ofOthers.find(([begins, of]) => of === name && text.startsWith(begins))?.[2] ?? retellJoined;
    return [name, tell(value, language)] as const;
  });
  return describe(found.code, Object.fromEntries(params), language);
}

/** A sentence of one of the families; null where it is of none, or is two that only look like one. */
function retellIn(sentence: string, families: readonly string[], language: Language): string | null {
  for (const family of families) {
    const found = readBack(sentence, family);
    if (found !== null && !Object.values(found.params).some((value) => value.includes('; '))) return describe(found.code, found.params, language);
  }
  return null;
}

/** One sentence, or several, each of which may hold a semicolon of its own; names and what servers say stay as they are. */
function retellJoined(value: string, language: Language): string {
  const pieces = value.split('; ');
  const said: string[] = [];
  while (pieces.length > 0) {
    let many = Math.min(pieces.length, mostPieces);
    let told: string | null = null;
    while (told === null && many > 0) {
      told = retellIn(pieces.slice(0, many).join('; '), inErrors, language);
      if (told === null) many -= 1;
    }
    said.push(told ?? pieces[0] ?? '');
    pieces.splice(0, Math.max(1, many));
  }
  return said.join('; ');
}

function retellState(state: string, language: Language): string {
  const code = `evidence.state.${state}`;
  const said = describe(code, {}, language);
  return said === code ? state : said;
}

/** `table "public"."item", view "public"."v"`: their kinds are told, their names are not. */
function retellKinds(names: string, language: Language): string {
  const told = (words: string): string => retell(words, 'error.kind.', language) ?? words;
  return names.replaceAll(/(?<=^|, )[a-z ]+(?= ")/g, told).replace(/(?<= )and \d+ more(?=,|$)/, told);
}

/** What the verification found at an object: one sentence, or several. */
export function retellDetail(detail: string, language: Language): string | null {
  const told = detail.split('; ').map((part) => retell(part, 'verify.detail.', language));
  return told.some((part) => part === null) ? retell(detail, 'verify.detail.', language) : told.join('; ');
}
