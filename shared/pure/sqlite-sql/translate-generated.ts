import { asShown, plain } from './coerce.ts';
import type { TranslationContext, Translated } from './context.ts';
import { createTranslator } from './create-translator.ts';
import { Untranslatable } from './errors.ts';
import { parseExpressionText } from './parse-expression.ts';
import { tableScope } from './scope.ts';
import { tableOf } from './translate-check.ts';
import { baseType, isNumber } from './typed.ts';
import type { Typed } from './typed.ts';

/**
 * Translates the expression of a generated column, cast to the type the plan chose for it.
 * PostgreSQL stores such columns and asks for an expression that depends on nothing but the row.
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateGenerated(text: string, tableName: string, pgType: string, context: TranslationContext): Translated {
  const { translator, notes, unstable } = createTranslator(context);
  const value = translator.expression(parseExpressionText(text), tableScope(tableName, tableOf(tableName, context)));
  refuseUnstable(unstable(), 'a generated column');
  return { sql: fit(value, pgType), notes: notes() };
}

/** Raises Untranslatable if the expression depends on settings or the clock. */
export function refuseUnstable(unstable: readonly string[], where: string): void {
  const [what] = unstable;
  if (what !== undefined) {
    throw new Untranslatable(`${where} that uses ${what}: PostgreSQL wants a result that depends on the row alone`);
  }
}

function fit(value: Typed, pgType: string): string {
  const target = baseType(pgType);
  if (value.pg === target) return value.sql;
  if (target === 'boolean') {
    if (value.pg === 'boolean') return value.sql;
    throw new Untranslatable('a generated boolean column whose expression is not a condition');
  }
  const shown = value.pg === 'boolean' ? plain(value) : asShown(value);
  const isFitting = (isNumber(shown.kind) && ['bigint', 'integer', 'smallint', 'numeric', 'double precision', 'real'].includes(target)) ||
    shown.kind === 'null' || ((shown.kind === 'text' || shown.kind === 'mixed') && (target === 'text' || target === 'character varying'));
  if (!isFitting) throw new Untranslatable(`a generated column of type ${pgType} whose expression gives ${shown.pg}`);
  return shown.pg === target ? shown.sql : `${shown.sql}::${pgType}`;
}
