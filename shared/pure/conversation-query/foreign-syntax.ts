/** What other programs' search lines would mean. Here it means nothing: it is told, with what was likely meant, rather than taken for words. */
import type { Diagnostic } from '../../model/conversation-query.ts';
import { dateRange, writtenMoment } from './dates.ts';
import { meantOperator, type OperatorName } from './operators.ts';
import { diagnostic, quotedText, shortened, type ParseOptions } from './parts.ts';
import { isQuote, type Token } from './tokens.ts';

const lucene = /^([\p{L}\p{M}\p{N}_-]+)(?:~\d*|\^\d+(?:\.\d+)?)$/u;
const compared = /^(\p{L}[\p{L}\p{M}\p{N}_-]*)(==?|!=|>=?|<=?)([^=].*)$/su;
const bracketed = /[[{]\s{0,9}(\S{1,40})\s{1,9}TO\s{1,9}([^\s\]}]{1,40})\s{0,9}[\]}]/y;
const dotted = /^(\d{4}(?:-\d\d?){0,2}|\*)\.\.(\d{4}(?:-\d\d?){0,2}|\*)$/;
const alternatives = /[\p{L}\p{M}\p{N}"]\|\|?[\p{L}\p{N}"]/u;
const wildcard = /^[\p{L}\p{M}\p{N}_-]+\?[\p{L}\p{M}\p{N}_?*-]*[\p{L}\p{N}*]$/u;
const brokenMeta = /^meta(?:data|dados)?\.[^:]*:/i;

/** @param from where the part begins: at its NOT, its `-`, or itself */
export function foreignWord(line: string, token: Token, not: boolean, from: number, options: ParseOptions): Diagnostic | null {
  const { text, to } = token;
  const sign = not ? '-' : '';
  const range = rangeAt(line, token, options);
  if (range !== null) return range;
  if (brokenMeta.test(text)) return diagnostic('meta-path', from, to);
  if (/^(?:~\d*|\^\d+)$/.test(text) && isQuote(line[token.from - 1])) return diagnostic('fuzzy', from, to, { text }, '');
  const fuzzy = lucene.exec(text);
  if (fuzzy !== null) return diagnostic('fuzzy', from, to, { text: shortened(text.slice(fuzzy[1]?.length)) }, sign + (fuzzy[1] ?? ''));
  const comparison = compared.exec(text);
  if (comparison !== null) {
    const problem = comparedTo(comparison, not, from, to);
    if (problem !== null) return problem;
  }
  // An address or a path is a word as it is.
  if (alternatives.test(text) && !/[/\\:]/.test(text)) return diagnostic('or', from, to, {}, not ? null : text.replaceAll(/\|+/g, ' '));
  if (wildcard.test(text)) return diagnostic('wildcard', from, to, {}, `${sign}${text.slice(0, text.indexOf('?'))}*`);
  return null;
}

/** `role=user`, `created>2024`: a filter's name before another sign than a colon. */
function comparedTo([, name = '', sign = '', value = '']: RegExpExecArray, not: boolean, from: number, to: number): Diagnostic | null {
  const operator = meantOperator(name);
  if (operator === null) return null;
  const isTime = operator === 'on' || operator === 'after' || operator === 'before';
  const leaves = (sign === '!=') !== not;
  const meant = !isTime || sign === '=' || sign === '==' ? operator : sign.startsWith('>') ? 'after' : sign.startsWith('<') ? 'before' : operator;
  return diagnostic('comparison', from, to, { sign }, `${leaves ? '-' : ''}${meant}:${value}`);
}

/** `[2024 TO 2025]` and `2024..2025`. */
function rangeAt(line: string, token: Token, options: ParseOptions): Diagnostic | null {
  bracketed.lastIndex = token.to - token.text.length;
  const found = /^[[{]/.test(token.text) ? bracketed.exec(line) : dotted.exec(token.text);
  if (found === null) return null;
  const [begin, end] = [found[1] ?? '*', found[2] ?? '*'];
  const last = end === '*' ? null : dateRange(end, options);
  const first = begin === '*' ? null : dateRange(begin, options);
  const isTime = (first === null || 'from' in first) && (last === null || 'from' in last);
  const dates = [...(first === null ? [] : [`after:${begin}`]), ...(last !== null && 'to' in last ? [`before:${writtenMoment(last.to, options.zone)}`] : [])];
  return diagnostic('range', token.from, Math.max(token.to, token.to - token.text.length + found[0].length), {}, isTime && dates.length > 0 ? dates.join(' ') : null);
}

interface Value {
  readonly operator: OperatorName;
  readonly value: string;
  readonly not: boolean;
  readonly from: number;
  readonly to: number;
  /** `-` or NOT as it stands, and the operator with its colon. */
  readonly lead: string;
  readonly head: string;
}

const named: ReadonlySet<OperatorName> = new Set(['role', 'model', 'user', 'has']);

/** Of a value that was not quoted: quotes take its meaning away. */
export function foreignValue({ operator, value, not, from, to, lead, head }: Value): Diagnostic | null {
  const isNamed = named.has(operator);
  if ((isNamed || operator === 'meta') && /^!./.test(value)) return diagnostic('value-not', from, to, { name: head.slice(0, -1) }, `${not ? '' : '-'}${head}${value.slice(1)}`);
  if (isNamed && /[,|]/.test(value)) {
    const each = value.split(/[,|]+/).filter((one) => one !== '');
    return diagnostic('value-list', from, to, { name: head.slice(0, -1) }, each.length === 0 ? null : each.map((one) => lead + head + one).join(' '));
  }
  if ((isNamed || operator === 'meta' || operator === 'in') && value.includes('*')) {
    const bare = value.replaceAll('*', '');
    return diagnostic('value-star', from, to, { value: shortened(value) }, lead + head + (operator === 'meta' || bare === '' ? quotedText(value) : bare));
  }
  return null;
}

/**
 * `not` in small letters before a filter (`not role:user`), or before the one word that ends the line where no other word stands before it (`not ação`,
 * `role:user not ação`). Within a sentence ("the app does not open") it is a word like any other.
 */
export function smallNot(token: Token, subject: Token | null, place: { readonly followsWords: boolean; readonly endsLine: boolean }): Diagnostic | null {
  if (subject === null || (subject.kind !== 'filter' && (place.followsWords || !place.endsLine))) return null;
  if (subject.minus || token.minus || token.literal || token.kind !== 'word' || token.text === 'NOT' || token.text.toLowerCase() !== 'not') return null;
  return diagnostic('small-not', token.from, token.to, {}, 'NOT');
}
