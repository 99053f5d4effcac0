import { textsOf } from './catalogues.ts';

/** A text of the catalogue turned round: matches the sentence made of it and finds its parameters again. */
interface Form {
  readonly code: string;
  /** Characters that are no parameter. */
  readonly fixed: number;
  readonly pattern: RegExp;
  readonly names: readonly string[];
}

const parameter = /\{\{(\w+)\}\}/g;
/** What a parameter of a reason may hold, where the rest of its text says too little: `min() of bytes`, and not any text that ends so. */
const narrow: Readonly<Record<string, string>> = {
  at: '\\d+', cast: '[a-z0-9 -]+', clause: '[A-Z ]+', columns: '\\d+', function: '\\w+', letter: '[\\s\\S]', operator: '\\S+', place: '\\d+', quoted: '"(?:[^"\\\\]|\\\\.)*"', values: '\\d+', words: '[A-Za-z_ ]+',
};

function holds(code: string, name: string): string {
  // Notes follow what they speak of behind a semicolon.
  if (name === 'note') return '(?:; [\\s\\S]*)?';
  return (code.startsWith('sql.') ? narrow[name] : undefined) ?? '[\\s\\S]*';
}

function formOf(code: string, text: string): Form {
  const names: string[] = [];
  // Before notes as little as can be, so that the first semicolon begins them.
  const isNoted = text.endsWith('{{note}}');
  const pattern = text.split(parameter).map((part, index) => {
    if (index % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
    const before = names.indexOf(part);
    if (before !== -1) return `\\${before + 1}`;
    names.push(part);
    return `(${isNoted && part !== 'note' ? '[\\s\\S]*?' : holds(code, part)})`;
  });
  return { code, fixed: text.replaceAll(parameter, '').length, names, pattern: new RegExp(`^${pattern.join('')}$`) };
}

/** By prefix of their codes; made when first asked for, since few sessions need them all. */
const known = new Map<string, readonly Form[]>();

function formsOf(prefix: string): readonly Form[] {
  const found = known.get(prefix) ?? Object.entries(textsOf('en'))
    // A text that is all parameter would match every sentence.
    .filter(([code, text]) => code.startsWith(prefix) && /[a-z]{3}/i.test(text.replaceAll(parameter, '')))
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
