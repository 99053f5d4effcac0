import { parseQualifiedName } from './create-table.ts';
import { openTokens } from './token-stream.ts';

export interface VirtualTableDefinition {
  readonly name: string;
  readonly schema?: string;
  /** As written; compare without regard to case. */
  readonly module: string;
  /** The arguments as written, trimmed; only the module gives them a meaning. */
  readonly args: readonly string[];
}

/** Parses `CREATE VIRTUAL TABLE … USING module(args)`. @throws SqliteSyntaxError */
export function parseCreateVirtualTable(sql: string): VirtualTableDefinition {
  const tokens = openTokens(sql);
  tokens.expectKeyword('CREATE', 'VIRTUAL', 'TABLE');
  tokens.acceptKeyword('IF', 'NOT', 'EXISTS');
  const named = parseQualifiedName(tokens);
  tokens.expectKeyword('USING');
  const module = tokens.name();
  if (!tokens.acceptOperator('(')) return { ...named, module, args: [] };
  const args: string[] = [];
  let start = tokens.position();
  let end = start;
  for (let depth = 0; ; ) {
    if (depth === 0 && (tokens.isOperator(',') || tokens.isOperator(')'))) {
      const argument = sql.slice(start, end);
      const isLast = tokens.next().text === ')';
      if (argument !== '' || !isLast) args.push(argument);
      if (isLast) return { ...named, module, args };
      start = tokens.position();
      end = start;
      continue;
    }
    if (tokens.isOperator('(')) depth += 1;
    if (tokens.isOperator(')')) depth -= 1;
    tokens.next();
    end = tokens.lastEnd();
  }
}
