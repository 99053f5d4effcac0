import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import type { PlanColumn } from '../../../shared/model/plan.ts';
import type { RepairProblem } from '../../../shared/model/repair.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { brokenCondition } from '../assess/broken-checks.ts';
import { orphanCondition, parentOf } from '../assess/orphans.ts';
import { tableItself } from '../../drivers/sqlite/index.ts';
import { tableKey } from '../../drivers/sqlite/read-key.ts';
import { formCall, type WayOf } from '../keys/index.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** A column of a key with the collation of its index in SQLite. */
export interface KeyPart {
  readonly name: string;
  readonly collation: string;
}

/** One key that rows may break, with all that its SQL is made of. */
export interface Problem {
  readonly id: string;
  readonly problem: RepairProblem;
  readonly table: SqliteTable;
  readonly parts: readonly KeyPart[];
  /** How the table's columns cross: uniqueness is the target's. */
  readonly planned: readonly PlanColumn[];
  /** How the columns of the table cross that a foreign key points at. */
  readonly plannedParent?: readonly PlanColumn[];
  readonly foreignKey?: SqliteForeignKey;
  /** Of a CHECK: its condition in SQLite's words. */
  readonly check?: string;
}

/** The columns that tell rows of the copy apart; null where a table hides its rowid behind columns. */
export function rowNames(table: SqliteTable): readonly string[] | null {
  const key = tableKey(table);
  if (key.kind === 'rowid') return [key.name];
  return key.kind === 'key' ? key.columns : null;
}

/** `a` or `(a, b)`, with an alias before each. */
export function tuple(names: readonly string[], alias: string): string {
  const list = names.map((name) => `${alias === '' ? '' : `${alias}.`}${quoteIdent(name)}`).join(', ');
  return names.length === 1 ? list : `(${list})`;
}

/** A column is compared as it is loaded; what the server makes of it then is unknown here. */
function wayIn(columns: readonly PlanColumn[], name: string): ReturnType<WayOf> {
  const column = columns.find((each) => sameName(each.source, name));
  return column === undefined ? undefined : { type: column.loadedAs ?? column.type, ...(column.cast === undefined ? {} : { cast: column.cast }) };
}

/**
 * Condition on the table as `c` for the rows that break the key: the one truth for counting, taking out and changing.
 *
 * @param from - what stands behind FROM for the rows of a table that the key compares with
 */
export function conditionOf({ problem, table, parts, planned, plannedParent = [], foreignKey, check }: Problem, catalog: SqliteCatalog, from: (table: string) => string = quoteIdent): string | undefined {
  if (problem === 'orphan') {
    const wayOf: WayOf = (of, name) => wayIn(of.name === table.name ? planned : plannedParent, name);
    return foreignKey === undefined ? undefined : orphanCondition(catalog, table, foreignKey, wayOf, from);
  }
  if (problem === 'null-key') return parts.map(({ name }) => `c.${quoteIdent(name)} IS NULL`).join(' OR ');
  const keys = rowNames(table);
  if (keys === null) return undefined;
  if (problem === 'check') {
    // In a query of its own, since the condition may name its table.
    return check === undefined ? undefined : `${tuple(keys, 'c')} IN (SELECT ${keys.map(quoteIdent).join(', ')} FROM ${tableItself(table)} WHERE ${brokenCondition(check, table)})`;
  }
  const forms = parts.map(({ name, collation }) => {
    const way = wayIn(planned, name);
    return formCall(`d.${quoteIdent(name)}`, way?.type ?? 'text', way?.cast, collation);
  });
  const names = keys.map((name) => `d.${quoteIdent(name)}`).join(', ');
  const places = keys.map((_, index) => `k${index + 1}`).join(', ');
  return `${tuple(keys, 'c')} IN (SELECT ${places} FROM (SELECT ${keys.map((name, index) => `d.${quoteIdent(name)} AS k${index + 1}`).join(', ')}, `
    + `row_number() OVER (PARTITION BY ${forms.join(', ')} ORDER BY ${names}) AS n FROM ${from(table.name)} AS d WHERE ${forms.map((form) => `${form} IS NOT NULL`).join(' AND ')}) WHERE n > 1)`;
}

/**
 * Counts the rows that break the key; of tables of which only part crosses, among the rows that do.
 *
 * @param filterOf - the condition on a table's rows that cross, undefined where all do
 * @returns undefined where the rows cannot be told by SQL
 */
export function countOfBroken(problem: Problem, catalog: SqliteCatalog, filterOf: (table: string) => string | undefined): string | undefined {
  const crossing = (name: string): string => quoteIdent(`${name} that crosses`);
  const from = (name: string): string => (filterOf(name) === undefined ? quoteIdent(name) : crossing(name));
  const condition = conditionOf(problem, catalog, from);
  if (condition === undefined) return undefined;
  const { table, foreignKey } = problem;
  const parent = foreignKey === undefined ? undefined : parentOf(catalog, foreignKey);
  const parts = [...new Set(parent === undefined ? [table] : [table, parent])].flatMap((each) => {
    const filter = filterOf(each.name);
    if (filter === undefined) return [];
    // A rowid is not among the columns that a star stands for.
    const hidden = (rowNames(each) ?? []).filter((name) => !each.columns.some((column) => sameName(column.name, name)));
    const columns = ['*', ...hidden.map((name) => `${quoteIdent(name)} AS ${quoteIdent(name)}`)];
    return [`${crossing(each.name)} AS NOT MATERIALIZED (SELECT ${columns.join(', ')} FROM main.${quoteIdent(each.name)} WHERE (${filter}\n))`];
  });
  return `${parts.length === 0 ? '' : `WITH ${parts.join(', ')} `}SELECT count(*) FROM ${from(table.name)} AS c WHERE ${condition}`;
}
