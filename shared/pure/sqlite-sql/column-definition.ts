import { parseExpression } from './parse-expression.ts';
import { isReserved } from './token-stream.ts';
import type { TokenStream } from './token-stream.ts';

export type ConflictAction = 'ROLLBACK' | 'ABORT' | 'FAIL' | 'IGNORE' | 'REPLACE';
export type ForeignKeyAction = 'NO ACTION' | 'RESTRICT' | 'SET NULL' | 'SET DEFAULT' | 'CASCADE';

export interface References {
  readonly table: string;
  /** Empty means the primary key of the table. */
  readonly columns: readonly string[];
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly deferrable: boolean;
  readonly initiallyDeferred: boolean;
  /** SQLite parses MATCH and ignores it. */
  readonly match?: string;
}

export interface ColumnDefault {
  /** `literal` also covers signed numbers; `keyword` is CURRENT_…, TRUE, FALSE, NULL or a bare word. */
  readonly kind: 'literal' | 'expression' | 'keyword';
  /** As written, without the parentheses of an expression. */
  readonly text: string;
}

interface Named {
  readonly name?: string;
}

export interface ColumnDefinition {
  readonly name: string;
  /** Verbatim, '' when the column has none. */
  readonly declaredType: string;
  readonly notNull?: Named & { readonly onConflict?: ConflictAction };
  readonly primaryKey?: Named & {
    readonly order: 'ASC' | 'DESC';
    readonly autoincrement: boolean;
    readonly onConflict?: ConflictAction;
  };
  readonly unique: readonly (Named & { readonly onConflict?: ConflictAction })[];
  readonly check: readonly (Named & { readonly expression: string })[];
  readonly default?: Named & ColumnDefault;
  readonly collate?: string;
  readonly generated?: { readonly expression: string; readonly stored: boolean };
  readonly references: readonly (Named & References)[];
}

type Draft = { -readonly [Key in keyof ColumnDefinition]: ColumnDefinition[Key] };

const constraintWords = new Set(
  'CONSTRAINT PRIMARY NOT NULL UNIQUE CHECK DEFAULT COLLATE REFERENCES AS ON DEFERRABLE FOREIGN'.split(' '),
);

/** Parses one column definition: name, optional type, constraints in any order. */
export function parseColumn(tokens: TokenStream): ColumnDefinition {
  const name = tokens.name();
  const draft: Draft = { name, declaredType: parseType(tokens), unique: [], check: [], references: [] };
  let constraintName: string | undefined;
  for (;;) {
    if (tokens.isKeyword('CONSTRAINT')) {
      tokens.next();
      constraintName = tokens.name();
      continue;
    }
    if (!parseColumnConstraint(tokens, draft, constraintName === undefined ? {} : { name: constraintName })) return draft;
    constraintName = undefined;
  }
}

function parseType(tokens: TokenStream): string {
  const start = tokens.position();
  const first = tokens.peek();
  let end = start;
  for (;;) {
    const token = tokens.peek();
    const isGenerated = tokens.isKeyword('GENERATED', 'ALWAYS');
    const isWord = token?.type === 'word' && !constraintWords.has(token.text.toUpperCase()) && !isReserved(token.text);
    if (isGenerated || !(isWord || token?.type === 'quoted' || token?.type === 'string')) break;
    tokens.next();
    end = tokens.lastEnd();
  }
  if (end > start && tokens.acceptOperator('(')) {
    while (!tokens.acceptOperator(')')) tokens.next();
    end = tokens.lastEnd();
  }
  // A type that is one quoted name loses its quotes, as in PRAGMA table_xinfo.
  const isQuoted = first?.end === end && (first.type === 'quoted' || first.type === 'string');
  return isQuoted ? first.value : tokens.text({ start, end });
}

function parseColumnConstraint(tokens: TokenStream, draft: Draft, named: Named): boolean {
  if (tokens.acceptKeyword('PRIMARY', 'KEY')) {
    const order = tokens.acceptKeyword('DESC') ? 'DESC' : 'ASC';
    if (order === 'ASC') tokens.acceptKeyword('ASC');
    const conflict = parseConflict(tokens);
    draft.primaryKey = { ...named, order, ...conflict, autoincrement: tokens.acceptKeyword('AUTOINCREMENT') };
  } else if (tokens.acceptKeyword('NOT', 'NULL')) {
    draft.notNull = { ...named, ...parseConflict(tokens) };
  } else if (tokens.acceptKeyword('NULL')) {
    parseConflict(tokens);
  } else if (tokens.acceptKeyword('UNIQUE')) {
    draft.unique = [...draft.unique, { ...named, ...parseConflict(tokens) }];
  } else if (tokens.acceptKeyword('CHECK')) {
    const expression = parseInParentheses(tokens);
    draft.check = [...draft.check, { ...named, expression }];
    parseConflict(tokens);
  } else if (tokens.acceptKeyword('DEFAULT')) {
    draft.default = { ...named, ...parseDefault(tokens) };
  } else if (tokens.acceptKeyword('COLLATE')) {
    draft.collate = tokens.name();
  } else if (tokens.acceptKeyword('REFERENCES')) {
    draft.references = [...draft.references, { ...named, ...parseReferences(tokens) }];
  } else if (tokens.isKeyword('DEFERRABLE') || tokens.isKeyword('NOT', 'DEFERRABLE')) {
    // Also valid after other constraints: it belongs to the last REFERENCES of the column.
    const deferral = parseDeferral(tokens);
    draft.references = draft.references.map((reference, index, list) =>
      index === list.length - 1 ? { ...reference, ...deferral } : reference,
    );
  } else if (tokens.acceptKeyword('GENERATED', 'ALWAYS', 'AS') || tokens.acceptKeyword('AS')) {
    const expression = parseInParentheses(tokens);
    const stored = tokens.acceptKeyword('STORED');
    if (!stored) tokens.acceptKeyword('VIRTUAL');
    draft.generated = { expression, stored };
  } else {
    return false;
  }
  return true;
}

function parseInParentheses(tokens: TokenStream): string {
  tokens.expectOperator('(');
  const { span } = parseExpression(tokens);
  tokens.expectOperator(')');
  return tokens.text(span);
}

function parseDefault(tokens: TokenStream): ColumnDefault {
  if (tokens.isOperator('(')) return { kind: 'expression', text: parseInParentheses(tokens) };
  const start = tokens.position();
  const isSigned = tokens.acceptOperator('-') || tokens.acceptOperator('+');
  const token = tokens.next();
  const text = tokens.text({ start, end: tokens.lastEnd() });
  if (token.type === 'word' && !(isSigned && isReserved(token.text))) return { kind: 'keyword', text };
  return ['integer', 'float', 'string', 'blob', 'quoted'].includes(token.type)
    ? { kind: 'literal', text }
    : tokens.fail('a default value is expected');
}

/** `ON CONFLICT action`, if it stands next. */
export function parseConflict(tokens: TokenStream): { onConflict?: ConflictAction } {
  if (!tokens.acceptKeyword('ON', 'CONFLICT')) return {};
  const actions = ['ROLLBACK', 'ABORT', 'FAIL', 'IGNORE', 'REPLACE'] as const;
  const onConflict = actions.find((action) => tokens.acceptKeyword(action));
  return onConflict === undefined ? tokens.fail('a conflict action is expected') : { onConflict };
}

/** What follows the word REFERENCES. */
export function parseReferences(tokens: TokenStream): References {
  const table = tokens.name();
  const columns: string[] = [];
  if (tokens.acceptOperator('(')) {
    do {
      columns.push(tokens.name());
      if (tokens.acceptKeyword('COLLATE')) tokens.name();
      if (!tokens.acceptKeyword('ASC')) tokens.acceptKeyword('DESC');
    } while (tokens.acceptOperator(','));
    tokens.expectOperator(')');
  }
  let onDelete: ForeignKeyAction = 'NO ACTION';
  let onUpdate: ForeignKeyAction = 'NO ACTION';
  let match: string | undefined;
  for (;;) {
    if (tokens.acceptKeyword('MATCH')) match = tokens.name();
    else if (tokens.acceptKeyword('ON', 'DELETE')) onDelete = parseAction(tokens);
    else if (tokens.acceptKeyword('ON', 'UPDATE')) onUpdate = parseAction(tokens);
    else if (tokens.acceptKeyword('ON', 'INSERT')) parseAction(tokens);
    else break;
  }
  const deferral =
    tokens.isKeyword('DEFERRABLE') || tokens.isKeyword('NOT', 'DEFERRABLE')
      ? parseDeferral(tokens)
      : { deferrable: false, initiallyDeferred: false };
  return { table, columns, onDelete, onUpdate, ...deferral, ...(match === undefined ? {} : { match }) };
}

function parseAction(tokens: TokenStream): ForeignKeyAction {
  const actions = ['NO ACTION', 'RESTRICT', 'SET NULL', 'SET DEFAULT', 'CASCADE'] as const;
  return actions.find((action) => tokens.acceptKeyword(...action.split(' '))) ?? tokens.fail('an action is expected');
}

function parseDeferral(tokens: TokenStream): { deferrable: boolean; initiallyDeferred: boolean } {
  const isNot = tokens.acceptKeyword('NOT');
  tokens.expectKeyword('DEFERRABLE');
  let isDeferred = false;
  if (tokens.acceptKeyword('INITIALLY')) {
    isDeferred = tokens.acceptKeyword('DEFERRED');
    if (!isDeferred) tokens.expectKeyword('IMMEDIATE');
  }
  // NOT DEFERRABLE INITIALLY DEFERRED is immediate in SQLite (foreignkeys.html, section 4.2).
  return { deferrable: !isNot, initiallyDeferred: !isNot && isDeferred };
}
