import type { SqliteDb } from './types.ts';

/** The value that stands under a key in any table of the columns `key` and `value`; null where there is none. */
export function readPair(db: SqliteDb, key: string): string | null {
  const tables = db.prepare<unknown[], string>(
    `SELECT m.name FROM sqlite_schema AS m WHERE m.type = 'table'
     AND (SELECT group_concat(c.name) FROM pragma_table_info(m.name) AS c) = 'key,value'`,
  ).pluck().all();
  for (const table of tables) {
    const value = db.prepare<unknown[], string>(`SELECT CAST(value AS TEXT) FROM "${table.replaceAll('"', '""')}" WHERE key = ?`).pluck().get(key);
    if (value !== undefined) return value;
  }
  return null;
}
