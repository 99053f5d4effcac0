import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog, SqliteTable } from '../../../shared/model/catalog.ts';
import { countOfRows, openSqlite, readSqliteCatalog, sqliteError, tableItselfOf, type SqliteDb } from '../../drivers/sqlite/index.ts';

/** An open snapshot: one per worker thread, used for one table after another. */
export interface LoadSource {
  readonly path: string;
  readonly db: SqliteDb;
  readonly catalog: SqliteCatalog;
  close(): void;
  [Symbol.dispose](): void;
}

export function openLoadSource(path: string): LoadSource {
  const { db, close } = openSqlite(path, { mode: 'read' });
  try {
    return { path, db, catalog: readSqliteCatalog(db), close, [Symbol.dispose]: close };
  } catch (error) {
    close();
    throw error;
  }
}

/** @throws TravessiaError PLAN_STALE where the snapshot has no such table */
export function sourceTable({ catalog }: LoadSource, name: string): SqliteTable {
  const table = catalog.tables.find((each) => each.name === name);
  if (table === undefined) {
    throw new TravessiaError('PLAN_STALE', { message: `The source has no table "${name}".`, hint: 'Assess the source again and make a new plan.' });
  }
  return table;
}

/** Rows by SQLite's own count of the table itself, which owes nothing to the chunked reading. */
export function countRows({ db }: LoadSource, table: string, filter: string | undefined): number {
  try {
    const where = filter === undefined ? '' : ` WHERE (${filter}\n)`;
    return Number(db.prepare<unknown[], bigint>(`SELECT ${countOfRows} FROM ${tableItselfOf(db, table)}${where}`).pluck().get() ?? 0);
  } catch (error) {
    throw sqliteError(error, `${db.name}, table ${table}`);
  }
}
