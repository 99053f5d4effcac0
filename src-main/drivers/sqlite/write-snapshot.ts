import { open, rm } from 'node:fs/promises';
import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { sqliteError } from './errors-map.ts';
import type { SqliteDb } from './types.ts';

/**
 * Writes a new SQLite file by `work` in one transaction, flushed to the disk before this returns; after an error or a crash
 * inside there is no such file. For sources that are not SQLite: the caller proves afterwards what it wrote.
 * @throws TravessiaError DISK_FULL and what `work` throws
 */
export async function writeSnapshot<T>(path: string, work: (db: SqliteDb) => T | Promise<T>): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  rmSync(path, { force: true });
  const db = new Database(path);
  try {
    // Nobody else sees the file before it is finished, and an unfinished one is thrown away: a journal would only cost time.
    for (const pragma of ['journal_mode = OFF', 'synchronous = OFF', 'locking_mode = EXCLUSIVE', 'foreign_keys = OFF', 'trusted_schema = OFF']) db.pragma(pragma);
    db.exec('BEGIN');
    const result = await work(db);
    db.exec('COMMIT');
    db.close();
    const file = await open(path, 'r+');
    await file.sync().finally(() => file.close());
    return result;
  } catch (error) {
    db.close();
    await rm(path, { force: true });
    throw error instanceof Database.SqliteError ? sqliteError(error, path) : error;
  }
}

/** A name as SQLite reads it back unchanged. */
export function quoteSqlite(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
