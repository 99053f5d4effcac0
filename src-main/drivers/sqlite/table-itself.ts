import type { SqliteTable } from '../../../shared/model/catalog.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import type { SqliteDb } from './types.ts';

/**
 * A table as it stands behind FROM, read by its own b-tree and by no index: a damaged index that lacks entries would hide rows, and SQLite
 * takes one wherever it covers the columns asked for. A table WITHOUT ROWID is its primary key, whose name has to be said: NOT INDEXED
 * does not keep SQLite from its other indexes (https://sqlite.org/lang_indexedby.html; measured with 3.54).
 */
export function tableItself(table: Pick<SqliteTable, 'name' | 'withoutRowid' | 'indexes'>): string {
  return itself(quoteIdent(table.name), table.withoutRowid ? table.indexes.find((index) => index.origin === 'pk')?.name : undefined);
}

/** `tableItself` of the main database's table of that name, where no catalog is at hand. */
export function tableItselfOf(db: SqliteDb, name: string): string {
  const withoutRowid = db.prepare<[string], number>("SELECT wr FROM pragma_table_list(?) WHERE schema = 'main'").pluck().safeIntegers(false).get(name) === 1;
  const key = withoutRowid ? db.prepare<[string], string>("SELECT name FROM pragma_index_list(?) WHERE origin = 'pk'").pluck().get(name) : undefined;
  return itself(`main.${quoteIdent(name)}`, key);
}

function itself(name: string, key: string | undefined): string {
  return `${name} ${key === undefined ? 'NOT INDEXED' : `INDEXED BY ${quoteIdent(key)}`}`;
}

/** Rows, counted as `count(*)` would not: that takes the smallest index there is. */
export const countOfRows = 'count(1)';
