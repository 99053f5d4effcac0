import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import type { Reason } from '../../../shared/model/plan.ts';
import type { RepairChoice } from '../../../shared/model/repair.ts';
import { isUniqueIn, parentOf } from '../assess/orphans.ts';
import { conditionOf, rowNames, type Problem } from './problem.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

const no = (code: string, params: Readonly<Record<string, string>> = {}): Reason => ({ code: `repair.no.${code}`, params: { ...params } });

const same = sameName;

/**
 * The columns that `null-out` empties: those of the key that may be NULL and belong to no primary key; of these, where there is a
 * choice, only the ones that serve no other foreign key (`tenant_id` stays, `customer_id` goes). One NULL lifts a key's demand
 * (MATCH SIMPLE; NULLs are never equal).
 */
export function emptiedColumns({ table, parts, foreignKey }: Problem): string[] {
  const free = parts.flatMap(({ name }) => {
    const column = table.columns.find((each) => same(each.name, name));
    return column === undefined || column.notNull || column.pk > 0 || column.hidden !== 0 ? [] : [column.name];
  });
  const others = table.foreignKeys.filter((key) => key.id !== foreignKey?.id).flatMap((key) => key.columns);
  const alone = free.filter((name) => !others.some((other) => same(other, name)));
  return alone.length > 0 ? alone : free;
}

/** What else the plan says of a source's tables. */
export interface Surroundings {
  readonly crosses: (table: string) => boolean;
  /** The condition on its rows that cross; undefined where all of them do. */
  readonly filterOf: (table: string) => string | undefined;
  /** Some index of it is damaged and could not be built anew: SQLite refuses to change its rows. */
  readonly damaged: (table: string) => boolean;
}

/** Why a choice is not possible for a problem; undefined where it is. */
export function refusalOf(problem: Problem, choice: RepairChoice, catalog: SqliteCatalog, { crosses, filterOf, damaged }: Surroundings): Reason | undefined {
  if (choice === 'keep') return undefined;
  // Of a key that cannot stand as it is, keeping the rows leaves it out; only what stands NOT VALID can be dropped besides.
  if (choice === 'drop') return problem.problem === 'orphan' || problem.problem === 'check' ? undefined : no('kept-without');
  const partly = [problem.table.name, problem.foreignKey?.parent].find((name) => name !== undefined && filterOf(name) !== undefined);
  if (partly !== undefined) return no('filtered', { table: partly });
  const doubted = [problem.table.name, problem.foreignKey?.parent].find((name) => name !== undefined && damaged(name));
  if (doubted !== undefined) return no('index-damaged', { table: doubted });
  if (problem.table.virtual !== undefined) return no('virtual');
  if (rowNames(problem.table) === null || conditionOf(problem, catalog) === undefined) return no('no-row-key');
  if (choice === 'quarantine') return undefined;
  if (choice === 'null-out') {
    if (problem.problem === 'check') return no('check');
    if (problem.problem === 'null-key' || problem.problem === 'duplicate-key') return no('key-needed');
    return emptiedColumns(problem).length === 0 ? no('not-null', { columns: problem.parts.map(({ name }) => name).join(', ') }) : undefined;
  }
  if (problem.problem !== 'orphan' || problem.foreignKey === undefined) return no('no-parent');
  return parentRefusal(problem.foreignKey, catalog, crosses);
}

/** A parent is made of its key and its defaults alone: nothing is invented for it, and it may break nothing else. */
function parentRefusal(key: SqliteForeignKey, catalog: SqliteCatalog, crosses: (table: string) => boolean): Reason | undefined {
  const parent = parentOf(catalog, key);
  if (parent === undefined || parent.error !== null || parent.virtual !== undefined || !crosses(parent.name)) return no('parent-missing', { parent: key.parent });
  if (rowNames(parent) === null || !isUniqueIn(parent, key.parentColumns)) return no('parent-not-unique', { parent: parent.name });
  const given = (name: string): boolean => key.parentColumns.some((each) => same(each, name));
  const filled = (column: SqliteTable['columns'][number]): boolean => given(column.name) || (column.default !== null && !/^null$/i.test(column.default.trim()));
  const others = parent.columns.filter((column) => !given(column.name) && column.hidden === 0);
  if (key.parentColumns.some((name) => parent.columns.find((column) => same(column.name, name))?.hidden !== 0)) return no('parent-generated', { parent: parent.name });
  const invented = others.find((column) => (column.notNull || column.pk > 0) && !filled(column));
  if (invented !== undefined) return no('parent-needs', { parent: parent.name, column: invented.name });
  const clash = parent.indexes.find((index) => index.unique && !index.columns.every((part) => part.name !== null && given(part.name))
    && (index.partial || index.columns.every((part) => part.name === null || filled(parent.columns.find((column) => same(column.name, part.name ?? '')) ?? emptyColumn))));
  if (clash !== undefined) return no('parent-unique', { parent: parent.name, index: clash.name });
  const orphaned = parent.foreignKeys.find((each) => each.columns.every((name) => filled(parent.columns.find((column) => same(column.name, name)) ?? emptyColumn)));
  return orphaned === undefined ? undefined : no('parent-orphan', { parent: parent.name, columns: orphaned.columns.join(', ') });
}

const emptyColumn: SqliteTable['columns'][number] = { name: '', declared: '', notNull: false, default: null, pk: 0, hidden: 0 };
