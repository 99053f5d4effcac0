import { parseColumn, parseConflict, parseReferences } from './column-definition.ts';
import type { ColumnDefinition, ConflictAction, References } from './column-definition.ts';
import { parseExpression } from './parse-expression.ts';
import { openTokens } from './token-stream.ts';
import type { TokenStream } from './token-stream.ts';

/** A column of a key as written: expressions are not allowed in table constraints, collations and directions are. */
export interface KeyColumn {
  readonly name: string;
  readonly collate?: string;
  readonly descending: boolean;
}

export type TableConstraint = { readonly name?: string } & (
  | {
      readonly type: 'primaryKey';
      readonly columns: readonly KeyColumn[];
      readonly autoincrement: boolean;
      readonly onConflict?: ConflictAction;
    }
  | { readonly type: 'unique'; readonly columns: readonly KeyColumn[]; readonly onConflict?: ConflictAction }
  | { readonly type: 'check'; readonly expression: string; readonly onConflict?: ConflictAction }
  | { readonly type: 'foreignKey'; readonly columns: readonly string[]; readonly references: References }
);

export interface TableComment {
  /** Text without the comment marks. */
  readonly text: string;
  /** The column it stands with: on its line, or on the lines just above it. */
  readonly column?: string;
}

/** What `CREATE TABLE` says. PRAGMA table_xinfo tells types and keys too, but not checks, collations or names. */
export interface TableDefinition {
  readonly name: string;
  readonly schema?: string;
  readonly temporary: boolean;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly comments: readonly TableComment[];
  /** Set for `CREATE TABLE … AS SELECT` as typed by a person; SQLite itself stores plain columns. */
  readonly asSelect?: string;
}

/**
 * Parses the text of a CREATE TABLE statement, as stored in `sqlite_schema.sql` or typed.
 * @throws SqliteSyntaxError where SQLite would refuse the text as well.
 */
export function parseCreateTable(sql: string): TableDefinition {
  const tokens = openTokens(sql);
  tokens.expectKeyword('CREATE');
  const temporary = tokens.acceptKeyword('TEMP') || tokens.acceptKeyword('TEMPORARY');
  tokens.expectKeyword('TABLE');
  tokens.acceptKeyword('IF', 'NOT', 'EXISTS');
  const { schema, name } = parseQualifiedName(tokens);
  const head = { name, temporary, ...(schema === undefined ? {} : { schema }) };
  if (tokens.acceptKeyword('AS')) {
    const asSelect = sql.slice(tokens.position()).replace(/;\s*$/, '');
    return { ...head, columns: [], constraints: [], withoutRowid: false, strict: false, comments: [], asSelect };
  }
  tokens.expectOperator('(');
  const columns: ColumnDefinition[] = [];
  const starts: number[] = [];
  const constraints: TableConstraint[] = [];
  do {
    if (isConstraintNext(tokens)) {
      parseConstraints(tokens, constraints);
      break;
    }
    starts.push(tokens.position());
    columns.push(parseColumn(tokens));
    if (isConstraintNext(tokens)) {
      parseConstraints(tokens, constraints);
      break;
    }
  } while (tokens.acceptOperator(','));
  tokens.expectOperator(')');
  const options = parseOptions(tokens);
  return { ...head, columns, constraints, ...options, comments: collectComments(tokens, columns, starts) };
}

/** `name` or `schema.name`. */
export function parseQualifiedName(tokens: TokenStream): { schema?: string; name: string } {
  const first = tokens.name();
  return tokens.acceptOperator('.') ? { schema: first, name: tokens.name() } : { name: first };
}

function isConstraintNext(tokens: TokenStream): boolean {
  return (
    tokens.isKeyword('CONSTRAINT') ||
    tokens.isKeyword('PRIMARY') ||
    tokens.isKeyword('UNIQUE') ||
    tokens.isKeyword('CHECK') ||
    tokens.isKeyword('FOREIGN')
  );
}

/** Table constraints may stand with or without commas between them (parse.y: tconscomma). */
function parseConstraints(tokens: TokenStream, constraints: TableConstraint[]): void {
  while (!tokens.isOperator(')')) {
    const name = tokens.acceptKeyword('CONSTRAINT') ? tokens.name() : undefined;
    // "CONSTRAINT name" may dangle with nothing behind it; SQLite forgets the name.
    const constraint = parseConstraint(tokens);
    if (constraint !== undefined) constraints.push(name === undefined ? constraint : { ...constraint, name });
    else if (name === undefined) tokens.fail('a table constraint is expected');
    tokens.acceptOperator(',');
  }
}

function parseConstraint(tokens: TokenStream): TableConstraint | undefined {
  if (tokens.acceptKeyword('PRIMARY', 'KEY')) {
    tokens.expectOperator('(');
    const columns = parseKeyColumns(tokens);
    const autoincrement = tokens.acceptKeyword('AUTOINCREMENT');
    tokens.expectOperator(')');
    return { type: 'primaryKey', columns, autoincrement, ...parseConflict(tokens) };
  }
  if (tokens.acceptKeyword('UNIQUE')) {
    tokens.expectOperator('(');
    const columns = parseKeyColumns(tokens);
    tokens.expectOperator(')');
    return { type: 'unique', columns, ...parseConflict(tokens) };
  }
  if (tokens.acceptKeyword('CHECK')) {
    tokens.expectOperator('(');
    const { span } = parseExpression(tokens);
    tokens.expectOperator(')');
    return { type: 'check', expression: tokens.text(span), ...parseConflict(tokens) };
  }
  if (!tokens.acceptKeyword('FOREIGN', 'KEY')) return undefined;
  tokens.expectOperator('(');
  const columns: string[] = [];
  do columns.push(tokens.name());
  while (tokens.acceptOperator(','));
  tokens.expectOperator(')');
  tokens.expectKeyword('REFERENCES');
  return { type: 'foreignKey', columns, references: parseReferences(tokens) };
}

function parseKeyColumns(tokens: TokenStream): KeyColumn[] {
  const columns: KeyColumn[] = [];
  do {
    const name = tokens.name();
    const collate = tokens.acceptKeyword('COLLATE') ? tokens.name() : undefined;
    const descending = tokens.acceptKeyword('DESC');
    if (!descending) tokens.acceptKeyword('ASC');
    columns.push({ name, descending, ...(collate === undefined ? {} : { collate }) });
  } while (tokens.acceptOperator(','));
  return columns;
}

function parseOptions(tokens: TokenStream): { withoutRowid: boolean; strict: boolean } {
  const found = { withoutRowid: false, strict: false };
  while (tokens.peek() !== undefined && !tokens.isOperator(';')) {
    if (tokens.acceptKeyword('WITHOUT')) {
      if (tokens.next().text.toLowerCase() !== 'rowid') tokens.fail('WITHOUT ROWID is expected');
      found.withoutRowid = true;
    } else {
      tokens.expectKeyword('STRICT');
      found.strict = true;
    }
    if (!tokens.acceptOperator(',')) break;
  }
  tokens.acceptOperator(';');
  if (tokens.peek() !== undefined) tokens.fail('the statement should end here');
  return found;
}

function collectComments(tokens: TokenStream, columns: readonly ColumnDefinition[], starts: readonly number[]): TableComment[] {
  return tokens.comments.map((comment) => {
    const text = comment.text.startsWith('--') ? comment.text.slice(2) : comment.text.replace(/^\/\*|\*\/$/g, '');
    const before = tokens.source.slice(0, comment.start);
    const isOwnLine = /(?:^|\n)[ \t]*$/.test(before);
    const following = starts.findIndex((start) => start > comment.start);
    const preceding = following < 0 ? starts.length - 1 : following - 1;
    const column = columns[isOwnLine ? following : preceding]?.name;
    return { text: text.trim(), ...(column === undefined ? {} : { column }) };
  });
}
