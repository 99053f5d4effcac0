import { parseQualifiedName } from './create-table.ts';
import { parseExpression } from './parse-expression.ts';
import { openTokens } from './token-stream.ts';

export interface TriggerDefinition {
  readonly name: string;
  readonly schema?: string;
  readonly temporary: boolean;
  /** SQLite reads a missing timing as BEFORE. */
  readonly timing: 'BEFORE' | 'AFTER' | 'INSTEAD OF';
  readonly event: 'INSERT' | 'UPDATE' | 'DELETE';
  /** For UPDATE OF: the columns; empty means any. */
  readonly columns: readonly string[];
  readonly table: string;
  readonly when?: string;
  /** The statements between BEGIN and END, as written. */
  readonly body: string;
}

/** Parses `CREATE TRIGGER`; the statements of its body are kept as text. @throws SqliteSyntaxError */
export function parseCreateTrigger(sql: string): TriggerDefinition {
  const tokens = openTokens(sql);
  tokens.expectKeyword('CREATE');
  const temporary = tokens.acceptKeyword('TEMP') || tokens.acceptKeyword('TEMPORARY');
  tokens.expectKeyword('TRIGGER');
  tokens.acceptKeyword('IF', 'NOT', 'EXISTS');
  const named = parseQualifiedName(tokens);
  let timing: TriggerDefinition['timing'] = 'BEFORE';
  if (tokens.acceptKeyword('AFTER')) timing = 'AFTER';
  else if (tokens.acceptKeyword('INSTEAD', 'OF')) timing = 'INSTEAD OF';
  else tokens.acceptKeyword('BEFORE');
  const event = (['INSERT', 'UPDATE', 'DELETE'] as const).find((word) => tokens.acceptKeyword(word));
  if (event === undefined) return tokens.fail('INSERT, UPDATE or DELETE is expected');
  const columns: string[] = [];
  if (event === 'UPDATE' && tokens.acceptKeyword('OF')) {
    do columns.push(tokens.name());
    while (tokens.acceptOperator(','));
  }
  tokens.expectKeyword('ON');
  const table = parseQualifiedName(tokens).name;
  tokens.acceptKeyword('FOR', 'EACH', 'ROW');
  const when = tokens.acceptKeyword('WHEN') ? tokens.text(parseExpression(tokens).span) : undefined;
  tokens.expectKeyword('BEGIN');
  const start = tokens.position();
  let end = start;
  let lastEnd = start;
  // Body statements may hold CASE … END: the trigger ends at the last END of the text.
  while (tokens.peek() !== undefined) {
    if (tokens.isKeyword('END')) end = lastEnd;
    tokens.next();
    lastEnd = tokens.lastEnd();
  }
  return { ...named, temporary, timing, event, columns, table, body: sql.slice(start, end), ...(when === undefined ? {} : { when }) };
}
