import { parseQualifiedName } from './create-table.ts';
import { parseExpression } from './parse-expression.ts';
import { openTokens } from './token-stream.ts';

export interface IndexTerm {
  /** The column, when the term is nothing but a name. */
  readonly column?: string;
  /** The term as written, without collation and direction. */
  readonly expression: string;
  readonly collate?: string;
  readonly descending: boolean;
}

export interface IndexDefinition {
  readonly name: string;
  readonly schema?: string;
  readonly table: string;
  readonly unique: boolean;
  readonly terms: readonly IndexTerm[];
  readonly where?: string;
}

/** Parses `CREATE [UNIQUE] INDEX`. @throws SqliteSyntaxError */
export function parseCreateIndex(sql: string): IndexDefinition {
  const tokens = openTokens(sql);
  tokens.expectKeyword('CREATE');
  const unique = tokens.acceptKeyword('UNIQUE');
  tokens.expectKeyword('INDEX');
  tokens.acceptKeyword('IF', 'NOT', 'EXISTS');
  const named = parseQualifiedName(tokens);
  tokens.expectKeyword('ON');
  const table = tokens.name();
  tokens.expectOperator('(');
  const terms: IndexTerm[] = [];
  do {
    const whole = parseExpression(tokens);
    const descending = tokens.acceptKeyword('DESC');
    if (!descending) tokens.acceptKeyword('ASC');
    const collate = whole.type === 'collate' ? whole.collation : undefined;
    const inner = whole.type === 'collate' ? whole.operand : whole;
    const column =
      inner.type === 'column' && inner.table === undefined
        ? inner.name
        : inner.type === 'literal' && inner.value.kind === 'string'
          ? inner.value.text
          : undefined;
    terms.push({
      expression: tokens.text(inner.span),
      descending,
      ...(column === undefined ? {} : { column }),
      ...(collate === undefined ? {} : { collate }),
    });
  } while (tokens.acceptOperator(','));
  tokens.expectOperator(')');
  const where = tokens.acceptKeyword('WHERE') ? tokens.text(parseExpression(tokens).span) : undefined;
  tokens.acceptOperator(';');
  if (tokens.peek() !== undefined) tokens.fail('the statement should end here');
  return { ...named, table, unique, terms, ...(where === undefined ? {} : { where }) };
}
