import type { Span } from './spans.ts';

/** Words whose value is a secret whatever it looks like, and words that are used in prose as well. */
const strong = /(?:pass(?:word|wd|phrase|code)|pwd|senha|api[_\- ]?key|(?:access|secret|private)[_\- ]?(?:access[_\- ]?)?key(?:[_-]?id)?|client[_-]?secret|(?:access|auth|refresh|session|bearer|api|id)[_-]?token|authorization|x-amz-signature|cvv2?|cvc2?)$/i;
const assignment = /(?:pass(?:word|wd|phrase|code)|pwd|senha|secret|token|key|key[_-]?id|authorization|signature|credentials?|cvv2?|cvc2?|sig)["'`]?[ \t]{0,3}(?::=|=>|[:=])[ \t]{0,3}/gi;
const spoken = /\b(?:password|senha|passphrase|passcode|pwd|pin|token|api key|chave)[ \t]+(?:is|was|é|eh|era)[ \t]*:?[ \t]+["'`]?/gi;
/** Short numbers that only their name gives away. */
const named = new RegExp(String.raw`(?<![\p{L}\p{M}\d_])(pin|cv[vc]2?|c(?:ó|o\u0301?)digo de seguran(?:ç|c\u0327?)a|security code)(?:[ \t]+(?:code|number|n[uú]mero|do cart(?:ã|a\u0303?)o|of the card|is|was|(?:é|e\u0301)|eh|era)){0,3}[ \t]{0,3}[:=#-]?[ \t]{0,3}(\d{3,8})(?![\d\p{L}\p{M}_]|[.,]\d)`, 'giu');
const nothing = /^(?:true|false|null|none|nil|undefined|string|\*+|•+|x+|\.+|\$\{?[\w.]*\}?|\{\{.*|<[\w -]*>?|process\.env.*|os\.environ.*|\[.*)$/i;

const prefixed = new RegExp([
  '(?<![A-Za-z0-9])(?:sk|pk|rk)[-_](?=[A-Za-z_-]{0,40}\\d)[A-Za-z0-9_-]{12,}', 'gh[pousr]_[A-Za-z0-9]{20,}', 'github_pat_[A-Za-z0-9_]{20,}', 'glpat-[A-Za-z0-9_-]{16,}', 'xox[abeoprs]-[A-Za-z0-9-]{10,}', 'xapp-[A-Za-z0-9-]{10,}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}', 'AIza[A-Za-z0-9_-]{30,}', 'ya29\\.[A-Za-z0-9_-]{20,}', 'GOCSPX-[A-Za-z0-9_-]{20,}', 'npm_[A-Za-z0-9]{30,}', 'pypi-[A-Za-z0-9_-]{30,}', '(?<![A-Za-z0-9])hf_[A-Za-z0-9]{20,}',
  'SG\\.[A-Za-z0-9_-]{16,}\\.[A-Za-z0-9_-]{16,}', 'dop_v1_[a-f0-9]{32,}', 'shp(?:at|ca|pa|ss)_[A-Fa-f0-9]{32}', '(?<![A-Za-z0-9])(?:whsec|gsk|xai|r8|sq0[a-z]{3}|lin_api|ntn|secret|dapi|tskey)[-_](?=[A-Za-z_-]{0,40}\\d)[A-Za-z0-9_-]{20,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{20,}', '(?<!\\d)\\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])', 'hooks\\.slack\\.com/services/[A-Za-z0-9/]{20,}', '(?<![A-Za-z0-9_-])eyJ[A-Za-z0-9_-]{8,}\\.[A-Za-z0-9_-]{8,}(?:\\.[A-Za-z0-9_-]*){0,3}',
].join('|'), 'g');

/** Passwords, keys and tokens. */
export function secrets(text: string): Span[] {
  const found: Span[] = [];
  const add = (from: number, to: number): void => {
    if (to > from && !/^⟨[a-z]{2,8}⟩$/.test(text.slice(from, Math.min(to, from + 12)))) found.push({ from, to, kind: 'token' });
  };
  for (const match of text.matchAll(prefixed)) add(match.index, match.index + match[0].length);
  const hasWords = /pass|pwd|senha|secret|token|key|chave|auth|sig|cred|cv[vc]|pin|segur|security/i.test(text);
  if (hasWords && /[:=]/.test(text)) assigned(text, add);
  if (hasWords) for (const match of text.matchAll(spoken)) {
    const from = match.index + match[0].length;
    const value = valueAt(text, from, null);
    if (value.length >= 4 && /[\d!@#$%^&*_]/.test(value)) add(from, from + value.length);
  }
  if (hasWords) for (const { index, 0: whole, 1: name = '', 2: digits = '' } of text.matchAll(named)) {
    // A chip has pins of up to three digits; a card's code has three or four.
    const isLong = /^pin$/i.test(name) ? digits.length >= 4 : !/^cv/i.test(name) || digits.length <= 4;
    if (isLong) add(index + whole.length - digits.length, index + whole.length);
  }
  for (const match of text.matchAll(/(?<![A-Za-z])(?:bearer|basic)[ \t]+/gi)) {
    const from = match.index + match[0].length;
    const value = run(/[A-Za-z0-9._~+/=-]*/y, text, from);
    if (value.length >= 8 && /\d|[a-z][A-Z]|=$|^.{24}/.test(value)) add(from, from + value.length);
  }
  urlCredentials(text, add);
  privateKeys(text, add);
  longRuns(text, add);
  return found;
}

function run(pattern: RegExp, text: string, at: number): string {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
}

/** A value in its quotes, or up to what cannot belong to it. `quote`: the one that was opened before `from`. */
function valueAt(text: string, from: number, quote: string | null): string {
  if (quote !== null) {
    const near = text.slice(from, from + 4096);
    const end = near.indexOf(quote);
    if (end !== -1 && !near.slice(0, end).includes('\n')) return near.slice(0, end);
  }
  return run(/[^\s"'`&;]*/y, text, from).replace(/[,.)\]}>]{1,8}$/, '');
}

function assigned(text: string, add: (from: number, to: number) => void): void {
  for (const match of text.matchAll(assignment)) {
    const end = match.index + match[0].length;
    const name = text.slice(Math.max(0, match.index - 16), end).replace(/["'`]?\s*[:=>]+\s*$/, '');
    const quote = /["'`]/.test(text[end] ?? '') ? (text[end] ?? null) : null;
    let from = quote === null ? end : end + 1;
    const scheme = run(/(?:bearer|basic|token|digest|apikey|negotiate)[ \t]+/iy, text, from);
    from += scheme.length;
    const value = valueAt(text, from, quote);
    if (value === '' || nothing.test(value)) continue;
    const isSure = strong.test(name) || scheme !== '';
    // `token: 12`, `key: name` and `the secret: patience` are no secrets.
    if (!isSure && !(value.length >= 6 && /\d/.test(value) && /[^\d\s.,:%-]/.test(value) && !/\s/.test(value) && !/(?:^|[^a-z])key$/i.test(name)) && !(value.length >= 16 && /[a-z]/i.test(value) && /\d|[A-Z].*[a-z].*[A-Z]/.test(value))) continue;
    add(from, from + value.length);
  }
}

/** `scheme://user:password@host`: what stands before the last @ of the authority. */
function urlCredentials(text: string, add: (from: number, to: number) => void): void {
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const authority = run(/[^\s"'<>/?#\\`]*/y, text, at + 3);
    const sign = authority.lastIndexOf('@');
    if (sign > 0 && authority.slice(0, sign).includes(':')) add(at + 3, at + 3 + sign);
  }
}

function privateKeys(text: string, add: (from: number, to: number) => void): void {
  let done = 0;
  for (const match of text.matchAll(/-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----/g)) {
    if (match.index < done) continue;
    const end = text.indexOf('-----END', match.index);
    const close = end === -1 ? -1 : text.indexOf('-----', end + 8);
    done = close === -1 ? text.length : close + 5;
    add(match.index, done);
  }
}

/** Long random-looking words: hexadecimal of 32 and more, and base64 whose letters change sort too often for words. A checksum that is called one stays. */
function longRuns(text: string, add: (from: number, to: number) => void): void {
  for (const match of text.matchAll(/(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{32,}=*/g)) {
    const word = match[0];
    const isNamed = /(?:sha-?\d{1,3}|md5|commit|checksum|etag)["']?[:= -]{1,3}$/i.test(text.slice(Math.max(0, match.index - 12), match.index));
    if (isNamed) continue;
    if (isRandom(word)) add(match.index, match.index + word.length);
    else for (const hex of word.matchAll(/(?<![A-Za-z0-9])[\da-f]{32,}(?![A-Za-z0-9])/gi)) if (/[a-f]/i.test(hex[0]) && /\d/.test(hex[0])) add(match.index + hex.index, match.index + hex.index + hex[0].length);
  }
}

function isRandom(word: string): boolean {
  let changes = 0;
  let letters = 0;
  let last = '';
  const seen = new Set<string>();
  for (const character of word) {
    const sort = character >= 'a' && character <= 'z' ? 'a' : character >= 'A' && character <= 'Z' ? 'A' : character >= '0' && character <= '9' ? '0' : '';
    if (sort === '') continue;
    letters += 1;
    if (last !== '' && sort !== last) changes += 1;
    last = sort;
    seen.add(sort);
  }
  return seen.size === 3 && letters >= 28 && changes / letters > 0.38;
}
