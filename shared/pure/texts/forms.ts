import { parameter, textsOf } from './catalogues.ts';

/** Of words that go with a number the second stays. */
const withoutParameters = (text: string): string => text.replaceAll(parameter, '$3');

/** A text of the catalogue turned round: matches the sentence made of it and finds its parameters again. */
interface Form {
  readonly code: string;
  /** Characters that are no parameter. */
  readonly fixed: number;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

/** What a parameter of a reason may hold, where the rest of its text says too little: `min() of bytes`, and not any text that ends so. */
const narrow: Readonly<Record<string, string>> = {
  at: '\\d+', cast: '[a-z0-9 -]+', clause: '[A-Z ]+', columns: '\\d+', function: '\\w+', letter: '[\\s\\S]', operator: '\\S+', place: '\\d+', quoted: '"(?:[^"\\\\]|\\\\.)*"', values: '\\d+', words: '[A-Za-z_ ]+',
};

function holds(code: string, name: string): string {
  // Notes follow what they speak of behind a semicolon.
  if (name === 'note') return '(?:; [\\s\\S]*)?';
  return (code.startsWith('sql.') ? narrow[name] : undefined) ?? '[\\s\\S]*';
}

const literal = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');

function formOf(code: string, text: string): Form {
  const names: string[] = [];
  // Before notes as little as can be, so that the first semicolon begins them.
  const isNoted = text.endsWith('{{note}}');
  const patternOf = (name: string): string => {
    const before = names.indexOf(name);
    if (before !== -1) return `\\${before + 1}`;
    names.push(name);
    return `(${isNoted && name !== 'note' ? '[\\s\\S]*?' : holds(code, name)})`;
  };
  let pattern = '';
  let at = 0;
  for (const found of text.matchAll(parameter)) {
    const [whole, name = '', one, other = ''] = found;
    pattern += `${literal(text.slice(at, found.index))}${one === undefined ? patternOf(name) : `(?:${literal(one)}|${literal(other)})`}`;
    at = found.index + whole.length;
  }
  return { code, fixed: withoutParameters(text).length, names, pattern: new RegExp(`^${pattern}${literal(text.slice(at))}$`) };
}

/** By prefix of their codes; made when first asked for, since few sessions need them all. */
const known = new Map<string, readonly Form[]>();

function formsOf(prefix: string): readonly Form[] {
  const found = known.get(prefix) ?? Object.entries(textsOf('en'))
    // A text that is all parameter would match every sentence.
    .filter(([code, text]) => code.startsWith(prefix) && /[a-z]{3}/i.test(withoutParameters(text)))
    .map(([code, text]) => formOf(code, text))
    // Of two that match, the one that says more by itself.
    .toSorted((a, b) => b.fixed - a.fixed);
  known.set(prefix, found);
  return found;
}

/** The code and the parameters an English sentence was made of, among the codes that start with `prefix`; null where it is none of them. */
export function readBack(sentence: string, prefix: string): { readonly code: string; readonly params: Record<string, string> } | null {
  for (const { code, pattern, names } of formsOf(prefix)) {
    const found = pattern.exec(sentence);
    if (found) return { code, params: Object.fromEntries(names.map((name, index) => [name, found[index + 1] ?? ''])) };
  }
  return null;
}
