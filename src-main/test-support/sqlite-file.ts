import Database from 'better-sqlite3';

/**
 * Makes the SQLite file of a test. The disk is not waited for: a file of twenty statements would take longer than what is tested with it.
 *
 * @param sql - run as it is, each statement for itself; foreign keys are enforced unless it says otherwise
 * @param fill - runs in one transaction afterwards
 * @returns the path
 */
export function buildSqlite(path: string, sql: string, fill?: (db: Database.Database) => void): string {
  const db = new Database(path);
  db.pragma('synchronous = OFF');
  db.exec(sql);
  if (fill !== undefined) db.transaction(() => fill(db))();
  db.close();
  return path;
}
