import type {
  CommonTable, CompoundOperator, Expression, FromSource, Join, ResultColumn, Select, SelectCore, ValuesCore, WindowSpec,
} from './ast.ts';
import { parseExpression, parseList } from './parse-expression.ts';
import { parseOrdering, parseWindow } from './parse-primary.ts';
import { isReserved, openTokens } from './token-stream.ts';
import type { TokenStream } from './token-stream.ts';

const joinWords = new Set(['NATURAL', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'OUTER', 'CROSS', 'WINDOW', 'INDEXED', 'LIKE', 'GLOB', 'REGEXP', 'MATCH']);

/** Parses a whole SELECT from its text; a closing semicolon is allowed. */
export function parseSelectText(text: string): Select {
  const tokens = openTokens(text);
  const select = parseSelect(tokens);
  tokens.acceptOperator(';');
  if (tokens.peek() !== undefined) tokens.fail('the statement should end here');
  return select;
}

/** Parses the SELECT, VALUES or WITH … SELECT that stands next. */
export function parseSelect(tokens: TokenStream): Select {
  const isWith = tokens.acceptKeyword('WITH');
  const recursive = isWith && tokens.acceptKeyword('RECURSIVE');
  const tables: CommonTable[] = [];
  if (isWith) {
    do tables.push(parseCommonTable(tokens));
    while (tokens.acceptOperator(','));
  }
  const cores: { operator?: CompoundOperator; core: SelectCore | ValuesCore }[] = [{ core: parseCore(tokens) }];
  for (let operator = acceptCompound(tokens); operator !== undefined; operator = acceptCompound(tokens)) {
    cores.push({ operator, core: parseCore(tokens) });
  }
  const orderBy = tokens.acceptKeyword('ORDER', 'BY') ? parseOrdering(tokens) : [];
  let limit: Expression | undefined;
  let offset: Expression | undefined;
  if (tokens.acceptKeyword('LIMIT')) {
    limit = parseExpression(tokens);
    if (tokens.acceptKeyword('OFFSET')) offset = parseExpression(tokens);
    else if (tokens.acceptOperator(',')) {
      // "LIMIT x, y" means LIMIT y OFFSET x.
      offset = limit;
      limit = parseExpression(tokens);
    }
  }
  return {
    recursive,
    with: tables,
    cores,
    orderBy,
    ...(limit === undefined ? {} : { limit }),
    ...(offset === undefined ? {} : { offset }),
  };
}

function acceptCompound(tokens: TokenStream): CompoundOperator | undefined {
  if (tokens.acceptKeyword('UNION')) return tokens.acceptKeyword('ALL') ? 'UNION ALL' : 'UNION';
  if (tokens.acceptKeyword('INTERSECT')) return 'INTERSECT';
  return tokens.acceptKeyword('EXCEPT') ? 'EXCEPT' : undefined;
}

function parseCommonTable(tokens: TokenStream): CommonTable {
  const name = tokens.name();
  const columns = tokens.acceptOperator('(') ? parseNames(tokens) : undefined;
  tokens.expectKeyword('AS');
  const isNot = tokens.acceptKeyword('NOT');
  const isMaterialized = tokens.acceptKeyword('MATERIALIZED');
  tokens.expectOperator('(');
  const select = parseSelect(tokens);
  tokens.expectOperator(')');
  return {
    name,
    select,
    ...(columns === undefined ? {} : { columns }),
    ...(isMaterialized ? { materialized: !isNot } : {}),
  };
}

/** Names separated by commas up to and including the closing parenthesis. */
export function parseNames(tokens: TokenStream): string[] {
  const names: string[] = [];
  do names.push(tokens.name());
  while (tokens.acceptOperator(','));
  tokens.expectOperator(')');
  return names;
}

function parseCore(tokens: TokenStream): SelectCore | ValuesCore {
  if (tokens.acceptKeyword('VALUES')) {
    const rows: Expression[][] = [];
    do {
      tokens.expectOperator('(');
      rows.push(parseList(tokens));
    } while (tokens.acceptOperator(','));
    return { type: 'values', rows };
  }
  tokens.expectKeyword('SELECT');
  const distinct = tokens.acceptKeyword('DISTINCT');
  if (!distinct) tokens.acceptKeyword('ALL');
  const columns: ResultColumn[] = [];
  do columns.push(parseResultColumn(tokens));
  while (tokens.acceptOperator(','));
  const from = tokens.acceptKeyword('FROM') ? parseFrom(tokens) : [];
  const where = tokens.acceptKeyword('WHERE') ? parseExpression(tokens) : undefined;
  const groupBy: Expression[] = [];
  if (tokens.acceptKeyword('GROUP', 'BY')) {
    do groupBy.push(parseExpression(tokens));
    while (tokens.acceptOperator(','));
  }
  const having = tokens.acceptKeyword('HAVING') ? parseExpression(tokens) : undefined;
  const windows: { name: string; spec: WindowSpec }[] = [];
  if (tokens.acceptKeyword('WINDOW')) {
    do {
      const name = tokens.name();
      tokens.expectKeyword('AS');
      tokens.expectOperator('(');
      windows.push({ name, spec: parseWindow(tokens) });
    } while (tokens.acceptOperator(','));
  }
  return {
    type: 'select',
    distinct,
    columns,
    from,
    groupBy,
    windows,
    ...(where === undefined ? {} : { where }),
    ...(having === undefined ? {} : { having }),
  };
}

function parseResultColumn(tokens: TokenStream): ResultColumn {
  if (tokens.acceptOperator('*')) return { type: 'star' };
  if (tokens.isOperator('.', 1) && tokens.isOperator('*', 2)) {
    const table = tokens.name();
    tokens.next();
    tokens.next();
    return { type: 'star', table };
  }
  const expression = parseExpression(tokens);
  const text = tokens.text(expression.span);
  const alias = parseAlias(tokens);
  return { type: 'expression', expression, text, ...(alias === undefined ? {} : { alias }) };
}

function parseAlias(tokens: TokenStream): string | undefined {
  if (tokens.acceptKeyword('AS')) return tokens.name();
  const token = tokens.peek();
  if (token === undefined) return undefined;
  const isAlias =
    token.type === 'quoted' ||
    token.type === 'string' ||
    (token.type === 'word' && !isReserved(token.text) && !joinWords.has(token.text.toUpperCase()));
  return isAlias ? tokens.next().value : undefined;
}

export function parseFrom(tokens: TokenStream): Join[] {
  const joins: Join[] = [{ kind: 'first', natural: false, source: parseSource(tokens), ...parseConstraint(tokens) }];
  for (;;) {
    const operator = acceptJoin(tokens);
    if (operator === undefined) return joins;
    const source = parseSource(tokens);
    joins.push({ ...operator, source, ...parseConstraint(tokens) });
  }
}

function acceptJoin(tokens: TokenStream): { kind: Join['kind']; natural: boolean } | undefined {
  if (tokens.acceptOperator(',')) return { kind: 'inner', natural: false };
  const words: string[] = [];
  while (['NATURAL', 'LEFT', 'RIGHT', 'FULL', 'INNER', 'OUTER', 'CROSS'].some((word) => tokens.isKeyword(word))) {
    words.push(tokens.next().text.toUpperCase());
  }
  if (words.length === 0 && !tokens.isKeyword('JOIN')) return undefined;
  tokens.expectKeyword('JOIN');
  const natural = words.includes('NATURAL');
  const isFull = words.includes('FULL') || (words.includes('LEFT') && words.includes('RIGHT'));
  if (isFull) return { kind: 'full', natural };
  if (words.includes('LEFT')) return { kind: 'left', natural };
  if (words.includes('RIGHT')) return { kind: 'right', natural };
  return { kind: words.includes('CROSS') ? 'cross' : 'inner', natural };
}

function parseConstraint(tokens: TokenStream): { on?: Expression; using?: readonly string[] } {
  if (tokens.acceptKeyword('ON')) return { on: parseExpression(tokens) };
  if (!tokens.acceptKeyword('USING')) return {};
  tokens.expectOperator('(');
  return { using: parseNames(tokens) };
}

function parseSource(tokens: TokenStream): FromSource {
  const withAlias = <Source extends FromSource>(source: Source): Source => {
    const alias = parseAlias(tokens);
    return alias === undefined ? source : { ...source, alias };
  };
  if (tokens.acceptOperator('(')) {
    if (tokens.isKeyword('SELECT') || tokens.isKeyword('WITH') || tokens.isKeyword('VALUES')) {
      const select = parseSelect(tokens);
      tokens.expectOperator(')');
      return withAlias({ type: 'select', select } satisfies FromSource);
    }
    const joins = parseFrom(tokens);
    tokens.expectOperator(')');
    return withAlias({ type: 'join', joins } satisfies FromSource);
  }
  const at = tokens.position();
  let name = tokens.name();
  let schema: string | undefined;
  if (tokens.acceptOperator('.')) {
    schema = name;
    name = tokens.name();
  }
  if (tokens.acceptOperator('(')) return withAlias({ type: 'function', name, args: parseList(tokens) } satisfies FromSource);
  const table = withAlias({ type: 'table', name, ...(schema === undefined ? { at } : { schema }) } satisfies FromSource);
  // The hint says nothing about the answer.
  if (tokens.acceptKeyword('INDEXED', 'BY')) tokens.name();
  else tokens.acceptKeyword('NOT', 'INDEXED');
  return table;
}
