import type { Diagnostic, ParsedQuery, Query } from '../../model/conversation-query.ts';
import { smallNot } from './foreign-syntax.ts';
import { meaningOf } from './interpret.ts';
import { maxParts, maxQueryText } from './limits.ts';
import { diagnostic, emptyQuery, shortened, type ParseOptions, type QueryPart } from './parts.ts';
import type { HasValue } from './operators.ts';
import { nextToken, type Token } from './tokens.ts';

interface Read {
  readonly parts: readonly QueryPart[];
  readonly diagnostics: readonly Diagnostic[];
}

const isKeyword = (token: Token | null, ...words: readonly string[]): boolean => token !== null && token.kind === 'word' && !token.minus && !token.literal && words.includes(token.text);

function read(given: string, options: ParseOptions): Read {
  if (given.length > maxQueryText) return { parts: [], diagnostics: [diagnostic('long-query', maxQueryText, given.length, { length: String(given.length), limit: String(maxQueryText) }, '')] };
  const text = given.toWellFormed();
  const parts: QueryPart[] = [];
  const diagnostics: Diagnostic[] = [];
  let token = nextToken(text, 0);
  while (token !== null) {
    if (parts.length + diagnostics.length >= maxParts) {
      diagnostics.push(diagnostic('too-many', token.from, text.length, { limit: String(maxParts) }, ''));
      break;
    }
    const { from } = token;
    const isNot = isKeyword(token, 'NOT');
    const subject: Token | null = isNot ? nextToken(text, token.to) : token;
    const after = nextToken(text, token.to);
    const small = smallNot(token, after, { followsWords: parts.some(({ kind }) => kind !== 'filter'), endsLine: after !== null && nextToken(text, after.to) === null });
    if (small !== null) diagnostics.push(small);
    else if (isKeyword(token, 'OR', 'OU')) diagnostics.push(diagnostic('or', from, token.to, {}, ''));
    else if (isNot && (subject === null || subject.minus || isKeyword(subject, 'NOT', 'OR', 'OU', 'AND'))) {
      diagnostics.push(diagnostic('not-alone', from, token.to, {}, ''));
    } else if (subject !== null && !isKeyword(token, 'AND')) {
      const meaning = meaningOf(text, subject, { not: isNot || subject.minus, from }, options);
      if (meaning !== null && 'part' in meaning) parts.push(meaning.part);
      else if (meaning !== null) {
        diagnostics.push(meaning.problem);
        // A suggestion that joins two words has read the second.
        token = nextToken(text, Math.max(subject.to, meaning.problem.to));
        continue;
      }
      token = subject;
    }
    token = nextToken(text, token.to);
  }
  const first = parts.length + diagnostics.length === 0 ? nextToken(text, 0) : null;
  // Punctuation is no wish to see everything.
  if (first !== null) diagnostics.push(diagnostic('nothing-asked', first.from, text.length, { text: shortened(text.slice(first.from)) }, ''));
  return { parts, diagnostics };
}

const pairs = { role: ['roles', 'notRoles'], model: ['models', 'notModels'], user: ['users', 'notUsers'] } as const;

function include<T>(list: T[], value: T): void {
  if (!list.some((each) => JSON.stringify(each) === JSON.stringify(value))) list.push(value);
}

function take(query: Query, part: QueryPart): Diagnostic | null {
  const { not, from, to } = part;
  if (part.kind !== 'filter') {
    include(query.terms, { kind: part.kind, text: part.text, not });
    return null;
  }
  const { operator, value } = part;
  switch (operator) {
    case 'role':
    case 'model':
    case 'user':
      include(query[pairs[operator][not ? 1 : 0]], value);
      return null;
    case 'has':
      include(query[not ? 'notHas' : 'has'], value as HasValue);
      return null;
    case 'meta':
      include(query.meta, { path: [...part.path], value, not });
      return null;
    case 'in':
    case 'near':
      if (query[operator] !== null && query[operator] !== value) return diagnostic('only-once', from, to, { name: operator }, '');
      query[operator] = value;
      return null;
    default:
      // All must hold: the latest beginning and the earliest end. Fractions have different lengths, so the text without its Z is compared.
      if (part.after !== null && (query.after === null || part.after.slice(0, -1) > query.after.slice(0, -1))) query.after = part.after;
      if (part.before !== null && (query.before === null || part.before.slice(0, -1) < query.before.slice(0, -1))) query.before = part.before;
      return query.after !== null && query.before !== null && query.after.slice(0, -1) >= query.before.slice(0, -1) ? diagnostic('empty-range', from, to, { after: query.after, before: query.before }) : null;
  }
}

/**
 * Understands a search line. Never throws, whatever the text; `from` and `to` of diagnostics lie within it, in their order.
 * The query holds what was understood; where there are diagnostics it must not be searched.
 */
export function parseQuery(text: string, options: ParseOptions): ParsedQuery {
  const { parts, diagnostics } = read(text, options);
  const query = emptyQuery();
  const found = [...diagnostics];
  for (const part of parts) {
    const problem = take(query, part);
    if (problem !== null) found.push(problem);
  }
  return { query, diagnostics: found.toSorted((a, b) => a.from - b.from) };
}

/** The terms and filters of a search line, each with its place, for chips. */
export function queryParts(text: string, options: ParseOptions): readonly QueryPart[] {
  return read(text, options).parts;
}
