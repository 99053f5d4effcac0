import type { BinaryOperator, Expression, LikeNode } from './ast.ts';
import { parsePrimary } from './parse-primary.ts';
import { parseSelect } from './parse-select.ts';
import { openTokens } from './token-stream.ts';
import type { Span, TokenStream } from './token-stream.ts';

/** Binding strength of SQLite's operators, weakest first (parse.y, %left declarations). */
const power = { or: 1, and: 2, not: 3, equal: 4, compare: 5, bit: 7, add: 8, multiply: 9, concat: 10, collate: 11, unary: 12 };

const infix: Readonly<Record<string, { readonly level: number; readonly operator: BinaryOperator }>> = {
  '=': { level: power.equal, operator: '=' },
  '==': { level: power.equal, operator: '=' },
  '<>': { level: power.equal, operator: '<>' },
  '!=': { level: power.equal, operator: '<>' },
  '<': { level: power.compare, operator: '<' },
  '<=': { level: power.compare, operator: '<=' },
  '>': { level: power.compare, operator: '>' },
  '>=': { level: power.compare, operator: '>=' },
  '&': { level: power.bit, operator: '&' },
  '|': { level: power.bit, operator: '|' },
  '<<': { level: power.bit, operator: '<<' },
  '>>': { level: power.bit, operator: '>>' },
  '+': { level: power.add, operator: '+' },
  '-': { level: power.add, operator: '-' },
  '*': { level: power.multiply, operator: '*' },
  '/': { level: power.multiply, operator: '/' },
  '%': { level: power.multiply, operator: '%' },
  '||': { level: power.concat, operator: '||' },
  '->': { level: power.concat, operator: '->' },
  '->>': { level: power.concat, operator: '->>' },
};

/** Parses one expression from its text; raises SqliteSyntaxError if anything is left over. */
export function parseExpressionText(text: string): Expression {
  const tokens = openTokens(text);
  const expression = parseExpression(tokens);
  if (tokens.peek() !== undefined) tokens.fail('the expression should end here');
  return expression;
}

/** Parses the expression that stands next. `minimum` is the weakest operator that may still belong to it. */
export function parseExpression(tokens: TokenStream, minimum = 0): Expression {
  let left = parsePrefix(tokens);
  for (;;) {
    const longer = parseInfix(tokens, left, minimum);
    if (longer === undefined) return left;
    left = longer;
  }
}

function parsePrefix(tokens: TokenStream): Expression {
  const start = tokens.position();
  const span = (): Span => ({ start, end: tokens.lastEnd() });
  for (const operator of ['-', '+', '~'] as const) {
    if (tokens.acceptOperator(operator)) {
      const operand = parseExpression(tokens, power.unary);
      return { type: 'unary', operator, operand, span: span() };
    }
  }
  if (tokens.acceptKeyword('NOT')) {
    const operand = parseExpression(tokens, power.not);
    return { type: 'unary', operator: 'NOT', operand, span: span() };
  }
  return parsePrimary(tokens);
}

function parseInfix(tokens: TokenStream, left: Expression, minimum: number): Expression | undefined {
  const token = tokens.peek();
  if (token === undefined) return undefined;
  const span = (): Span => ({ start: left.span.start, end: tokens.lastEnd() });

  if (token.type === 'operator') {
    const found = infix[token.text];
    if (found === undefined || found.level < minimum) return undefined;
    tokens.next();
    const right = parseExpression(tokens, found.level + 1);
    return { type: 'binary', operator: found.operator, left, right, span: span() };
  }
  if (token.type !== 'word') return undefined;

  for (const [word, level] of [['OR', power.or], ['AND', power.and]] as const) {
    if (tokens.isKeyword(word)) {
      if (level < minimum) return undefined;
      tokens.next();
      const right = parseExpression(tokens, level + 1);
      return { type: 'binary', operator: word, left, right, span: span() };
    }
  }
  if (tokens.isKeyword('COLLATE')) {
    if (power.collate < minimum) return undefined;
    tokens.next();
    return { type: 'collate', operand: left, collation: tokens.name(), span: span() };
  }
  return power.equal < minimum ? undefined : parseTest(tokens, left, span);
}

/** The word-shaped operators of the level of `=`. */
function parseTest(tokens: TokenStream, left: Expression, span: () => Span): Expression | undefined {
  if (tokens.acceptKeyword('ISNULL')) return { type: 'unary', operator: 'ISNULL', operand: left, span: span() };
  if (tokens.acceptKeyword('NOTNULL') || tokens.acceptKeyword('NOT', 'NULL')) {
    return { type: 'unary', operator: 'NOTNULL', operand: left, span: span() };
  }
  if (tokens.acceptKeyword('IS')) {
    const isNegated = tokens.acceptKeyword('NOT');
    const isDistinct = tokens.acceptKeyword('DISTINCT', 'FROM');
    const right = parseExpression(tokens, power.compare);
    return { type: 'binary', operator: isNegated === isDistinct ? 'IS' : 'IS NOT', left, right, span: span() };
  }
  const negated = tokens.isKeyword('NOT');
  const second = tokens.peek(negated ? 1 : 0)?.text.toUpperCase() ?? '';
  if (!['BETWEEN', 'IN', 'LIKE', 'GLOB', 'REGEXP', 'MATCH'].includes(second)) return undefined;
  if (tokens.peek(negated ? 1 : 0)?.type !== 'word') return undefined;
  if (negated) tokens.next();
  tokens.next();
  if (second === 'BETWEEN') {
    const low = parseExpression(tokens, power.equal);
    tokens.expectKeyword('AND');
    const high = parseExpression(tokens, power.compare);
    return { type: 'between', operand: left, low, high, negated, span: span() };
  }
  if (second === 'IN') return parseIn(tokens, left, negated, span);
  return parseLike(tokens, left, second, negated, span);
}

function parseLike(tokens: TokenStream, operand: Expression, word: string, negated: boolean, span: () => Span): LikeNode {
  const operator = (['LIKE', 'GLOB', 'REGEXP', 'MATCH'] as const).find((known) => known === word) ?? 'LIKE';
  const pattern = parseExpression(tokens, power.compare);
  const escape = tokens.acceptKeyword('ESCAPE') ? parseExpression(tokens, power.compare) : undefined;
  return { type: 'like', operator, operand, pattern, negated, span: span(), ...(escape === undefined ? {} : { escape }) };
}

function parseIn(tokens: TokenStream, operand: Expression, negated: boolean, span: () => Span): Expression {
  if (!tokens.acceptOperator('(')) {
    const at = tokens.position();
    let name = tokens.name();
    const isQualified = tokens.acceptOperator('.');
    if (isQualified) name = tokens.name();
    if (tokens.isOperator('(')) tokens.fail('a table-valued function after IN is not read');
    return { type: 'in', operand, negated, source: { kind: 'table', name, ...(isQualified ? {} : { at }) }, span: span() };
  }
  if (tokens.isKeyword('SELECT') || tokens.isKeyword('WITH') || tokens.isKeyword('VALUES')) {
    const select = parseSelect(tokens);
    tokens.expectOperator(')');
    return { type: 'in', operand, negated, source: { kind: 'select', select }, span: span() };
  }
  const items = parseList(tokens);
  return { type: 'in', operand, negated, source: { kind: 'list', items }, span: span() };
}

/** Expressions separated by commas up to and including the closing parenthesis; the opening one is consumed. */
export function parseList(tokens: TokenStream): Expression[] {
  const items: Expression[] = [];
  if (tokens.acceptOperator(')')) return items;
  do items.push(parseExpression(tokens));
  while (tokens.acceptOperator(','));
  tokens.expectOperator(')');
  return items;
}
