import { misspeltOperator, operatorOf } from './operators.ts';

/** What stands between two tokens: white space, control characters and marks that only order the script. NUL is among them. */
const separators = String.raw`\s\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF`;
const separator = new RegExp(`[${separators}]`, 'u');
export const separatorRuns = new RegExp(`[${separators}]+`, 'gu');
const segment = String.raw`"(?:[^"\\]|\\.)*"|[^${separators}.:"]+`;
const metaName = new RegExp(String.raw`(meta(?:data|dados)?)((?:\.(?:${segment}))*):`, 'iuy');
const plainName = /(\p{L}[\p{L}\p{M}_-]*):/uy;
const dottedName = new RegExp(String.raw`(\p{L}[\p{L}\p{M}\p{N}_-]*)(?:\.[^${separators}.:"]+)+:`, 'uy');
/** Names before a colon that begin an address. Those with `//` need no list. */
const schemes = new Set(['mailto', 'tel', 'urn', 'data', 'javascript', 'file', 'magnet', 'sip', 'geo', 'blob', 'about', 'localhost']);

export interface Token {
  readonly from: number;
  readonly to: number;
  /** A `-` stands before it. */
  readonly minus: boolean;
  readonly kind: 'word' | 'quoted' | 'filter';
  /** Word or value; quotes and escapes taken off. */
  readonly text: string;
  /** The word was given by `\`: no meaning but its letters. */
  readonly literal: boolean;
  /** The value, or the token, was quoted. */
  readonly quoted: boolean;
  /** The quote was not closed. */
  readonly open: boolean;
  readonly name: string;
  readonly path: readonly string[];
  /** Where the value stands, with its quotes. */
  readonly valueFrom: number;
}

function closersOf(quote: string | undefined): string | null {
  if (quote === '"') return '"';
  if (quote === '«') return '»';
  return quote !== undefined && '“”„‟'.includes(quote) ? '“”‟"' : null;
}

export function isQuote(character: string | undefined): boolean {
  return closersOf(character) !== null;
}

export function isSeparator(character: string | undefined): boolean {
  return character !== undefined && separator.test(character);
}

function readQuoted(text: string, start: number, closers: string): { text: string; to: number; open: boolean } {
  let value = '';
  let at = start + 1;
  while (at < text.length) {
    const character = text[at] ?? '';
    if (character === '\\' && (text[at + 1] === '"' || text[at + 1] === '\\')) {
      value += text[at + 1];
      at += 2;
    } else if (closers.includes(character)) return { text: value, to: at + 1, open: false };
    else {
      value += character;
      at += 1;
    }
  }
  return { text: value, to: at, open: true };
}

function endOfWord(text: string, start: number): number {
  let at = start;
  while (at < text.length && !isSeparator(text[at])) at += 1;
  return at;
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function pathOf(text: string): string[] {
  return [...text.matchAll(new RegExp(`\\.(${segment})`, 'gu'))].map(([, each = '']) => (each.startsWith('"') ? each.slice(1, -1).replaceAll(/\\(["\\])/g, '$1') : each));
}

/** An operator's name at this place, known or not; null where what stands there is a word with a colon in it: a time, an address, a path. */
function nameAt(text: string, at: number): { name: string; path: string[]; valueFrom: number } | null {
  const meta = matchAt(metaName, text, at);
  if (meta) return { name: meta[1] ?? '', path: pathOf(meta[2] ?? ''), valueFrom: metaName.lastIndex };
  const dotted = matchAt(dottedName, text, at);
  if (dotted) return operatorOf(misspeltOperator(dotted[1] ?? '') ?? '') === 'meta' ? { name: dotted[1] ?? '', path: pathOf(dotted[0].slice(0, -1)), valueFrom: dottedName.lastIndex } : null;
  const plain = matchAt(plainName, text, at);
  if (!plain) return null;
  const [, name = ''] = plain;
  const valueFrom = plainName.lastIndex;
  if (operatorOf(name) !== undefined) return { name, path: [], valueFrom };
  const next = text[valueFrom];
  // `Obs:` in a sentence is a word; `roel:` is a slip even before a space.
  if (next === undefined || isSeparator(next)) return name.length >= 4 && misspeltOperator(name) !== null ? { name, path: [], valueFrom } : null;
  return name.length === 1 || next === ':' || next === '/' || next === '\\' || schemes.has(name.toLowerCase()) ? null : { name, path: [], valueFrom };
}

/** The token that begins at or after `start`; null at the end. */
export function nextToken(text: string, start: number): Token | null {
  let from = start;
  while (from < text.length && isSeparator(text[from])) from += 1;
  if (from >= text.length) return null;
  const second = text[from + 1];
  const minus = text[from] === '-' && second !== undefined && second !== '-' && !isSeparator(second);
  const at = minus ? from + 1 : from;
  const base = { from, minus, literal: false, quoted: false, open: false, name: '', path: [], valueFrom: at };
  const closers = closersOf(text[at]);
  if (closers !== null) {
    const quoted = readQuoted(text, at, closers);
    return { ...base, kind: 'quoted', text: quoted.text, to: quoted.to, open: quoted.open, quoted: true };
  }
  const named = text[at] === '\\' ? null : nameAt(text, at);
  if (named === null) {
    const to = endOfWord(text, at);
    const literal = text[at] === '\\' && to > at + 1;
    return { ...base, kind: 'word', text: text.slice(literal ? at + 1 : at, to), literal, to };
  }
  const valueClosers = closersOf(text[named.valueFrom]);
  if (valueClosers !== null) {
    const quoted = readQuoted(text, named.valueFrom, valueClosers);
    return { ...base, ...named, kind: 'filter', text: quoted.text, to: quoted.to, open: quoted.open, quoted: true };
  }
  const to = endOfWord(text, named.valueFrom);
  return { ...base, ...named, kind: 'filter', text: text.slice(named.valueFrom, to), to };
}
