import { truth } from './coerce.ts';
import { collated } from './compare.ts';
import type { TranslationContext, Translated } from './context.ts';
import type { IndexDefinition } from './create-index.ts';
import { createTranslator } from './create-translator.ts';
import { Untranslatable } from './errors.ts';
import { parseExpressionText } from './parse-expression.ts';
import { tableScope } from './scope.ts';
import { tableOf } from './translate-check.ts';
import { refuseUnstable } from './translate-generated.ts';
import { isTemporal } from './typed.ts';
import type { Typed } from './typed.ts';

export interface TranslatedIndex {
  /** Printed terms, each with its direction, to join by commas. */
  readonly terms: readonly string[];
  /** Condition of a partial index. */
  readonly where?: string;
  /** True if a term is more than a column: then it cannot be a UNIQUE constraint, only an index. */
  readonly hasExpressions: boolean;
  readonly notes: Translated['notes'];
}

/**
 * Translates the terms and the condition of an index. A term under NOCASE becomes lower(…), one under RTRIM rtrim(…),
 * so that a unique index refuses what SQLite refused.
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateIndex(index: IndexDefinition, context: TranslationContext): TranslatedIndex {
  const { translator, notes, unstable } = createTranslator(context);
  const scope = tableScope(index.table, tableOf(index.table, context));
  let hasExpressions = false;
  const terms = index.terms.map((term) => {
    const value = translator.expression(parseExpressionText(term.column === undefined ? term.expression : quoted(term.column)), scope);
    const printed = printTerm(value, collationOf(term.collate) ?? value.collation);
    if (printed !== value.sql || value.isColumn !== true) hasExpressions = true;
    const sql = printed === value.sql && value.isColumn === true ? printed : wrap(printed);
    return term.descending ? `${sql} DESC` : sql;
  });
  const where = index.where === undefined ? undefined : truth(translator.expression(parseExpressionText(index.where), scope));
  refuseUnstable(unstable(), 'an index');
  // A condition that is nothing but true makes no partial index in PostgreSQL.
  return { terms, hasExpressions, notes: notes(), ...(where === undefined || where === 'TRUE' ? {} : { where }) };
}

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;
const wrap = (sql: string): string => `(${sql})`;

function printTerm(value: Typed, collation: Typed['collation']): string {
  if (value.kind === 'null' || value.literal !== undefined) throw new Untranslatable('an index on a constant');
  if (value.kind === 'opaque' || value.kind !== 'text' || isTemporal(value.pg) || value.pg === 'citext') return value.sql;
  return collation === 'BINARY' ? value.sql : collated(value, collation);
}

function collationOf(name: string | undefined): Typed['collation'] | undefined {
  const upper = name?.toUpperCase();
  if (upper === undefined || upper === 'BINARY' || upper === 'NOCASE' || upper === 'RTRIM') return upper;
  throw new Untranslatable(`the collation ${name ?? ''} is defined by the program, not by SQLite`);
}
