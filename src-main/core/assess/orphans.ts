import type { TableAssessment } from '../../../shared/model/assessment.ts';
import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import type { SourceValue } from '../../../shared/model/values.ts';
import { keyText } from '../../../shared/pure/key-text.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { keyColumns } from './table-scan.ts';

const maxExamples = 5;

export type Orphans = TableAssessment['orphans'][number];

export interface OrphanCheck {
  readonly orphans: readonly Orphans[];
  /** Foreign keys SQLite itself calls mismatched: the parent has no such unique key, or no such column. */
  readonly mismatched: readonly { readonly foreignKey: SqliteForeignKey; readonly message: string }[];
}

/**
 * Rows whose foreign key points nowhere, counted with SQLite's own rules: a NULL in any column passes, values compare under the
 * parent column's affinity and collation (https://sqlite.org/foreignkeys.html, section 3). A parent table that does not exist makes
 * every such row an orphan. Where SQLite calls the key mismatched, the same question is asked in plain SQL.
 */
export function findOrphans(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable): OrphanCheck {
  if (table.foreignKeys.length === 0) return { orphans: [], mismatched: [] };
  const counted = countByPragma(db, table);
  if (typeof counted !== 'string') {
    const orphans = table.foreignKeys.filter((key) => (counted.get(key.id) ?? 0n) > 0n).map((key) => describe(db, catalog, table, key, counted.get(key.id) ?? 0n));
    return { orphans, mismatched: [] };
  }
  const orphans: Orphans[] = [];
  const mismatched: { foreignKey: SqliteForeignKey; message: string }[] = [];
  for (const key of table.foreignKeys) {
    const parent = parentOf(catalog, key);
    if (parent === undefined || !isUniqueIn(parent, key.parentColumns)) mismatched.push({ foreignKey: key, message: counted });
    const count = countBySql(db, catalog, table, key);
    if (count > 0n) orphans.push(describe(db, catalog, table, key, count));
  }
  return { orphans, mismatched };
}

export function parentOf(catalog: SqliteCatalog, key: SqliteForeignKey): SqliteTable | undefined {
  return catalog.tables.find((table) => table.name.toLowerCase() === key.parent.toLowerCase());
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
  const wanted = columns.map((name) => name.toLowerCase()).toSorted().join('\0');
  const key = keyColumns(parent).map((column) => column.name.toLowerCase()).toSorted().join('\0');
  if (wanted !== '' && wanted === key) return true;
  return parent.indexes.some((index) => index.unique && !index.partial && index.columns.map((column) => column.name?.toLowerCase() ?? '').toSorted().join('\0') === wanted);
}

/**
 * Condition on the table as `c` that holds for rows without a parent; undefined where the key names columns that do not exist.
 *
 * @param exact - the parent's key must be the same by its bytes too, as PostgreSQL's foreign keys compare
 */
export function orphanCondition(catalog: SqliteCatalog, key: SqliteForeignKey, exact = false): string | undefined {
  const parent = parentOf(catalog, key);
  const filled = key.columns.map((name) => `c.${quoteIdent(name)} IS NOT NULL`).join(' AND ');
  if (parent === undefined || parent.error !== null) return filled;
  const exists = key.parentColumns.every((name) => parent.columns.some((column) => column.name.toLowerCase() === name.toLowerCase()));
  if (key.parentColumns.length !== key.columns.length || !exists) return undefined;
  // The parent's column stands left of `=`: its collation is the one SQLite uses for the check, and its index serves.
  const match = key.columns.flatMap((name, index) => {
    const equal = `p.${quoteIdent(key.parentColumns[index] ?? '')} = c.${quoteIdent(name)}`;
    return exact ? [equal, `${equal} COLLATE BINARY`] : [equal];
  });
  return `${filled} AND NOT EXISTS (SELECT 1 FROM ${quoteIdent(parent.name)} AS p WHERE ${match.join(' AND ')})`;
}

/** `FROM child WHERE …` of the rows without a parent. */
function orphanSql(catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey): string | undefined {
  const condition = orphanCondition(catalog, key);
  return condition === undefined ? undefined : `FROM ${quoteIdent(table.name)} AS c WHERE ${condition}`;
}

function countBySql(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey): bigint {
  const sql = orphanSql(catalog, table, key);
  if (sql === undefined) return 0n;
  try {
    return db.prepare<unknown[], bigint>(`SELECT count(*) ${sql}`).pluck().safeIntegers(true).get() ?? 0n;
  } catch {
    return 0n;
  }
}

function describe(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey, count: bigint): Orphans {
  return { foreignKey: key.id, columns: [...key.columns], parent: key.parent, count: String(count), examples: examplesOf(db, catalog, table, key) };
}

/** `id=7: customer_id=99` for the first few. */
function examplesOf(db: SqliteDb, catalog: SqliteCatalog, table: SqliteTable, key: SqliteForeignKey): string[] {
  const sql = orphanSql(catalog, table, key);
  if (sql === undefined) return [];
  const keys = keyColumns(table).map((column) => column.name);
  const names = keys.length > 0 ? keys : table.rowidName === null ? [] : [table.rowidName];
  try {
    const rows = db
      .prepare<unknown[], SourceValue[]>(`SELECT ${[...names, ...key.columns].map((name) => `c.${quoteIdent(name)}`).join(', ')} ${sql} LIMIT ${maxExamples}`)
      .raw()
      .safeIntegers(true)
      .all();
    return rows.map((row) => [keyText(names, row.slice(0, names.length)), keyText(key.columns, row.slice(names.length))].filter((part) => part !== '').join(': ').slice(0, 200));
  } catch {
    return [];
  }
}
