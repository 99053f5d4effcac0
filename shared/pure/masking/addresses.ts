import { ibanLength, isIban } from './check-digits.ts';
import type { Span } from './spans.ts';

const localCharacter = /[\p{L}\p{M}\p{N}._%+\-'~!#$&*?^`{|}]/u;
const domainRun = /[\p{L}\p{M}\p{N}.\-_]*/uy;
const lastLabel = /^(?:xn--[a-z\d-]+|[\p{L}\p{M}]{2,}.*)$/iu;

/** E-mail addresses, found from their @ (all but `besides`) outwards: each character is looked at once for the @ on either side of it. */
export function emails(text: string, besides: ReadonlySet<number>): Span[] {
  const found: Span[] = [];
  let floor = 0;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    if (besides.has(at)) continue;
    let from = at;
    while (from > floor && localCharacter.test(text[from - 1] ?? '')) from -= 1;
    // Punctuation in front belongs to the sentence.
    while (from < at && /[^\p{L}\p{N}_]/u.test(text[from] ?? '')) from += 1;
    if (from === at && text[at - 1] === '"') from = quotedLocal(text, at, floor);
    const to = domainEnd(text, at + 1);
    floor = at + 1;
    // `git@host:path` names a repository, nobody.
    if (from === at || to === null || text.slice(from, at) === 'git') continue;
    found.push({ from, to, kind: 'email' });
  }
  return found;
}

/** `"ana silva"@example.com` (RFC 5321, quoted string). */
function quotedLocal(text: string, at: number, floor: number): number {
  const open = text.lastIndexOf('"', at - 2);
  return open >= floor && at - open <= 66 && at - open > 2 ? open : at;
}

/** Where a domain that begins at `start` ends; null where there is none. `[192.0.2.1]` is one too. */
function domainEnd(text: string, start: number): number | null {
  if (text[start] === '[') {
    const close = text.indexOf(']', start);
    return close !== -1 && close - start < 60 && /^[\da-f:.]+$/i.test(text.slice(start + 1, close).replace(/^IPv6:/i, '')) ? close + 1 : null;
  }
  domainRun.lastIndex = start;
  const run = domainRun.exec(text)?.[0] ?? '';
  const labels = run.split('.');
  // A full stop, a version or an ellipsis may follow: the last label that can end a domain ends it.
  for (let count = labels.length; count >= 2; count -= 1) {
    const label = labels[count - 1] ?? '';
    if (lastLabel.test(label) && labels[0] !== '') return start + labels.slice(0, count).join('.').replace(/[-_]+$/, '').length;
  }
  return null;
}

const octets = /(?<!\d|\d\.)(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?!\d|\.\d)/g;
const versionBefore = /(?:\b(?:v|ver\.?|version|vers[aã]o|release|build|chrome|safari|firefox|edg[ea]?|opr|electron|node)[ /:=]{0,2})$/i;
const colons = /(?<![\w:.])[\da-f]{0,4}(?::[\da-f]{0,4}){2,8}(?:\.\d{1,3}){0,3}(?![\w:])/gi;

/** IPv4 and IPv6. Loopback and unspecified addresses are nobody's; four single digits are a section or a version. */
export function ipAddresses(text: string): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(octets)) {
    const parts = match.slice(1);
    const isAddress = parts.every((part) => Number(part) <= 255 && String(Number(part)) === part) && parts.some((part) => part.length > 1);
    if (!isAddress || parts[0] === '127' || (parts[0] === '0' && parts[1] === '0')) continue;
    if (versionBefore.test(text.slice(Math.max(0, match.index - 12), match.index))) continue;
    found.push({ from: match.index, to: match.index + match[0].length, kind: 'ip' });
  }
  if (!text.includes(':')) return found;
  for (const match of text.matchAll(colons)) if (isIpv6(match[0])) found.push({ from: match.index, to: match.index + match[0].length, kind: 'ip' });
  return found;
}

function isIpv6(text: string): boolean {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return false;
  const groups = [...head.split(':'), ...(tail ?? '').split(':')].filter((group) => group !== '');
  const units = groups.length + (text.includes('.') ? 1 : 0);
  if (tail === undefined ? units !== 8 || head.split(':').length !== groups.length : units > 7) return false;
  // `::1` is the machine itself; `a::b` is a path of some language.
  return groups.join('').length >= 4 && /\d/.test(text);
}

/** IBANs, together or in groups of four; country, length and check digits must agree, so that no border is needed around them. */
export function ibans(text: string): Span[] {
  const found: Span[] = [];
  for (const match of text.matchAll(/[a-z]{2}\d{2}(?=[ -]?[a-z\d])/gi)) {
    const length = ibanLength(match[0].slice(0, 2).toUpperCase());
    if (length === undefined) continue;
    let iban = '';
    let at = match.index;
    while (iban.length < length && at < text.length) {
      const character = text[at] ?? '';
      if (/[a-z\d]/i.test(character)) iban += character;
      else if (!/[ -]/.test(character) || !/[a-z\d]/i.test(text[at + 1] ?? '')) break;
      at += 1;
    }
    if (iban.length === length && isIban(iban)) found.push({ from: match.index, to: at, kind: 'iban' });
  }
  return found;
}
