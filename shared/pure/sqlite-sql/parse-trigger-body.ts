import type { Expression, Join, Select } from './ast.ts';
import { parseExpression } from './parse-expression.ts';
import { parseFrom, parseNames, parseSelect } from './parse-select.ts';
import { openTokens } from './token-stream.ts';
import type { TokenStream } from './token-stream.ts';

export interface Assignment {
  readonly column: string;
  readonly value: Expression;
}

export interface Upsert {
  /** Empty: any conflict. */
  readonly target: readonly string[];
  /** Absent: DO NOTHING. */
  readonly set?: readonly Assignment[];
  readonly where?: Expression;
}

/** ABORT is what SQLite does where nothing is said. */
export type Conflict = 'ROLLBACK' | 'ABORT' | 'FAIL' | 'IGNORE' | 'REPLACE';

/** A statement of a trigger's body (lang_createtrigger.html). */
export type TriggerStatement =
  | { readonly type: 'update'; readonly conflict: Conflict; readonly table: string; readonly set: readonly Assignment[]; readonly from: readonly Join[]; readonly where?: Expression }
  | { readonly type: 'insert'; readonly conflict: Conflict; readonly table: string; readonly columns: readonly string[]; readonly values: Select; readonly upserts: readonly Upsert[] }
  | { readonly type: 'delete'; readonly table: string; readonly where?: Expression }
  | { readonly type: 'select'; readonly select: Select };

/** Parses the statements between BEGIN and END. @throws SqliteSyntaxError */
export function parseTriggerBody(body: string): TriggerStatement[] {
  const tokens = openTokens(body);
  const statements: TriggerStatement[] = [];
  while (tokens.peek() !== undefined) {
    if (tokens.acceptOperator(';')) continue;
    statements.push(parseStatement(tokens));
    if (tokens.peek() !== undefined) tokens.expectOperator(';');
  }
  return statements;
}

function parseStatement(tokens: TokenStream): TriggerStatement {
  if (tokens.acceptKeyword('UPDATE')) return parseUpdate(tokens);
  if (tokens.acceptKeyword('DELETE', 'FROM')) {
    const table = tableName(tokens);
    return { type: 'delete', table, ...whereOf(tokens) };
  }
  if (tokens.acceptKeyword('INSERT')) return parseInsert(tokens, conflictOf(tokens));
  if (tokens.acceptKeyword('REPLACE')) return parseInsert(tokens, 'REPLACE');
  return { type: 'select', select: parseSelect(tokens) };
}

function conflictOf(tokens: TokenStream): Conflict {
  if (!tokens.acceptKeyword('OR')) return 'ABORT';
  const actions = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'] as const;
  return actions.find((action) => tokens.acceptKeyword(action)) ?? tokens.fail('a conflict action is expected');
}

function tableName(tokens: TokenStream): string {
  const name = tokens.name();
  if (!tokens.acceptOperator('.')) return name;
  return tokens.name();
}

function whereOf(tokens: TokenStream): { readonly where?: Expression } {
  return tokens.acceptKeyword('WHERE') ? { where: parseExpression(tokens) } : {};
}

function parseSet(tokens: TokenStream): Assignment[] {
  const set: Assignment[] = [];
  do {
    if (tokens.acceptOperator('(')) {
      const columns = parseNames(tokens);
      tokens.expectOperator('=');
      const value = parseExpression(tokens);
      const items = value.type === 'row' ? value.items : value.type === 'group' ? [value.inner] : [];
      if (items.length !== columns.length) tokens.fail('as many values as columns are expected');
      columns.forEach((column, index) => {
        const item = items[index];
        if (item !== undefined) set.push({ column, value: item });
      });
    } else {
      const column = tokens.name();
      tokens.expectOperator('=');
      set.push({ column, value: parseExpression(tokens) });
    }
  } while (tokens.acceptOperator(','));
  return set;
}

function parseUpdate(tokens: TokenStream): TriggerStatement {
  const conflict = conflictOf(tokens);
  const table = tableName(tokens);
  tokens.expectKeyword('SET');
  const set = parseSet(tokens);
  const from = tokens.acceptKeyword('FROM') ? parseFrom(tokens) : [];
  return { type: 'update', conflict, table, set, from, ...whereOf(tokens) };
}

function parseInsert(tokens: TokenStream, conflict: Conflict): TriggerStatement {
  tokens.expectKeyword('INTO');
  const table = tableName(tokens);
  const columns = tokens.acceptOperator('(') ? parseNames(tokens) : [];
  const values = parseSelect(tokens);
  const upserts: Upsert[] = [];
  while (tokens.acceptKeyword('ON', 'CONFLICT')) {
    const target = tokens.acceptOperator('(') ? parseNames(tokens) : [];
    tokens.expectKeyword('DO');
    if (tokens.acceptKeyword('NOTHING')) upserts.push({ target });
    else {
      tokens.expectKeyword('UPDATE');
      tokens.expectKeyword('SET');
      upserts.push({ target, set: parseSet(tokens), ...whereOf(tokens) });
    }
  }
  return { type: 'insert', conflict, table, columns, values, upserts };
}
