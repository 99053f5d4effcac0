import type { ColumnTarget, TranslationContext, Translated } from './context.ts';
import type { ViewDefinition } from './create-view.ts';
import { createTranslator } from './create-translator.ts';
import { Untranslatable } from './errors.ts';
import { parseSelectText } from './parse-select.ts';
import { emptyScope } from './scope.ts';
import { uniqueNames } from './print-select.ts';
import type { OutputColumn } from './translator.ts';

export type TranslatedView = Translated & {
  /** Column name in SQLite → target, in order: register it so that later views can read this one. */
  readonly columns: ReadonlyMap<string, ColumnTarget>;
};

/**
 * Translates the SELECT of a view; `sql` goes behind `CREATE VIEW name (columns) AS`.
 * Views that read other views need those in the context first.
 * @throws Untranslatable, SqliteSyntaxError
 */
export function translateView(view: ViewDefinition, context: TranslationContext): TranslatedView {
  const { translator, notes } = createTranslator(context);
  const result = translator.select(parseSelectText(view.select), emptyScope);
  if (view.columns !== undefined && view.columns.length !== result.columns.length) {
    throw new Untranslatable(`the view names ${view.columns.length} columns, its SELECT has ${result.columns.length}`);
  }
  const names = uniqueNames(view.columns ?? result.columns.map((column) => column.name));
  const columns = new Map(result.columns.map((column, index) => [names[index] ?? column.name, columnTarget(column, index, view, context)]));
  const renamed = view.columns === undefined ? result.sql : rename(result.sql, [...columns.values()]);
  return { sql: renamed, notes: notes(), columns };
}

function rename(sql: string, columns: readonly ColumnTarget[]): string {
  const names = columns.map((column) => `"${column.name.replaceAll('"', '""')}"`).join(', ');
  return `SELECT * FROM (${sql}) AS "of" (${names})`;
}

function columnTarget(column: OutputColumn, index: number, view: ViewDefinition, context: TranslationContext): ColumnTarget {
  const given = view.columns?.[index];
  const { type } = column;
  return {
    name: given === undefined ? column.target : (context.identifier?.(given) ?? given),
    pgType: type.pg,
    affinity: type.affinity,
    computed: { kind: type.kind, wholeIsInteger: type.wholeIsInteger === true, isColumn: type.isColumn === true },
    ...(type.collation === 'BINARY' ? {} : { collate: type.collation }),
    ...(type.storedAs === undefined ? {} : { storedAs: type.storedAs, storedReals: type.kind === 'num' }),
    ...(type.rewritten === undefined ? {} : { rewritten: type.rewritten }),
    ...(type.textFormat === undefined ? {} : { textFormat: type.textFormat }),
    ...(type.pgCollation === undefined ? {} : { pgCollation: type.pgCollation }),
  };
}
