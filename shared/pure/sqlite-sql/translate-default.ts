import type { Expression } from './ast.ts';
import type { StoredAs } from './context.ts';
import { createTranslator } from './create-translator.ts';
import { fitValue } from './fit-value.ts';
import { parseExpressionText } from './parse-expression.ts';
import { emptyScope } from './scope.ts';
import { baseType } from './typed.ts';

export interface TranslatedDefault {
  /** Goes behind DEFAULT. */
  readonly sql: string;
  readonly note?: string;
}

/**
 * Translates a column's default by meaning, for the type the plan gave the column.
 * @param defaultText as in parseCreateTable or PRAGMA table_xinfo's dflt_value, with or without outer parentheses.
 * @param cast how the loader reads the column's values, when they are not what the type says (epoch numbers).
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateDefault(defaultText: string, pgType: string, cast?: StoredAs): TranslatedDefault {
  const { translator, notes } = createTranslator({ table: () => undefined, serverVersion: 13 });
  const node = parseExpressionText(defaultText);
  const target = baseType(pgType);
  if (isRandomHex(defaultText)) {
    const uuid = uuidDefault(defaultText, target);
    if (uuid !== undefined) return uuid;
  }
  const value = translator.expression(bareWord(node), emptyScope);
  const sql = value.kind === 'null' ? 'NULL' : fitValue(value, pgType, cast, 'default');
  const [note] = notes();
  return note === undefined ? { sql } : { sql, note: notes().join('; ') };
}

/** `DEFAULT word` without quotes is the text of the word, unless it is TRUE, FALSE or a keyword. */
function bareWord(node: Expression): Expression {
  const isWord = node.type === 'column' && node.table === undefined && !/^(true|false)$/i.test(node.name);
  return isWord ? { type: 'literal', value: { kind: 'string', text: node.name }, span: node.span } : node;
}

const isRandomHex = (sql: string): boolean => /randomblob/i.test(sql) && /hex/i.test(sql);

/** The idioms for random keys: 32 hex digits, or the five groups of a UUID written out. */
function uuidDefault(sql: string, target: string): TranslatedDefault | undefined {
  const compact = sql.replace(/\s+/g, '').toLowerCase().replace(/^\((.*)\)$/, '$1');
  const isDigits = /^(lower\(hex\(randomblob\(16\)\)\)|hex\(randomblob\(16\)\))$/.test(compact);
  const isGroups = /randomblob\(4\)/.test(compact) && /randomblob\(6\)/.test(compact) && /'-4?'/.test(compact) && !/[^a-z0-9()|'\-,%+]/.test(compact);
  if (!isDigits && !isGroups) return undefined;
  if (target === 'uuid') return { sql: 'gen_random_uuid()' };
  if (isGroups && (target === 'text' || target === 'character varying') && compact.includes('lower(')) {
    return { sql: 'gen_random_uuid()::text', note: 'a random UUID made by PostgreSQL instead of one put together from random bytes' };
  }
  return undefined;
}
