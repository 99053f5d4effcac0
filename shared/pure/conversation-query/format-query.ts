import type { Query } from '../../model/conversation-query.ts';
import { writtenMoment } from './dates.ts';
import type { OperatorName } from './operators.ts';
import { isQuote, isSeparator, nextToken } from './tokens.ts';
import { meaningOf } from './interpret.ts';

const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;
const hasSeparator = (text: string): boolean => Array.from(text).some(isSeparator);
const keywords = new Set(['AND', 'OR', 'OU', 'NOT']);

type Term = Query['terms'][number];

/** Whether the text is read as exactly this term. */
function reads(text: string, term: Term): boolean {
  const token = nextToken(text, 0);
  if (token === null || token.to !== text.length || (!token.minus && !token.literal && (keywords.has(token.text) || token.text.toLowerCase() === 'not'))) return false;
  const meaning = meaningOf(text, token, { not: token.minus, from: 0 }, { now: 0 });
  return meaning !== null && 'part' in meaning && meaning.part.kind === term.kind && meaning.part.text === term.text && meaning.part.not === term.not;
}

export function formatTerm(term: Term): string {
  const sign = term.not ? '-' : '';
  if (term.kind === 'phrase' || hasSeparator(term.text)) return sign + quoted(term.text);
  const word = term.kind === 'prefix' ? `${term.text}*` : term.text;
  return reads(sign + word, term) ? sign + word : `${sign}\\${word}`;
}

/** One filter as it stands in a search line; quoted only where it must be. */
export function formatFilter(operator: OperatorName, value: string, extra: { readonly not?: boolean; readonly path?: readonly string[] } = {}): string {
  const path = (extra.path ?? []).map((each) => `.${/^[\p{L}\p{N}_$@-]+$/u.test(each) ? each : quoted(each)}`).join('');
  const head = `${extra.not === true ? '-' : ''}${operator}${path}:`;
  const bare = head + value;
  if (value === '' || isQuote(value[0]) || hasSeparator(value)) return head + quoted(value);
  const token = nextToken(bare, 0);
  const meaning = token === null ? null : meaningOf(bare, token, { not: token.minus, from: 0 }, { now: 0 });
  const isSame = meaning !== null && 'part' in meaning && meaning.part.kind === 'filter' && meaning.part.value === value;
  return isSame || operator === 'before' || operator === 'after' || operator === 'on' ? bare : head + quoted(value);
}

/**
 * Writes a query as a search line: `parseQuery` reads the same query out of it. Times become dates where they are midnight in `zone`, which must
 * then be the zone they are read in.
 */
export function formatQuery(query: Query, options: { readonly zone?: string | undefined } = {}): string {
  const all = (operator: OperatorName, values: readonly string[], not: boolean): string[] => values.map((value) => formatFilter(operator, value, { not }));
  const date = (operator: 'before' | 'after', at: string | null): string[] => (at === null ? [] : [`${operator}:${writtenMoment(at, options.zone)}`]);
  return [
    ...query.terms.map(formatTerm),
    ...all('role', query.roles, false), ...all('role', query.notRoles, true),
    ...all('model', query.models, false), ...all('model', query.notModels, true),
    ...all('user', query.users, false), ...all('user', query.notUsers, true),
    ...date('after', query.after), ...date('before', query.before),
    ...all('has', query.has, false), ...all('has', query.notHas, true),
    ...(query.in === null ? [] : [formatFilter('in', query.in)]),
    ...(query.near === null ? [] : [formatFilter('near', query.near)]),
    ...query.meta.map(({ path, value, not }) => formatFilter('meta', value, { path, not })),
  ].join(' ');
}
