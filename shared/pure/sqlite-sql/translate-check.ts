import { truth } from './coerce.ts';
import type { TranslationContext, Translated } from './context.ts';
import { createTranslator } from './create-translator.ts';
import { Untranslatable } from './errors.ts';
import { parseExpressionText } from './parse-expression.ts';
import { tableScope } from './scope.ts';
import type { TableTarget } from './context.ts';

export type TranslatedCheck = Translated & {
  /** Why nothing needs to be created: the target's types already make the condition true. */
  readonly dropped?: string;
};

/**
 * Translates the expression of a CHECK constraint.
 * @param text as given by parseCreateTable, without the parentheses.
 * @returns SQL to put in parentheses behind CHECK.
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateCheck(text: string, tableName: string, context: TranslationContext): TranslatedCheck {
  const { translator, notes, unstable } = createTranslator(context);
  const node = parseExpressionText(text);
  const scope = tableScope(tableName, tableOf(tableName, context));
  const value = translator.expression(node, scope);
  const sql = truth(value);
  if (/\bSELECT\b/.test(sql) && JSON.stringify(node).includes('"select"')) {
    throw new Untranslatable('a subquery in a CHECK constraint');
  }
  if (unstable().some((what) => what.startsWith('now') || what.startsWith('random') || what.startsWith('gen_'))) {
    throw new Untranslatable('a CHECK constraint that depends on the clock or on chance: stored rows would fail it later');
  }
  const isTrue = sql === 'TRUE' || value.isNeverFalse === true || isAlwaysTrue(sql);
  if (isTrue) return { sql: 'TRUE', notes: notes(), dropped: 'the types of the columns already make it true' };
  return { sql, notes: notes() };
}

/** What is left of `typeof(x) IN ('integer', 'null')` once the type is known. */
function isAlwaysTrue(sql: string): boolean {
  const match = /^\(\((\S+) IS (NOT )?NULL\) OR \(\1 IS (NOT )?NULL\)\)$/.exec(sql);
  return match !== null && match[2] !== match[3];
}

/** The table of a context; raises Untranslatable if it does not cross. */
export function tableOf(name: string, context: TranslationContext): TableTarget {
  const table = context.table(name);
  if (table === undefined) throw new Untranslatable(`the table ${name} does not cross to the target`);
  return table;
}
