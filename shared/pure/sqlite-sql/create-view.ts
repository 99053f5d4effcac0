import { parseQualifiedName } from './create-table.ts';
import { parseNames } from './parse-select.ts';
import { openTokens } from './token-stream.ts';

export interface ViewDefinition {
  readonly name: string;
  readonly schema?: string;
  readonly temporary: boolean;
  readonly columns?: readonly string[];
  /** The SELECT as written, without a closing semicolon. */
  readonly select: string;
}

/** Parses `CREATE VIEW`. The SELECT itself is only cut out: a broken view still parses. @throws SqliteSyntaxError */
export function parseCreateView(sql: string): ViewDefinition {
  const tokens = openTokens(sql);
  tokens.expectKeyword('CREATE');
  const temporary = tokens.acceptKeyword('TEMP') || tokens.acceptKeyword('TEMPORARY');
  tokens.expectKeyword('VIEW');
  tokens.acceptKeyword('IF', 'NOT', 'EXISTS');
  const named = parseQualifiedName(tokens);
  const columns = tokens.acceptOperator('(') ? parseNames(tokens) : undefined;
  tokens.expectKeyword('AS');
  const start = tokens.position();
  let end = start;
  while (tokens.peek() !== undefined && !tokens.isOperator(';')) {
    tokens.next();
    end = tokens.lastEnd();
  }
  return { ...named, temporary, select: sql.slice(start, end), ...(columns === undefined ? {} : { columns }) };
}
