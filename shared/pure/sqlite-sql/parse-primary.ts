import type { CaseNode, Expression, FrameBound, FunctionNode, Literal, OrderingTerm, WindowFrame, WindowSpec } from './ast.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parseSelect } from './parse-select.ts';
import type { Span, TokenStream } from './token-stream.ts';
import { isReserved } from './token-stream.ts';
import type { Token } from './tokenizer.ts';

const nowWords = ['CURRENT_TIMESTAMP', 'CURRENT_DATE', 'CURRENT_TIME'] as const;

/** Parses an operand: a literal, a name, a call, CASE, CAST, EXISTS, a parenthesised expression or subquery. */
export function parsePrimary(tokens: TokenStream): Expression {
  const start = tokens.position();
  const span = (): Span => ({ start, end: tokens.lastEnd() });
  const literal = (value: Literal): Expression => ({ type: 'literal', value, span: span() });

  if (tokens.acceptOperator('(')) return parseParenthesised(tokens, span);
  if (tokens.isKeyword('CASE')) return parseCase(tokens, span);
  if (tokens.acceptKeyword('NULL')) return literal({ kind: 'null' });
  for (const part of nowWords) if (tokens.acceptKeyword(part)) return literal({ kind: 'now', part });
  if (tokens.isKeyword('CAST') && tokens.isOperator('(', 1)) return parseCast(tokens, span);
  if (tokens.acceptKeyword('EXISTS')) {
    tokens.expectOperator('(');
    const select = parseSelect(tokens);
    tokens.expectOperator(')');
    return { type: 'exists', select, span: span() };
  }
  if (tokens.isKeyword('RAISE') && tokens.isOperator('(', 1)) return parseRaise(tokens, span);

  const token = tokens.next();
  switch (token.type) {
    case 'integer':
      return literal({ kind: 'integer', text: token.value });
    case 'float':
      return literal({ kind: 'real', text: token.value });
    case 'blob':
      return literal({ kind: 'blob', hex: token.value });
    case 'parameter':
      return { type: 'parameter', text: token.text, span: span() };
    case 'string':
      return tokens.isOperator('.') ? parseName(tokens, token, span) : literal({ kind: 'string', text: token.value });
    case 'quoted':
    case 'word':
      return parseName(tokens, token, span);
    default:
      return tokens.fail(`an expression cannot begin with ${JSON.stringify(token.text)}`);
  }
}

function parseName(tokens: TokenStream, first: Token, span: () => Span): Expression {
  if (first.type === 'word' && isReserved(first.text)) tokens.fail(`${first.text} is a keyword here`);
  if (tokens.isOperator('(')) return parseCall(tokens, first.value, span);
  const names = [first.value];
  let last = first;
  while (names.length < 3 && tokens.acceptOperator('.')) {
    last = tokens.peek() ?? last;
    names.push(tokens.name());
  }
  const name = names.at(-1) ?? first.value;
  const table = names.at(-2);
  const schema = names.at(-3);
  const quote = last.type === 'string' ? "'" : last.quote;
  return {
    type: 'column',
    name,
    span: span(),
    ...(table === undefined ? {} : { table }),
    ...(schema === undefined ? {} : { schema }),
    ...(quote === undefined ? {} : { quote }),
  };
}

function parseCall(tokens: TokenStream, name: string, span: () => Span): FunctionNode {
  tokens.expectOperator('(');
  let star = false;
  let distinct = false;
  let args: readonly Expression[] = [];
  let orderBy: readonly OrderingTerm[] = [];
  if (tokens.acceptOperator('*')) {
    star = true;
    tokens.expectOperator(')');
  } else {
    distinct = tokens.acceptKeyword('DISTINCT');
    if (!distinct) tokens.acceptKeyword('ALL');
    const list: Expression[] = [];
    if (!tokens.isOperator(')')) {
      do list.push(parseExpression(tokens));
      while (tokens.acceptOperator(','));
    }
    args = list;
    if (tokens.acceptKeyword('ORDER', 'BY')) orderBy = parseOrdering(tokens);
    tokens.expectOperator(')');
  }
  let filter: Expression | undefined;
  if (tokens.isKeyword('FILTER') && tokens.isOperator('(', 1)) {
    tokens.next();
    tokens.next();
    tokens.expectKeyword('WHERE');
    filter = parseExpression(tokens);
    tokens.expectOperator(')');
  }
  let over: WindowSpec | string | undefined;
  if (tokens.isKeyword('OVER') && (tokens.isOperator('(', 1) || tokens.peek(1)?.type !== 'operator')) {
    tokens.next();
    over = tokens.acceptOperator('(') ? parseWindow(tokens) : tokens.name();
  }
  return {
    type: 'function',
    name: name.toLowerCase(),
    args,
    star,
    distinct,
    orderBy,
    span: span(),
    ...(filter === undefined ? {} : { filter }),
    ...(over === undefined ? {} : { over }),
  };
}

/** Ordering terms, after ORDER BY. */
export function parseOrdering(tokens: TokenStream): OrderingTerm[] {
  const terms: OrderingTerm[] = [];
  do {
    const expression = parseExpression(tokens);
    const descending = tokens.acceptKeyword('DESC');
    if (!descending) tokens.acceptKeyword('ASC');
    let nulls: 'FIRST' | 'LAST' | undefined;
    if (tokens.acceptKeyword('NULLS', 'FIRST')) nulls = 'FIRST';
    else if (tokens.acceptKeyword('NULLS', 'LAST')) nulls = 'LAST';
    terms.push({ expression, descending, ...(nulls === undefined ? {} : { nulls }) });
  } while (tokens.acceptOperator(','));
  return terms;
}

/** A window definition up to and including its closing parenthesis. */
export function parseWindow(tokens: TokenStream): WindowSpec {
  const isBase =
    !tokens.isOperator(')') &&
    !['PARTITION', 'ORDER', 'ROWS', 'RANGE', 'GROUPS'].some((word) => tokens.isKeyword(word));
  const base = isBase ? tokens.name() : undefined;
  const partitionBy: Expression[] = [];
  if (tokens.acceptKeyword('PARTITION', 'BY')) {
    do partitionBy.push(parseExpression(tokens));
    while (tokens.acceptOperator(','));
  }
  const orderBy = tokens.acceptKeyword('ORDER', 'BY') ? parseOrdering(tokens) : [];
  const frame = parseFrame(tokens);
  tokens.expectOperator(')');
  return { partitionBy, orderBy, ...(base === undefined ? {} : { base }), ...(frame === undefined ? {} : { frame }) };
}

function parseFrame(tokens: TokenStream): WindowFrame | undefined {
  const unit = (['ROWS', 'RANGE', 'GROUPS'] as const).find((word) => tokens.acceptKeyword(word));
  if (unit === undefined) return undefined;
  const isRange = tokens.acceptKeyword('BETWEEN');
  const from = parseBound(tokens);
  if (isRange) tokens.expectKeyword('AND');
  const to = isRange ? parseBound(tokens) : undefined;
  const exclude = tokens.acceptKeyword('EXCLUDE')
    ? (['NO OTHERS', 'CURRENT ROW', 'GROUP', 'TIES'] as const).find((words) => tokens.acceptKeyword(...words.split(' ')))
    : undefined;
  return { unit, from, ...(to === undefined ? {} : { to }), ...(exclude === undefined ? {} : { exclude }) };
}

function parseBound(tokens: TokenStream): FrameBound {
  for (const kind of ['UNBOUNDED PRECEDING', 'CURRENT ROW', 'UNBOUNDED FOLLOWING'] as const) {
    if (tokens.acceptKeyword(...kind.split(' '))) return { kind };
  }
  const offset = parseExpression(tokens);
  if (tokens.acceptKeyword('PRECEDING')) return { kind: 'PRECEDING', offset };
  tokens.expectKeyword('FOLLOWING');
  return { kind: 'FOLLOWING', offset };
}

function parseParenthesised(tokens: TokenStream, span: () => Span): Expression {
  if (tokens.isKeyword('SELECT') || tokens.isKeyword('VALUES') || tokens.isKeyword('WITH')) {
    const select = parseSelect(tokens);
    tokens.expectOperator(')');
    return { type: 'subquery', select, span: span() };
  }
  const items = parseList(tokens);
  const inner = items[0];
  if (inner === undefined) return tokens.fail('empty parentheses');
  return items.length === 1 ? { type: 'group', inner, span: span() } : { type: 'row', items, span: span() };
}

function parseCase(tokens: TokenStream, span: () => Span): CaseNode {
  tokens.expectKeyword('CASE');
  const base = tokens.isKeyword('WHEN') ? undefined : parseExpression(tokens);
  const branches: { when: Expression; then: Expression }[] = [];
  while (tokens.acceptKeyword('WHEN')) {
    const when = parseExpression(tokens);
    tokens.expectKeyword('THEN');
    branches.push({ when, then: parseExpression(tokens) });
  }
  const otherwise = tokens.acceptKeyword('ELSE') ? parseExpression(tokens) : undefined;
  tokens.expectKeyword('END');
  return {
    type: 'case',
    branches,
    span: span(),
    ...(base === undefined ? {} : { base }),
    ...(otherwise === undefined ? {} : { otherwise }),
  };
}

function parseCast(tokens: TokenStream, span: () => Span): Expression {
  tokens.expectKeyword('CAST');
  tokens.expectOperator('(');
  const operand = parseExpression(tokens);
  tokens.expectKeyword('AS');
  const start = tokens.position();
  let depth = 0;
  while (depth > 0 || !tokens.isOperator(')')) {
    const token = tokens.next();
    if (token.text === '(') depth += 1;
    if (token.text === ')') depth -= 1;
  }
  const targetType = tokens.text({ start, end: Math.max(start, tokens.lastEnd()) });
  tokens.expectOperator(')');
  return { type: 'cast', operand, targetType, span: span() };
}

function parseRaise(tokens: TokenStream, span: () => Span): Expression {
  tokens.expectKeyword('RAISE');
  tokens.expectOperator('(');
  const action = tokens.next().text.toUpperCase();
  const message = tokens.acceptOperator(',') ? parseExpression(tokens) : undefined;
  tokens.expectOperator(')');
  return { type: 'raise', action, span: span(), ...(message === undefined ? {} : { message }) };
}
