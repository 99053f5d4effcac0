import type { SqliteCatalog, SqliteForeignKey, SqliteTable } from '../../../shared/model/catalog.ts';
import { isUniqueIn, parentOf } from '../assess/orphans.ts';
import { sameName } from '../../../shared/pure/fold-name.ts';

/** Two columns that a foreign key compares; names as the tables have them. */
export interface JoinedPair {
  readonly key: SqliteForeignKey;
  readonly child: { readonly table: SqliteTable; readonly column: string };
  readonly parent: { readonly table: SqliteTable; readonly column: string };
}

function nameIn(table: SqliteTable, name: string): string | undefined {
  return table.columns.find((column) => sameName(column.name, name))?.name;
}

/** Every pair of columns of every foreign key that works in SQLite. */
export function joinedPairs(catalog: SqliteCatalog): JoinedPair[] {
  return catalog.tables.flatMap((table) => (table.kind !== 'table' ? [] : table.foreignKeys.flatMap((key) => {
    const parent = parentOf(catalog, key);
    if (parent === undefined || parent.kind !== 'table' || parent.error !== null || key.columns.length !== key.parentColumns.length || !isUniqueIn(parent, key.parentColumns)) return [];
    return key.columns.flatMap((name, index): JoinedPair[] => {
      const child = nameIn(table, name);
      const column = nameIn(parent, key.parentColumns[index] ?? '');
      return child === undefined || column === undefined ? [] : [{ key, child: { table, column: child }, parent: { table: parent, column } }];
    });
  })));
}
