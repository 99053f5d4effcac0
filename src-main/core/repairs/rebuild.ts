import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import type { PlanTable } from '../../../shared/model/plan.ts';
import { changesRows, type PlanRepair } from '../../../shared/model/repair.ts';
import { parseTable } from '../plan/parsed-table.ts';
import type { KeyPart, Problem } from './problem.ts';
import { repairStatements, type RepairStatements } from './statements.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** A repair of the plan with what its statements are made of. */
export interface Step {
  readonly repair: PlanRepair;
  readonly problem: Problem;
  /** Null where nothing is done. */
  readonly statements: RepairStatements | null;
}

/**
 * Makes a plan's repairs anew from the copy's own structure. Only statements made here run: they must be the ones that the plan
 * shows, so a plan file that was changed by hand runs nothing that this program would not write itself.
 *
 * @throws TravessiaError PLAN_STALE, PLAN_INVALID
 */
export function rebuildSteps(repairs: readonly PlanRepair[], tables: readonly PlanTable[], catalog: SqliteCatalog): Step[] {
  return repairs.map((repair) => {
    const problem = problemOf(repair, tables, catalog);
    if (problem === undefined) throw stale(repair, repair.problem === 'check' ? 'the source no longer has that condition' : 'the source no longer has that key');
    if (!changesRows(repair.choice)) return { repair, problem, statements: null };
    const filtered = tables.find((table) => table.filter !== undefined && [repair.table, repair.parent?.table].includes(table.source.table));
    if (filtered !== undefined) {
      throw new TravessiaError('PLAN_INVALID', { message: `The plan repairs ${repair.object} and lets only part of ${filtered.source.table} cross; the two cannot go together.`, hint: 'Take the filter or the repair out of the plan.' });
    }
    const shown = repair.offers.find((offer) => offer.choice === repair.choice);
    if (shown === undefined) {
      throw new TravessiaError('REPAIR_NOT_POSSIBLE', { message: `${repair.choice} is not possible for ${repair.table}.${repair.object}.`, hint: `Possible: ${repair.offers.map((offer) => offer.choice).join(', ')}.` });
    }
    const statements = repairStatements(problem, repair.choice, catalog);
    const made = [...statements.once, ...statements.round];
    if (made.length !== shown.sql.length || made.some((sql, index) => sql !== shown.sql[index])) throw stale(repair, 'its SQL in the plan is not what the source asks for now');
    return { repair, problem, statements };
  });
}

function stale(repair: PlanRepair, what: string): TravessiaError {
  return new TravessiaError('PLAN_STALE', { message: `The repair of ${repair.table}.${repair.object} cannot run: ${what}.`, hint: 'Assess the source again and make a new plan.' });
}

function problemOf(repair: PlanRepair, tables: readonly PlanTable[], catalog: SqliteCatalog): Problem | undefined {
  const table = catalog.tables.find((each) => each.name === repair.table);
  const planned = tables.find((each) => each.source.table === repair.table)?.columns;
  if (table === undefined || planned === undefined) return undefined;
  const base = { id: repair.id, problem: repair.problem, table, planned };
  if (repair.problem === 'orphan') {
    const foreignKey = table.foreignKeys.find((key) => equal(key.columns, repair.columns) && key.parent === repair.parent?.table && equal(key.parentColumns, repair.parent.columns));
    const plannedParent = tables.find((each) => sameName(each.source.table, foreignKey?.parent))?.columns ?? [];
    return foreignKey === undefined ? undefined : { ...base, parts: plain(repair.columns), foreignKey, plannedParent };
  }
  if (repair.problem === 'null-key') return { ...base, parts: plain(repair.columns) };
  if (repair.problem === 'check') {
    // Only a condition that the copy's own table states runs.
    const check = parseTable(table.sql)?.checks.find(({ expression }) => expression === repair.check)?.expression;
    return check === undefined ? undefined : { ...base, parts: plain(repair.columns), check };
  }
  const parts = indexParts(table, repair);
  return parts === undefined ? undefined : { ...base, parts };
}

function indexParts(table: SqliteTable, repair: PlanRepair): KeyPart[] | undefined {
  const found = table.indexes.filter((index) => index.unique && !index.partial && (repair.problem === 'duplicate-key') === (index.origin === 'pk') && equal(index.columns.map(({ name }) => name ?? ''), repair.columns));
  const index = found.find((each) => each.name === repair.object) ?? found[0];
  return index?.columns.map(({ name, collation }) => ({ name: name ?? '', collation }));
}

function plain(columns: readonly string[]): KeyPart[] {
  return columns.map((name) => ({ name, collation: 'BINARY' }));
}

function equal(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((each, index) => each === b[index]);
}
