import { isCard, isCnpj, isCpf, isNhs } from './check-digits.ts';
import { digitsIn, eachWindow } from './groups.ts';
import type { Group, Window } from './groups.ts';
import type { MaskKind, Span } from './spans.ts';

/** Words that say what the number after them is: then it needs no check digit, since people mistype. */
const words: readonly (readonly [MaskKind, RegExp, number, number])[] = [
  ['cpf', /\bcpf\b/i, 11, 11], ['cnpj', /\bcnpj\b/i, 14, 14], ['ssn', /\b(?:ssn|social security)\b/i, 9, 9], ['nhs', /\bnhs\b/i, 10, 10],
  ['card', /\b(?:cart[aã]o|(?:credit|debit) ?card|card)\b/i, 13, 19], ['pis', /\b(?:pis|pasep|nis)\b/i, 11, 11], ['rg', /\brg\b/i, 7, 9],
];
const anyWord = /cpf|cnpj|ssn|social|nhs|car[dt]|pis|pasep|nis|rg/i;
const between = /^[\s\S]*?\b[a-z]+\b\W{0,4}(?:(?:number|no|nr|n[ºo°]?|n[uú]mero|is|é|=)\W{1,3}){0,2}$/i;

const cpfShapes = new Set(['11', '9-2', '9 2', '9/2', '3.3.5', '3 3 5', '3-3-5']);
/** Digits of anything that is known by its form. */
const lengths = new Set([8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 19]);

/** Numbers known by their form or by their check digits: CPF, CNPJ, cards, SSN, NHS, PIS, RG. */
export function numbers(text: string, clusters: readonly (readonly Group[])[]): Span[] {
  const found: Span[] = [];
  for (const cluster of clusters) {
    if (digitsIn(cluster) < 7) continue;
    const named = namedBefore(text, cluster[0]?.from ?? 0);
    for (let at = 0; at < cluster.length; at += 1) {
      eachWindow(cluster, at, 7, 19, (window) => {
        const name = at === 0 && named !== null && isNamed(named, window.digits) ? named : null;
        if (name === null && !lengths.has(window.digits.length)) return;
        const kind = kindOf(text, cluster, window) ?? name;
        if (kind !== null) found.push({ from: window.from, to: kind === 'rg' && /^-[\dx]/i.test(text.slice(window.to, window.to + 2)) ? window.to + 2 : window.to, kind });
      });
    }
  }
  return [...found, ...alphanumericCnpjs(text)];
}

function kindOf(text: string, cluster: readonly Group[], window: Window): MaskKind | null {
  const { digits, shape } = window;
  const count = digits.length;
  if (count === 8 || count === 9) {
    if (shape === '3-2-4' && !/^(?:000|666)|^...00|0000$/.test(digits)) return 'ssn';
    if (/^[12]\.3\.3-1$/.test(shape) || (/^[12]\.3\.3$/.test(shape) && /^-x(?![a-z\d])/i.test(text.slice(window.to, window.to + 3)))) return 'rg';
  }
  // With hyphens it is a North American telephone, unless it is named.
  if (count === 10 && shape === '3 3 4' && isNhs(digits)) return 'nhs';
  if (count === 11) {
    if (/^3[.\- ]3[.\- ]3[-./ ]2$/.test(shape) && (/[.\-/]/.test(shape) || isCpf(digits))) return 'cpf';
    if ((cpfShapes.has(shape) || isSpelt(cluster, window)) && isCpf(digits)) return 'cpf';
    if (shape === '3.5.2-1') return 'pis';
  }
  if (count === 14) {
    if (/^2[. ]3[. ]3\/4-?2$/.test(shape) || shape === '8/4-2') return 'cnpj';
    if ((/^(?:14|12[- ]2|8[ /-]4[ -]2|2[-. ]3[-. ]3[-/. ]4[-. ]2)$/.test(shape) || isSpelt(cluster, window)) && isCnpj(digits)) return 'cnpj';
  }
  return count >= 13 && isCardShape(text, cluster, window) && isCard(digits) ? 'card' : null;
}

/** One digit or two at a time, as people dictate; only where nothing else stands there. */
function isSpelt(cluster: readonly Group[], { first, last }: Window): boolean {
  const size = cluster[first]?.digits.length ?? 9;
  return size <= 2 && first === 0 && last === cluster.length - 1 && cluster.every((group) => group.digits.length === size);
}

function isCardShape(text: string, cluster: readonly Group[], window: Window): boolean {
  // `0.4111…` is a fraction.
  if (window.first === window.last) return !/(?:^|[^\d.])0\.$/.test(text.slice(Math.max(0, window.from - 3), window.from));
  const areGaps = /^(?:\d+[ -])+\d+$/.test(window.shape) || /^(?:\d+\.)+\d+$/.test(window.shape);
  return areGaps && (/^(?:[3-9]\D|1\d\D)+\d+$/.test(window.shape) || isSpelt(cluster, window));
}

function namedBefore(text: string, from: number): MaskKind | null {
  const before = text.slice(Math.max(0, from - 28), from);
  if (!anyWord.test(before)) return null;
  for (const [kind, word] of words) {
    const found = word.exec(before);
    if (found !== null && between.test(before.slice(found.index))) return kind;
  }
  return null;
}

function isNamed(kind: MaskKind, digits: string): boolean {
  return words.some(([each, , least, most]) => each === kind && digits.length >= least && digits.length <= most);
}

/** The CNPJ of 2026: twelve letters or digits and two check digits. */
function alphanumericCnpjs(text: string): Span[] {
  const found: Span[] = [];
  if (/\/[a-z\d]{4}-\d/i.test(text)) for (const match of text.matchAll(/[a-z\d]{2}\.[a-z\d]{3}\.[a-z\d]{3}\/[a-z\d]{4}-\d{2}|[a-z\d]{8}\/[a-z\d]{4}-\d{2}/gi)) found.push({ from: match.index, to: match.index + match[0].length, kind: 'cnpj' });
  for (const match of text.matchAll(/(?<![A-Za-z\d])[A-Za-z\d]{12}\d{2}(?![A-Za-z\d])/g)) {
    const value = match[0].toUpperCase();
    if (/[A-Z]/.test(value) && (match[0] === value || match[0] === match[0].toLowerCase()) && isCnpj(value)) found.push({ from: match.index, to: match.index + match[0].length, kind: 'cnpj' });
  }
  return found;
}
