import type { TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { tokenize } from '../../../shared/pure/sqlite-sql/index.ts';
import { countOfRows, tableItself, type SqliteDb } from '../../drivers/sqlite/index.ts';
import { parseTable } from '../plan/parsed-table.ts';
import { keyColumns } from './scan-result.ts';
import { foldName } from '../../../shared/pure/fold-name.ts';

export type JudgedCheck = NonNullable<TableAssessment['checks']>[number];

const maxExamples = 5;

/**
 * Condition on a table's own columns that holds for the rows that break a CHECK: those for which it is false; NULL passes
 * (https://sqlite.org/lang_createtable.html#ckconst). A name in double quotes that is no column is the text SQLite took it for when the
 * table was made (https://sqlite.org/quirks.html#dblquote), which it no longer does in a query.
 */
export function brokenCondition(expression: string, table: Pick<SqliteTable, 'columns'>): string {
  const columns = new Set(table.columns.map(({ name }) => foldName(name)));
  const said = tokenize(expression).map(({ type, text, value, quote }, at, all) => {
    const qualifies = all.slice(at + 1).find((token) => token.type !== 'space')?.text === '.';
    return type === 'quoted' && quote === '"' && !qualifies && !columns.has(foldName(value)) ? `'${value.replaceAll("'", "''")}'` : text;
  });
  return `NOT (${said.join('')}\n)`;
}

/** The columns that a CHECK names, in the table's order. */
export function checkedColumns(expression: string, table: Pick<SqliteTable, 'columns'>): string[] {
  const words = new Set(tokenize(expression).flatMap(({ type, value }) => (type === 'word' || type === 'quoted' ? [foldName(value)] : [])));
  return table.columns.map(({ name }) => name).filter((name) => words.has(foldName(name)));
}

/** Asks SQLite itself how many rows break each CHECK of a table: programs may have written them before the rule, or without it. */
export function judgeChecks(db: SqliteDb, table: SqliteTable): JudgedCheck[] {
  if (table.virtual !== undefined) return [];
  const expressions = [...new Set((parseTable(table.sql)?.checks ?? []).map(({ expression }) => expression))];
  const counts = countBroken(db, table, expressions) ?? expressions.map((expression) => countBroken(db, table, [expression])?.[0]);
  return expressions.flatMap((expression, at): JudgedCheck[] => {
    const broken = counts[at];
    return broken === undefined ? [] : [{ expression, broken: String(broken), examples: broken === 0n ? [] : examplesOf(db, table, expression) }];
  });
}

/** All of them in one reading; undefined where SQLite cannot evaluate one of them here. */
function countBroken(db: SqliteDb, table: SqliteTable, expressions: readonly string[]): bigint[] | undefined {
  if (expressions.length === 0) return [];
  try {
    const counts = expressions.map((expression) => `${countOfRows} FILTER (WHERE ${brokenCondition(expression, table)})`);
    return db.prepare<unknown[], bigint[]>(`SELECT ${counts.join(', ')} FROM ${tableItself(table)}`).raw().safeIntegers(true).get();
  } catch {
    return undefined;
  }
}

function examplesOf(db: SqliteDb, table: SqliteTable, expression: string): string[] {
  const keys = keyColumns(table).map((column) => column.name);
  const names = [...(keys.length > 0 ? keys : table.rowidName === null ? [] : [table.rowidName])];
  const values = checkedColumns(expression, table).filter((name) => !names.includes(name));
  const all = [...names, ...values];
  if (all.length === 0) return [];
  const rows = db.prepare<unknown[], SourceValue[]>(`SELECT ${all.map(quoteIdent).join(', ')} FROM ${tableItself(table)} WHERE ${brokenCondition(expression, table)} LIMIT ${maxExamples}`).raw().safeIntegers(true).all();
  return rows.map((row) => [keyText(names, row.slice(0, names.length)), keyText(values, row.slice(names.length))].filter((part) => part !== '').join(': ').slice(0, 200));
}
