import type { Diagnostic } from '../../model/conversation-query.ts';
import { dateRange } from './dates.ts';
import { foreignValue, foreignWord } from './foreign-syntax.ts';
import { maxValue, maxWord } from './limits.ts';
import { hasValueOf, operatorOf, roleOf, suggestHas, suggestOperator, type OperatorName } from './operators.ts';
import { diagnostic, quotedText, shortened, type ParseOptions, type QueryPart } from './parts.ts';
import { nextToken, separatorRuns, type Token } from './tokens.ts';

/** What a token means: a part, what is wrong with it, or nothing (punctuation alone). */
export type Meaning = { readonly part: QueryPart } | { readonly problem: Diagnostic } | null;

const hasWords = (text: string): boolean => /[\p{L}\p{N}]/u.test(text);

/** Separators within a text as spaces; a phrase's are one each. */
function clean(text: string, collapse: boolean): string {
  return text.replaceAll(separatorRuns, (run) => (collapse ? ' ' : run.replaceAll(/[^ ]/g, ' '))).trim();
}

function wordMeaning(line: string, token: Token, not: boolean, from: number, options: ParseOptions): Meaning {
  const { to } = token;
  if (!token.literal && /^meta(?:data|dados)?\."/i.test(token.text)) return { problem: diagnostic('unclosed-quote', from, to) };
  const foreign = token.literal ? null : foreignWord(line, token, not, from, options);
  if (foreign !== null) return { problem: foreign };
  const text = token.text.replace(/\*+$/, '');
  const kind = text === token.text ? 'word' : 'prefix';
  if (!token.literal && (token.text === '|' || token.text === '||')) return { problem: diagnostic('or', from, to, {}, '') };
  if (!token.literal && not && text.startsWith('(')) return { problem: diagnostic('group', from, to) };
  if (text === '' && kind === 'prefix') return { problem: diagnostic('star', from, to, {}, '') };
  if (!hasWords(text)) return /^[\p{P}\p{M}\p{Cf}]*$/u.test(text) ? null : { problem: diagnostic('not-searchable', from, to, { text: shortened(text) }, '') };
  if (text.length > maxWord) return { problem: diagnostic('long-word', from, to, { length: String(text.length), limit: String(maxWord) }) };
  if (!token.literal && text.includes('*')) return { problem: diagnostic('star', from, to, {}, `${not ? '-' : ''}${quotedText(token.text)}`) };
  return { part: { kind, text, not, from, to } };
}

function phraseMeaning(token: Token, not: boolean, from: number): Meaning {
  const { to } = token;
  const text = clean(token.text, true);
  if (text === '') return { problem: diagnostic('empty-quotes', from, to, {}, '') };
  if (text.length > maxValue) return { problem: diagnostic('long-phrase', from, to, { length: String(text.length), limit: String(maxValue) }) };
  if (!hasWords(text)) return { problem: diagnostic('not-searchable', from, to, { text: shortened(text) }, '') };
  return { part: { kind: 'phrase', text, not, from, to } };
}

/** The next word taken as the value that was left out: `role: user`. */
function joined(text: string, token: Token): { to: number; suggestion: string } | null {
  const next = nextToken(text, token.to);
  if (next === null || next.kind === 'filter' || next.minus || next.open || next.literal) return null;
  return { to: next.to, suggestion: `${text.slice(token.from, token.to)}${text.slice(next.from, next.to)}` };
}

function filterMeaning(text: string, token: Token, not: boolean, from: number, options: ParseOptions): Meaning {
  const { to, name, path } = token;
  const lead = text.slice(from, token.from + (token.minus ? 1 : 0));
  const head = text.slice(token.from + (token.minus ? 1 : 0), token.valueFrom);
  const value = clean(token.text, false);
  const operator = operatorOf(name);
  if (operator === undefined || (operator !== 'meta' && path.length > 0)) {
    const nearest = suggestOperator(name);
    const better = nearest === null ? quotedText(text.slice(token.from + (token.minus ? 1 : 0), to)) : `${nearest}${head.slice(name.length)}${text.slice(token.valueFrom, to)}`;
    return { problem: diagnostic('unknown-operator', from, to, { name: shortened(name) }, lead + better) };
  }
  if (value === '') {
    const whole = token.quoted ? null : joined(text, token);
    return { problem: diagnostic('empty-value', from, whole?.to ?? to, { name: head.slice(0, -1) }, whole === null ? null : text.slice(from, token.from) + whole.suggestion) };
  }
  if (value.length > maxValue) return { problem: diagnostic('long-phrase', from, to, { length: String(value.length), limit: String(maxValue) }) };
  return { ...knownFilter({ operator, value, quoted: token.quoted, path, not, from, to, lead, head }, options) };
}

interface Known {
  readonly operator: OperatorName;
  readonly value: string;
  readonly quoted: boolean;
  readonly path: readonly string[];
  readonly not: boolean;
  readonly from: number;
  readonly to: number;
  readonly lead: string;
  readonly head: string;
}

function knownFilter({ operator, value, quoted, path, not, from, to, lead, head }: Known, options: ParseOptions): { part: QueryPart } | { problem: Diagnostic } {
  const foreign = quoted ? null : foreignValue({ operator, value, not, from, to, lead, head });
  if (foreign !== null) return { problem: foreign };
  const base = { kind: 'filter', operator, path: [], not, from, to, after: null, before: null } as const;
  switch (operator) {
    case 'role':
      return { part: { ...base, value: quoted ? value : roleOf(value) } };
    case 'model':
    case 'user':
      return { part: { ...base, value } };
    case 'meta':
      return path.length === 0 ? { problem: diagnostic('meta-path', from, to) } : { part: { ...base, path, value } };
    case 'has': {
      const known = hasValueOf(value);
      const nearest = known === undefined ? suggestHas(value) : null;
      return known === undefined ? { problem: diagnostic('unknown-has', from, to, { value: shortened(value) }, nearest === null ? null : lead + head + nearest) } : { part: { ...base, value: known } };
    }
    case 'in':
    case 'near':
      return not ? { problem: diagnostic('cannot-negate', from, to, { name: operator }) } : { part: { ...base, value } };
    case 'before':
    case 'after':
    case 'on': {
      const range = dateRange(value, options);
      if ('suggestion' in range) return { problem: diagnostic('bad-date', from, to, { value: shortened(value) }, range.suggestion === null ? null : lead + head + range.suggestion) };
      const other = operator === 'before' ? 'after' : 'before';
      if (not) return { problem: diagnostic('cannot-negate', from, to, { name: operator }, operator === 'on' ? null : `${other}:${value.includes(' ') ? quotedText(value) : value}`) };
      if (operator === 'on' && range.from === range.to) return { problem: diagnostic('on-moment', from, to, { value: shortened(value) }, null) };
      return { part: { ...base, value, after: operator === 'before' ? null : range.from, before: operator === 'before' ? range.from : operator === 'on' ? range.to : null } };
    }
  }
}

/** @param from where the part begins: at its NOT, its `-`, or itself */
export function meaningOf(text: string, token: Token, negated: { readonly not: boolean; readonly from: number }, options: ParseOptions): Meaning {
  const { not, from } = negated;
  if (token.open) return { problem: diagnostic('unclosed-quote', from, token.to, {}, `${text.slice(from, token.to)}"`) };
  if (token.kind === 'quoted') return phraseMeaning(token, not, from);
  return token.kind === 'word' ? wordMeaning(text, token, not, from, options) : filterMeaning(text, token, not, from, options);
}
