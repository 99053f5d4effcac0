/**
 * SQLite's lexer, after tokenize.c. It keeps white space and comments as tokens, so that the texts of all tokens joined
 * give the input again, and it never throws: what cannot be read becomes a token of type `error`.
 */

export type TokenType =
  | 'space'
  | 'comment'
  | 'word'
  | 'quoted'
  | 'string'
  | 'blob'
  | 'integer'
  | 'float'
  | 'operator'
  | 'parameter'
  | 'error';

export interface Token {
  readonly type: TokenType;
  /** Exactly what stands in the input. */
  readonly text: string;
  /** For words, quoted names and strings: the name or text meant. For blobs: the hex digits. Otherwise the text. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** For quoted names: the opening mark. */
  readonly quote?: '"' | '`' | '[';
}

const spaces = /[ \t\n\f\r\uFEFF]/;
const wordStart = /[A-Za-z_\u0080-\u{10FFFF}]/u;
const wordPart = /[A-Za-z0-9_$\u0080-\u{10FFFF}]/u;
const operators = ['->>', '->', '||', '<<', '>>', '==', '!=', '<>', '<=', '>='];
const single = '+-*/%&|~<>=(),.;';

/** Splits SQL text into tokens, white space and comments included. Never throws. */
export function tokenize(input: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < input.length) {
    const token = readToken(input, at);
    tokens.push(token);
    at = token.end;
  }
  return tokens;
}

function readToken(input: string, start: number): Token {
  const make = (type: TokenType, end: number, value?: string, quote?: '"' | '`' | '['): Token => {
    const text = input.slice(start, end);
    return { type, text, value: value ?? text, start, end, ...(quote === undefined ? {} : { quote }) };
  };
  const char = input.charAt(start);
  const next = input.charAt(start + 1);

  if (spaces.test(char)) return make('space', scan(input, start, spaces));
  if (char === '-' && next === '-') {
    const end = input.indexOf('\n', start);
    return make('comment', end < 0 ? input.length : end);
  }
  if (char === '/' && next === '*') {
    const end = input.indexOf('*/', start + 2);
    return make('comment', end < 0 ? input.length : end + 2);
  }
  if (char === "'" || char === '"' || char === '`') return readQuoted(input, start, char, make);
  if (char === '[') {
    const end = input.indexOf(']', start);
    return end < 0 ? make('error', input.length) : make('quoted', end + 1, input.slice(start + 1, end), '[');
  }
  if ((char === 'x' || char === 'X') && next === "'") return readBlob(input, start, make);
  if (/[0-9]/.test(char) || (char === '.' && /[0-9]/.test(next))) return readNumber(input, start, make);
  if (char === '?') return make('parameter', scan(input, start + 1, /[0-9]/));
  if (char === ':' || char === '@' || char === '$' || char === '#') return readParameter(input, start, make);
  if (wordStart.test(codePointAt(input, start))) return make('word', scanWord(input, start));
  for (const operator of operators) {
    if (input.startsWith(operator, start)) return make('operator', start + operator.length);
  }
  if (single.includes(char)) return make('operator', start + 1);
  return make('error', start + codePointAt(input, start).length);
}

type Make = (type: TokenType, end: number, value?: string, quote?: '"' | '`' | '[') => Token;

function readQuoted(input: string, start: number, quote: "'" | '"' | '`', make: Make): Token {
  let at = start + 1;
  for (;;) {
    const end = input.indexOf(quote, at);
    if (end < 0) return make('error', input.length);
    if (input.charAt(end + 1) !== quote) {
      const value = input.slice(start + 1, end).replaceAll(quote + quote, quote);
      return quote === "'" ? make('string', end + 1, value) : make('quoted', end + 1, value, quote);
    }
    at = end + 2;
  }
}

function readBlob(input: string, start: number, make: Make): Token {
  const end = scan(input, start + 2, /[0-9A-Fa-f]/);
  const digits = input.slice(start + 2, end);
  if (input.charAt(end) === "'" && digits.length % 2 === 0) return make('blob', end + 1, digits);
  const close = input.indexOf("'", end);
  return make('error', close < 0 ? input.length : close + 1);
}

function readNumber(input: string, start: number, make: Make): Token {
  const rest = input.slice(start, start + 400);
  const match =
    /^0[xX][0-9A-Fa-f](?:_?[0-9A-Fa-f])*/.exec(rest) ??
    /^(?:[0-9](?:_?[0-9])*)?(?:\.(?:[0-9](?:_?[0-9])*)?)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?/.exec(rest);
  const text = match?.[0] ?? rest.charAt(0);
  const end = start + text.length;
  if (wordPart.test(codePointAt(input, end))) return make('error', scanWord(input, end));
  const isFloat = !/^0x/i.test(text) && /[.eE]/.test(text);
  return make(isFloat ? 'float' : 'integer', end, text.replaceAll('_', ''));
}

function readParameter(input: string, start: number, make: Make): Token {
  let end = scanWord(input, start + 1);
  while (input.charAt(start) === '$' && input.startsWith('::', end)) end = scanWord(input, end + 2);
  return end === start + 1 ? make('error', end) : make('parameter', end);
}

function scan(input: string, from: number, pattern: RegExp): number {
  let at = from;
  while (at < input.length && pattern.test(input.charAt(at))) at += 1;
  return at;
}

function scanWord(input: string, from: number): number {
  let at = from;
  for (;;) {
    const char = codePointAt(input, at);
    if (char === '' || !wordPart.test(char) || char === '\uFEFF') return at;
    at += char.length;
  }
}

/** The whole character at an offset, two units long outside the basic plane; half a pair counts as itself. */
function codePointAt(input: string, at: number): string {
  const code = input.codePointAt(at);
  return code === undefined ? '' : String.fromCodePoint(code);
}
