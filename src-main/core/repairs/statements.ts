import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { RepairChoice } from '../../../shared/model/repair.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { parentOf } from '../assess/orphans.ts';
import { emptiedColumns } from './possible.ts';
import { conditionOf, rowNames, tuple, type Problem } from './problem.ts';

/**
 * The statements of one choice. `once` makes the tables in which what changes is kept; `round` is repeated with the other repairs'
 * until a whole round changes nothing, since each may give another one work. In a round the first statement notes what the second does.
 */
export interface RepairStatements {
  readonly once: readonly string[];
  readonly round: readonly string[];
}

/** Name of the table in `kept` that notes a repair's rows by their key (k1, k2 …), and the values that left (v1, v2 …). */
export function keptTable(id: string): string {
  return `kept.${quoteIdent(id)}`;
}

/** Keys that parents are made of, before those have rows of their own. */
export function wantedTable(id: string): string {
  return `kept.${quoteIdent(`${id} wanted`)}`;
}

/** @throws Error where the choice is not possible (see `possible.ts`) */
export function repairStatements(problem: Problem, choice: Exclude<RepairChoice, 'keep' | 'drop'>, catalog: SqliteCatalog): RepairStatements {
  const condition = conditionOf(problem, catalog);
  const keys = rowNames(problem.table);
  if (condition === undefined || keys === null) throw new Error(`${problem.id} has no statement`);
  const table = quoteIdent(problem.table.name);
  const kept = keptTable(problem.id);
  const places = (letter: string, count: number): string => Array.from({ length: count }, (_, index) => `${letter}${index + 1}`).join(', ');
  const aliased = (names: readonly string[]): string => names.map((name) => `c.${quoteIdent(name)}`).join(', ');
  if (choice === 'quarantine') {
    return {
      once: [`CREATE TABLE ${kept} (${places('k', keys.length)})`],
      round: [`INSERT INTO ${kept} SELECT ${aliased(keys)} FROM ${table} AS c WHERE ${condition}`, `DELETE FROM ${table} AS c WHERE ${condition}`],
    };
  }
  if (choice === 'null-out') {
    const columns = emptiedColumns(problem);
    return {
      once: [`CREATE TABLE ${kept} (${places('k', keys.length)}, ${places('v', columns.length)})`],
      round: [
        `INSERT INTO ${kept} SELECT ${aliased([...keys, ...columns])} FROM ${table} AS c WHERE ${condition}`,
        `UPDATE ${table} AS c SET ${columns.map((name) => `${quoteIdent(name)} = NULL`).join(', ')} WHERE ${condition}`,
      ],
    };
  }
  const { foreignKey } = problem;
  const parent = foreignKey === undefined ? undefined : parentOf(catalog, foreignKey);
  const parentKeys = parent === undefined ? null : rowNames(parent);
  if (foreignKey === undefined || parent === undefined || parentKeys === null) throw new Error(`${problem.id} has no parent`);
  const wanted = wantedTable(problem.id);
  const values = foreignKey.columns.map((_, index) => `v${index + 1}`);
  const match = foreignKey.parentColumns.map((name, index) => `p.${quoteIdent(name)} = w.v${index + 1}`).join(' AND ');
  return {
    once: [`CREATE TABLE ${wanted} (${values.join(', ')})`, `CREATE TABLE ${kept} (${places('k', parentKeys.length)})`],
    round: [
      `INSERT INTO ${wanted} SELECT DISTINCT ${aliased(foreignKey.columns)} FROM ${table} AS c WHERE ${condition}`,
      // Two spellings of one key, 1 and '1', make one parent.
      `INSERT INTO ${quoteIdent(parent.name)} (${foreignKey.parentColumns.map(quoteIdent).join(', ')}) SELECT ${values.join(', ')} FROM ${wanted} WHERE true ON CONFLICT DO NOTHING`,
      `INSERT INTO ${kept} SELECT DISTINCT ${parentKeys.map((name) => `p.${quoteIdent(name)}`).join(', ')} FROM ${wanted} AS w CROSS JOIN ${quoteIdent(parent.name)} AS p ON ${match} `
        + `WHERE ${tuple(parentKeys, 'p')} NOT IN (SELECT ${places('k', parentKeys.length)} FROM ${kept})`,
    ],
  };
}
