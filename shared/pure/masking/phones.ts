import { areas, isBare, isPortuguese } from './bare-phones.ts';
import { digitsIn, eachWindow } from './groups.ts';
import type { Group, Window } from './groups.ts';
import type { Span } from './spans.ts';

const phoneBefore = /\b(?:tel(?:efone|ephone|\.)?|fone|phone|cell?|celular|mobile|whats(?:app)?|zap|fax|n[uú]mero de contato|contact number|call me (?:at|on))\b\W{0,4}(?:(?:number|no|nr|n[ºo°]?|n[uú]mero|is|é|eh)\W{1,3}){0,2}$/i;

/** Telephone numbers in the clusters of a text, besides places that are `taken` by numbers of surer kinds. */
export function phones(text: string, clusters: readonly (readonly Group[])[], taken: readonly Span[]): Span[] {
  const found: Span[] = [];
  let next = 0;
  const isTaken = (from: number, to: number): boolean => {
    while (next < taken.length && (taken[next]?.to ?? 0) <= from) next += 1;
    return (taken[next]?.from ?? Number.POSITIVE_INFINITY) < to;
  };
  for (const cluster of clusters) {
    const free = cluster.filter((group) => !isTaken(group.from, group.to));
    if (free.length === 0) continue;
    // What was taken from the middle parts a cluster: the gap before the next group is no separator any more.
    const parts = free.length === cluster.length ? [cluster] : splitAtGaps(free);
    for (const part of parts) for (const span of phonesOf(text, part)) found.push(span);
  }
  return found;
}

function splitAtGaps(groups: readonly Group[]): Group[][] {
  const parts: Group[][] = [];
  let end = -1;
  for (const group of groups) {
    const last = parts.at(-1);
    if (last !== undefined && group.from - group.gap.length === end) last.push(group);
    else parts.push([{ ...group, gap: '' }]);
    end = group.to;
  }
  return parts;
}

function phonesOf(text: string, cluster: readonly Group[]): Span[] {
  const first = cluster[0];
  if (first === undefined || digitsIn(cluster) < 7) return [];
  const found: Span[] = [];
  const add = (from: number, to: number): void => void found.push({ from: text[from - 1] === '(' && text.slice(from, to).includes(')') ? from - 1 : from, to, kind: 'phone' });
  const international = afterPlus(text, cluster);
  if (international !== null) add(first.from - 1, international);
  else if (phoneBefore.test(text.slice(Math.max(0, first.from - 40), first.from).replace(/[(+]+$/, ''))) {
    let end: number | null = null;
    eachWindow(cluster, 0, 7, 15, ({ to, shape }) => { if (!/^(?:4[-/.]2[-/.]2|2[-/.]2[-/.]4)/.test(shape)) end = to; });
    if (end !== null) add(first.from, end);
  }
  for (let at = 0; at < cluster.length; at += 1) {
    eachWindow(cluster, at, 9, 14, (window) => {
      if (!isNational(text, cluster, window)) return;
      const before = cluster[at - 1];
      // 55, 1 or 0 in front are the country or the trunk prefix.
      add(before !== undefined && ['55', '1', '0', '055', '0055', '01'].includes(before.digits) ? before.from : window.from, window.to);
    });
  }
  return found;
}

/** Where a number after + ends; null where the + is none of a telephone (`2+34567890`, C++). */
function afterPlus(text: string, cluster: readonly Group[]): number | null {
  const first = cluster[0];
  if (first === undefined || text[first.from - 1] !== '+' || /[\d+]/.test(text[first.from - 2] ?? '') || !/^[1-9]/.test(first.digits)) return null;
  const ends: Window[] = [];
  eachWindow(cluster, 0, 8, 15, (window) => void ends.push(window));
  const lengths = first.digits.startsWith('55') ? [13, 12] : first.digits.startsWith('1') ? [11] : first.digits.startsWith('44') ? [12] : [];
  for (const length of lengths) {
    const exact = ends.find(({ digits }) => digits.length === length);
    if (exact !== undefined) return exact.to;
  }
  return (ends.findLast(({ digits }) => digits.length <= 13) ?? ends[0])?.to ?? null;
}

/** Forms used within a country, sure enough without a word before them. */
function isNational(text: string, cluster: readonly Group[], window: Window): boolean {
  const { digits, shape } = window;
  const hasParens = text[window.from - 1] === '(' && shape.includes(')');
  // Brazil without area: 98765-4321, 9 8765-4321.
  if (digits.length === 9 && digits.startsWith('9') && /^(?:5-4|1[ .-]4-4)$/.test(shape)) return true;
  if (digits.length === 13 && digits.startsWith('55') && digits[4] === '9' && areas.test(digits.slice(2)) && /^(?:13|4\D*5\D*4|4\D*9)$/.test(shape)) return true;
  if (isBrazilian(window, hasParens)) return true;
  if (digits.length === 10 && /^3\D+3\D+4$/.test(shape)) {
    if (hasParens || shape === '3-3-4' || shape === '3.3.4') return /^[1-9]/.test(digits);
    return /^3[ -.]3[ -.]4$/.test(shape) && /^[2-9]..[2-9]/.test(digits);
  }
  if (isBare(text, cluster, window) || isPortuguese(text, cluster, window)) return true;
  if (!digits.startsWith('0')) return false;
  if (isByPrefix(digits, shape)) return true;
  // United Kingdom, France, and others from abroad by 00.
  if (/^0[127]/.test(digits) && /^(?:5 6|5 3 3|3 4 4|4 3 4|4 7)$/.test(shape)) return true;
  if (window.first === 0 && window.last === cluster.length - 1 && /^0[1-9]/.test(digits) && /^2(?:(?: 2){4}|(?:\.2){4})$/.test(shape)) return true;
  return /^00[1-9]/.test(digits) && digits.length >= 11 && window.last - window.first >= 2;
}

/** Mobiles of Japan and of Germany (Bundesnetzagentur: 015, 016, 017), and Brazilian numbers that are free of charge or shared. */
function isByPrefix(digits: string, shape: string): boolean {
  return (/^0[5789]0/.test(digits) && /^3[ -]4[ -]4$/.test(shape)) || (/^01[567]/.test(digits) && /^4[ /-](?:[78]|3 [45]|4 [34])$/.test(shape)) || (/^0[38]00/.test(digits) && /^4[ -](?:[67]|3[ -][34])$/.test(shape));
}

/** Area and number, with or without the trunk prefix 0: (11) 98765-4321, 11 987654321, 011 3456-7890. */
function isBrazilian({ digits, shape, first, last }: Window, hasParens: boolean): boolean {
  const own = digits.startsWith('0') ? digits.slice(1) : digits;
  if (!areas.test(own) || !shape.startsWith(own === digits ? '2' : '3') || /^\d\d/.test(shape)) return false;
  if (own.length === 11) return own[2] === '9' && last > first;
  if (own.length !== 10 || !/^..[2-5]/.test(own)) return false;
  if (/^[23]\D+8$/.test(shape)) return hasParens || shape.includes('-');
  return /^[23]\D+4\D*4$/.test(shape) && (hasParens || !/^..(?:19|20)\d\d(?:19|20)\d\d$/.test(own));
}
