import type { TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { affinityIn, collationIn, comparisonOf, sideOf, type Comparison } from '../keys/comparison.ts';
import { formCall } from '../keys/form.ts';
import { comparedWay, type WayOf } from '../keys/ways.ts';
import { keyColumns } from './scan-result.ts';
import { foldName, sameName } from '../../../shared/pure/fold-name.ts';

const maxExamples = 5;

export type Orphans = TableAssessment['orphans'][number];

export interface OrphanCheck {
  readonly orphans: readonly Orphans[];
  /** Foreign keys SQLite itself calls mismatched: the parent has no such unique key, or no such column. */
  readonly mismatched: readonly { readonly foreignKey: SqliteForeignKey; readonly message: string }[];
}

/**
 * Rows whose foreign key points nowhere, counted as the target will compare, and as SQLite does where the two differ: there a NULL in any
 * column passes, and values compare under the parent column's affinity and collation (https://sqlite.org/foreignkeys.html, section 3). A
 * parent table that does not exist makes every such row an orphan. Where SQLite calls the key mismatched, the same question is asked in plain SQL.
 *
 * @param wayOf - how the columns cross without a person; `db` must know `target_form`
 */
export function findOrphans(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, wayOf: WayOf): OrphanCheck {
  if (table.foreignKeys.length === 0) return { orphans: [], mismatched: [] };
  const counted = countByPragma(db, table);
  const orphans: Orphans[] = [];
  const mismatched: { foreignKey: SqliteForeignKey; message: string }[] = [];
  for (const key of table.foreignKeys) {
    const parent = parentOf(catalog, key);
    const works = parent !== undefined && isUniqueIn(parent, key.parentColumns);
    if (typeof counted === 'string' && !works) mismatched.push({ foreignKey: key, message: counted });
    const inSource = typeof counted === 'string' ? (countBySql(db, table, orphanCondition(catalog, table, key)) ?? 0n) : (counted.get(key.id) ?? 0n);
    const differs = works && comparisonsOf(catalog, table, key, wayOf).some((comparison) => comparison !== 'as source');
    const condition = orphanCondition(catalog, table, key, differs ? wayOf : undefined);
    const count = differs ? (countBySql(db, table, condition) ?? inSource) : inSource;
    if (count === 0n && inSource === 0n) continue;
    orphans.push({
      foreignKey: key.id, columns: [...key.columns], parent: key.parent, count: String(count), ...(count === inSource ? {} : { inSource: String(inSource) }), examples: count === 0n ? [] : examplesOf(db, table, key, condition),
    });
  }
  return { orphans, mismatched };
}

/** Asked for every key of every table, several times: among thousands of tables looking through them all is most of an assessment. */
const byName = new WeakMap<SqliteCatalog, ReadonlyMap<string, SqliteTable>>();

export function parentOf(catalog: SqliteCatalog, key: SqliteForeignKey): SqliteTable | undefined {
  const tables = byName.get(catalog) ?? new Map(catalog.tables.map((table) => [foldName(table.name), table]));
  byName.set(catalog, tables);
  return tables.get(foldName(key.parent));
}

function countByPragma(db: SqliteDb, table: SqliteTable): Map<number, bigint> | string {
  try {
    const rows = db.prepare<unknown[], [bigint, bigint]>('SELECT fkid, count(*) FROM pragma_foreign_key_check(?) GROUP BY fkid').raw().safeIntegers(true).all(table.name);
    return new Map(rows.map(([id, count]) => [Number(id), count]));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function isUniqueIn(parent: SqliteTable, columns: readonly string[]): boolean {
  const wanted = columns.map(foldName).toSorted().join('\0');
  const key = keyColumns(parent).map((column) => foldName(column.name)).toSorted().join('\0');
  if (wanted !== '' && wanted === key) return true;
  return parent.indexes.some((index) => index.unique && !index.partial && index.columns.map((column) => foldName(column.name ?? '')).toSorted().join('\0') === wanted);
}

/** How each pair of columns of a key compares in the target, seen from SQLite; empty where a way is not known. */
export function comparisonsOf(catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey, wayOf: WayOf): Comparison[] {
  const parent = parentOf(catalog, key);
  if (parent === undefined) return [];
  const found = key.columns.map((name, index) => {
    const parentColumn = key.parentColumns[index] ?? '';
    const [child, other] = [sideOf(table, name, wayOf), sideOf(parent, parentColumn, wayOf)];
    return child === undefined || other === undefined ? undefined : comparisonOf(child, other, collationIn(parent, parentColumn));
  });
  return found.every((each) => each !== undefined) ? found : [];
}

/**
 * Condition on the table as `c` that holds for rows without a parent; undefined where the key names columns that do not exist.
 *
 * @param wayOf - how the columns cross: the condition is the target's then, and SQLite's own without it
 * @param from - what stands behind FROM for a table's rows
 */
export function orphanCondition(catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey, wayOf?: WayOf, from: (table: string) => string = quoteIdent): string | undefined {
  const parent = parentOf(catalog, key);
  const filled = key.columns.map((name) => `c.${quoteIdent(name)} IS NOT NULL`).join(' AND ');
  if (parent === undefined || parent.error !== null) return filled;
  const exists = key.parentColumns.every((name) => parent.columns.some((column) => sameName(column.name, name)));
  if (key.parentColumns.length !== key.columns.length || !exists) return undefined;
  const comparisons = wayOf === undefined ? [] : comparisonsOf(catalog, table, key, wayOf);
  if (wayOf !== undefined && comparisons.includes('by form')) return `${filled} AND ${formCondition(table, parent, key, wayOf, from)}`;
  const match = key.columns.flatMap((name, index) => {
    const equal = sourceEquality(parent, key.parentColumns[index] ?? '', table, name);
    return comparisons[index] === 'by bytes' ? [equal, `${equal} COLLATE BINARY`] : [equal];
  });
  return `${filled} AND NOT EXISTS (SELECT 1 FROM ${from(parent.name)} AS p WHERE ${match.join(' AND ')})`;
}

/**
 * SQLite's own equality of a pair. The parent's column stands left of `=`: its collation is the one SQLite uses for the check, and its index
 * serves. Where one side is text and the other is not, a plus takes the child's affinity away: the parent's alone is applied (section 3).
 */
export function sourceEquality(parent: SqliteTable, parentColumn: string, child: SqliteTable, childColumn: string): string {
  const [left, right] = [affinityIn(parent, parentColumn), affinityIn(child, childColumn)];
  const plus = left !== right && [left, right].some((affinity) => affinity === 'text' || affinity === 'blob') ? '+' : '';
  return `p.${quoteIdent(parentColumn)} = ${plus}c.${quoteIdent(childColumn)}`;
}

/** No parent has the same forms; a row without a form of its own does not cross. The inner query depends on no row, so SQLite runs it once. */
function formCondition(table: SqliteTable, parent: SqliteTable, key: SqliteForeignKey, wayOf: WayOf, from: (table: string) => string): string {
  const pairs = key.columns.map((name, index) => {
    const parentColumn = key.parentColumns[index] ?? '';
    const [child, other] = [wayOf(table, name) ?? { type: 'text' }, wayOf(parent, parentColumn) ?? { type: 'text' }];
    const [from, to] = [comparedWay(child, other), comparedWay(other, child)];
    return { child: formCall(`c.${quoteIdent(name)}`, from.type, from.cast, 'BINARY'), parent: formCall(`p.${quoteIdent(parentColumn)}`, to.type, to.cast, 'BINARY') };
  });
  const list = (forms: readonly string[]): string => (forms.length === 1 ? forms.join('') : `(${forms.join(', ')})`);
  const [children, parents] = [pairs.map((pair) => pair.child), pairs.map((pair) => pair.parent)];
  // NULL NOT IN is not true by itself, but a pair with a NULL may be.
  const own = children.length === 1 ? '' : `${children.map((form) => `${form} IS NOT NULL`).join(' AND ')} AND `;
  return `${own}${list(children)} NOT IN (SELECT ${parents.join(', ')} FROM ${from(parent.name)} AS p WHERE ${parents.map((form) => `${form} IS NOT NULL`).join(' AND ')})`;
}

function countBySql(db: SqliteDb, table: SqliteTable, condition: string | undefined): bigint | undefined {
  if (condition === undefined) return undefined;
  try {
    return db.prepare<unknown[], bigint>(`SELECT count(*) FROM ${quoteIdent(table.name)} AS c WHERE ${condition}`).pluck().safeIntegers(true).get();
  } catch {
    return undefined;
  }
}

/** `id=7: customer_id=99` for the first few. */
function examplesOf(db: SqliteDb, table: SqliteTable, key: SqliteForeignKey, condition: string | undefined): string[] {
  if (condition === undefined) return [];
  const keys = keyColumns(table).map((column) => column.name);
  const names = keys.length > 0 ? keys : table.rowidName === null ? [] : [table.rowidName];
  try {
    const rows = db
      .prepare<unknown[], SourceValue[]>(`SELECT ${[...names, ...key.columns].map((name) => `c.${quoteIdent(name)}`).join(', ')} FROM ${quoteIdent(table.name)} AS c WHERE ${condition} LIMIT ${maxExamples}`)
      .raw()
      .safeIntegers(true)
      .all();
    return rows.map((row) => [keyText(names, row.slice(0, names.length)), keyText(key.columns, row.slice(names.length))].filter((part) => part !== '').join(': ').slice(0, 200));
  } catch {
    return [];
  }
}
