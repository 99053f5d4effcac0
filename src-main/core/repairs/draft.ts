import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import type { PlanColumn, Reason } from '../../../shared/model/plan.ts';
import { changesRows, repairChoices, type PlanRepair, type RepairChoice, type RepairOutcome, type RepairProblem, type RepairRule } from '../../../shared/model/repair.ts';
import { describe } from '../../../shared/pure/texts/index.ts';
import { refusalOf, type Surroundings } from './possible.ts';
import { countOfBroken, type KeyPart, type Problem } from './problem.ts';
import { ruleText, speaksOf } from './rules.ts';
import { repairStatements } from './statements.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** A key of the source as planning meets it, with the rows that the assessment found to break it. */
export interface FoundProblem {
  readonly problem: RepairProblem;
  readonly table: SqliteTable;
  /** Name in the target. */
  readonly object: string;
  /** Name of its index in the source, where it has one of its own. */
  readonly index?: string;
  readonly parts: readonly KeyPart[];
  readonly planned: readonly PlanColumn[];
  readonly plannedParent?: readonly PlanColumn[];
  readonly foreignKey?: SqliteForeignKey;
  readonly check?: string;
  /** Rows that break it, decimal text. */
  readonly count: string;
  /** They were counted under the types that are planned; absent: they do not depend on types. */
  readonly isCounted?: boolean;
}

/** A key whose rows have to be counted anew. */
export interface UncountedKey {
  readonly database: string;
  readonly id: string;
  readonly sql: string;
}

/** What trying the choices showed: rows that break a key before, or through, the other repairs, and what became of them. */
export type Measured = ReadonlyMap<string, { readonly count: string; readonly outcome: RepairOutcome }>;

/** The repairs of one source while its plan is made. */
export interface RepairDraft {
  /** Notes a key. @returns what is done, and how many rows break it; @throws TravessiaError REPAIR_NOT_POSSIBLE */
  choose(found: FoundProblem): { readonly choice: RepairChoice; readonly count: string };
  /** Parents before children; only what rows break. While something is still to be tried, keys that no row breaks yet stand in it too. */
  list(): PlanRepair[];
}

export function repairId(problem: RepairProblem, table: string, object: string): string {
  return `${problem} ${table}.${object}`;
}

export interface RepairDraftInput {
  readonly database: string;
  readonly catalog: SqliteCatalog;
  readonly rules: readonly RepairRule[];
  /** Rules that spoke of some key; added to. */
  readonly met: Set<RepairRule>;
  readonly surroundings: Surroundings;
  readonly measured: Measured | null;
  /** Rows by `database NUL id`, counted for this plan. */
  readonly counted: ReadonlyMap<string, string>;
  /** Keys whose rows nobody counted under the planned types; added to. */
  readonly uncounted: UncountedKey[];
}

export function createRepairs({ database, catalog, rules, met, surroundings, measured, counted, uncounted }: RepairDraftInput): RepairDraft {
  const repairs: { readonly repair: PlanRepair; readonly table: SqliteTable }[] = [];
  return {
    choose(found) {
      const id = repairId(found.problem, found.table.name, found.object);
      const seen = measured?.get(`${database}\0${id}`);
      const known = counted.get(`${database}\0${id}`);
      const count = seen?.count ?? known ?? found.count;
      const problem: Problem = {
        id, problem: found.problem, table: found.table, parts: found.parts, planned: found.planned,
        ...(found.plannedParent === undefined ? {} : { plannedParent: found.plannedParent }), ...(found.foreignKey === undefined ? {} : { foreignKey: found.foreignKey }), ...(found.check === undefined ? {} : { check: found.check }),
      };
      const { filterOf } = surroundings;
      // Rows that stay behind break nothing, and what points at them does.
      const isPart = filterOf(found.table.name) !== undefined && found.count !== '0' || (found.foreignKey !== undefined && filterOf(found.foreignKey.parent) !== undefined);
      const sql = (found.isCounted === false || isPart) && known === undefined ? countOfBroken(problem, catalog, filterOf) : undefined;
      if (sql !== undefined) uncounted.push({ database, id, sql });
      const { offers, refused } = offersOf(problem, catalog, surroundings);
      const rule = rules.filter((each) => speaksOf(each, database, found)).at(-1);
      for (const each of rules) if (speaksOf(each, database, found)) met.add(each);
      const wanted = rule?.choice ?? 'keep';
      const possible = offers.some((offer) => offer.choice === wanted);
      // A word for all keys does not bind those that nothing is wrong with, which is not known before they are counted.
      if (!possible && sql === undefined && (count !== '0' || rule?.object !== undefined)) throw impossible(rule, found, offers.map((offer) => offer.choice), refused);
      const choice = possible ? wanted : 'keep';
      repairs.push({
        table: found.table,
        repair: {
          id, database, table: found.table.name, problem: found.problem, object: found.object, columns: found.parts.map(({ name }) => name),
          ...(found.foreignKey === undefined ? {} : { parent: { table: found.foreignKey.parent, columns: [...found.foreignKey.parentColumns] } }),
          ...(found.check === undefined ? {} : { check: found.check }),
          count, choice, offers, refused, ...(!changesRows(choice) || seen === undefined ? {} : { outcome: seen.outcome }),
        },
      });
      return { choice, count };
    },
    list() {
      const trying = measured === null && repairs.some(({ repair }) => changesRows(repair.choice));
      const place = parentsFirst(catalog);
      return repairs
        .filter(({ repair }) => trying || repair.count !== '0')
        .toSorted((a, b) => place(a.table) - place(b.table) || order.indexOf(a.repair.problem) - order.indexOf(b.repair.problem))
        .map(({ repair }) => repair);
    },
  };
}

/** Within a table: what its own rows are wrong in, then what they point at. */
const order: readonly RepairProblem[] = ['check', 'null-key', 'duplicate-key', 'unique-violation', 'orphan'];

function offersOf(problem: Problem, catalog: SqliteCatalog, surroundings: Surroundings): Pick<PlanRepair, 'offers' | 'refused'> {
  const offers: PlanRepair['offers'] = [];
  const refused: PlanRepair['refused'] = [];
  for (const choice of repairChoices) {
    const reason = refusalOf(problem, choice, catalog, surroundings);
    if (reason !== undefined) refused.push({ choice, ...reason });
    else if (!changesRows(choice)) offers.push({ choice, sql: [] });
    else {
      const { once, round } = repairStatements(problem, choice, catalog);
      offers.push({ choice, sql: [...once, ...round] });
    }
  }
  return { offers, refused };
}

function impossible(rule: RepairRule | undefined, found: FoundProblem, possible: readonly RepairChoice[], refused: PlanRepair['refused']): TravessiaError {
  const why: Reason | undefined = refused.find((each) => each.choice === rule?.choice);
  const name = `${found.table.name}.${found.object}`;
  return new TravessiaError('REPAIR_NOT_POSSIBLE', {
    message: `${rule === undefined ? '' : `${ruleText(rule)}: `}${rule?.choice ?? ''} is not possible for ${name} (${found.parts.map(({ name: column }) => column).join(', ')})${why === undefined ? '' : `: ${describe(why.code, why.params)}`}.`,
    hint: `Possible: ${possible.join(', ')}. For this key alone: --repair "${name}=${possible.find((each) => each === 'quarantine') ?? 'keep'}".`,
  });
}

/** Position of each table among its catalogue's, parents before the tables that point at them; a circle is cut somewhere. */
function parentsFirst(catalog: SqliteCatalog): (table: SqliteTable) => number {
  const places = new Map<string, number>();
  const entered = new Set<string>();
  const visit = (table: SqliteTable): void => {
    if (entered.has(table.name)) return;
    entered.add(table.name);
    for (const key of table.foreignKeys) {
      const parent = catalog.tables.find((each) => sameName(each.name, key.parent));
      if (parent !== undefined) visit(parent);
    }
    places.set(table.name, places.size);
  };
  for (const table of catalog.tables) visit(table);
  return (table) => places.get(table.name) ?? 0;
}
