import type { TranslationContext, Translated } from './context.ts';
import { createTranslator } from './create-translator.ts';
import { parseExpressionText } from './parse-expression.ts';
import { parseSelectText } from './parse-select.ts';
import { emptyScope, tableScope } from './scope.ts';
import { tableOf } from './translate-check.ts';
import type { TranslatedSelect } from './translator.ts';

/** Translates any SELECT. @throws Untranslatable, SqliteSyntaxError */
export function translateSelect(sql: string, context: TranslationContext): TranslatedSelect & Translated {
  const { translator, notes } = createTranslator(context);
  return { ...translator.select(parseSelectText(sql), emptyScope), notes: notes() };
}

/** Translates an expression on one table's row (names printed without the table), e.g. a row filter. */
export function translateExpression(sql: string, tableName: string, context: TranslationContext): Translated {
  const { translator, notes } = createTranslator(context);
  const value = translator.expression(parseExpressionText(sql), tableScope(tableName, tableOf(tableName, context)));
  return { sql: value.sql, notes: notes() };
}
