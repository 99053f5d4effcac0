/**
 * Texts the core produces as codes (findings, reasons, reject codes), in both languages. The renderer, the command line and the
 * evidence turn the same code into the same words. Each feature keeps its own file beside this one.
 */
import { fill, type Language } from './catalogues.ts';
import { readBack } from './forms.ts';

export { fillText, textsOf, wordFor, type Language, type TextCatalogue } from './catalogues.ts';

type Params = Readonly<Record<string, string>>;

/** What may hold sentences of the core: why something has no translation, what changes where it has one, what a comparison found. */
const sentences = ['detail', 'note', 'reason'];
/** The texts such a sentence is made of; one that is made of none (a server's or SQLite's own, a name, SQL) stays as it is. */
const usual = ['sql.', 'plan.object.'];
const compared = ['verify.detail.'];
const comparing = ['plan.object.view-differs', 'run.finding.object-differs'];

/** The sentence of a code; an unknown code is shown as it is rather than hidden. What stands in its parameters is said in the language too. */
export function describe(code: string, params: Params = {}, language: Language = 'en'): string {
  if (language === 'en') return fill(code, params, language);
  return fill(code, Object.fromEntries(Object.entries(params).map(([name, value]) => [name, sayParameter(code, name, value, language)])), language);
}

function sayParameter(code: string, name: string, value: string, language: Language): string {
  const isComparing = comparing.includes(code);
  if (sentences.includes(name)) return isComparing ? sayJoined(value, compared, language) : sayNotes(value, language);
  if (name !== 'kind' || !isComparing) return value;
  const kind = `evidence.kind.${value}`;
  const said = fill(kind, {}, language);
  return said === kind ? value : said;
}

/** Says English sentences that are joined by semicolons in the language; what is no sentence of a catalogue stays as it is. */
export function sayNotes(notes: string, language: Language): string {
  return saySentence(notes, usual, language) ?? sayJoined(notes, usual, language);
}

/** Says sentences of some families that are joined by semicolons. One may hold a semicolon itself: the fewest pieces that make one are taken. */
export function sayJoined(joined: string, families: readonly string[], language: Language): string {
  const pieces = joined.split('; ');
  const said: string[] = [];
  for (let from = 0; from < pieces.length; ) {
    let until = from;
    let found: string | null = null;
    while (found === null && until < pieces.length) {
      until += 1;
      found = saySentence(pieces.slice(from, until).join('; '), families, language);
    }
    said.push(found ?? pieces[from] ?? '');
    from = found === null ? from + 1 : until;
  }
  return said.join('; ');
}

function saySentence(sentence: string, families: readonly string[], language: Language): string | null {
  if (sentence === '') return '';
  for (const family of families) {
    const found = readBack(sentence, family);
    if (found !== null) return describe(found.code, found.params, language);
  }
  return null;
}
