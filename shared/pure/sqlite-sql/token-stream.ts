import { SqliteSyntaxError } from './errors.ts';
import { tokenize } from './tokenizer.ts';
import type { Token } from './tokenizer.ts';

/** A span of the source text, in UTF-16 units, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A cursor over the tokens that carry meaning. Keywords are matched without regard to case. */
export interface TokenStream {
  readonly source: string;
  readonly comments: readonly Token[];
  peek(ahead?: number): Token | undefined;
  next(): Token;
  /** True if the next words are these keywords, in order. */
  isKeyword(...words: string[]): boolean;
  isOperator(text: string, ahead?: number): boolean;
  /** Consumes the keywords if they all stand next. */
  acceptKeyword(...words: string[]): boolean;
  acceptOperator(text: string): boolean;
  expectKeyword(...words: string[]): void;
  expectOperator(text: string): void;
  /** A name: a word that is not reserved, a quoted name, or (SQLite's tolerance) a string. */
  name(): string;
  /** Text between two offsets of the source. */
  text(span: Span): string;
  /** Start of the next token (or end of the source). */
  position(): number;
  /** End of the token read last. */
  lastEnd(): number;
  fail(message: string): never;
}

const reserved = new Set(
  (
    'ADD ALL ALTER AND AS AUTOINCREMENT BETWEEN CASE CHECK COLLATE COMMIT CONSTRAINT CREATE DEFAULT DEFERRABLE DELETE ' +
    'DISTINCT DROP ELSE ESCAPE EXCEPT EXISTS FOREIGN FROM GROUP HAVING IN INDEX INSERT INTERSECT INTO IS ISNULL JOIN ' +
    'LIMIT NOT NOTHING NOTNULL NULL ON OR ORDER PRIMARY REFERENCES RETURNING SELECT SET TABLE THEN TO TRANSACTION UNION ' +
    'UNIQUE UPDATE USING VALUES WHEN WHERE'
  ).split(' '),
);

/** True if SQLite never reads the bare word as a name (parse.y: keywords without the fallback to ID). */
export function isReserved(word: string): boolean {
  return reserved.has(word.toUpperCase());
}

/** Opens a cursor on SQL text; an unreadable token raises {@link SqliteSyntaxError} when it is reached. */
export function openTokens(source: string): TokenStream {
  const all = tokenize(source);
  const tokens = all.filter((token) => token.type !== 'space' && token.type !== 'comment');
  const comments = all.filter((token) => token.type === 'comment');
  let index = 0;

  const peek = (ahead = 0): Token | undefined => tokens[index + ahead];
  const position = (): number => peek()?.start ?? source.length;
  const fail = (message: string): never => {
    throw new SqliteSyntaxError(message, position());
  };
  const next = (): Token => {
    const token = peek();
    if (token === undefined) return fail('the statement ends too early');
    if (token.type === 'error') return fail(`cannot read ${JSON.stringify(token.text.slice(0, 40))}`);
    index += 1;
    return token;
  };
  const isKeyword = (...words: string[]): boolean =>
    words.every((word, offset) => {
      const token = peek(offset);
      return token?.type === 'word' && token.text.toUpperCase() === word;
    });
  const isOperator = (text: string, ahead = 0): boolean => {
    const token = peek(ahead);
    return token?.type === 'operator' && token.text === text;
  };
  const acceptKeyword = (...words: string[]): boolean => {
    const found = isKeyword(...words);
    if (found) index += words.length;
    return found;
  };
  const acceptOperator = (text: string): boolean => {
    const found = isOperator(text);
    if (found) index += 1;
    return found;
  };
  const name = (): string => {
    const token = peek();
    const isName =
      token !== undefined &&
      ((token.type === 'word' && !isReserved(token.text)) || token.type === 'quoted' || token.type === 'string');
    return isName ? next().value : fail(`a name is expected, not ${JSON.stringify(token?.text ?? 'the end')}`);
  };

  return {
    source,
    comments,
    peek,
    next,
    isKeyword,
    isOperator,
    acceptKeyword,
    acceptOperator,
    expectKeyword: (...words) => {
      if (!acceptKeyword(...words)) fail(`${words.join(' ')} is expected`);
    },
    expectOperator: (text) => {
      if (!acceptOperator(text)) fail(`"${text}" is expected`);
    },
    name,
    text: (span) => source.slice(span.start, span.end),
    position,
    lastEnd: () => tokens[index - 1]?.end ?? 0,
    fail,
  };
}
