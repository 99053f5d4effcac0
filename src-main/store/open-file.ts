import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { TravessiaError } from '../../shared/contract/errors.ts';
import { sqliteCode, sqliteError } from '../drivers/sqlite/errors-map.ts';
import type { SqliteDb } from '../drivers/sqlite/types.ts';
import { ForeignStoreError, migrate } from './migrate.ts';
import { migrations } from './migrations/index.ts';

export interface StoreFile {
  readonly db: SqliteDb;
  readonly path: string;
  /** What a person should know: the store was damaged or lost and made anew. */
  readonly notice: string | null;
  /** True where this data folder had no store before. */
  readonly isNew: boolean;
}

/**
 * Opens the console's store: WAL, synchronous=FULL, foreign keys, all asserted. A damaged file is set aside under another
 * name and a new store made; nothing is lost with it that matters, because each target holds its runs' journal itself.
 * Call it under the store's process lock.
 *
 * @throws TravessiaError WRONG_STATE (written by a newer program), FILE_NOT_WRITABLE, DATABASE_BUSY, DISK_FULL
 */
export function openStoreFile(folder: string, now: Date = new Date()): StoreFile {
  const path = join(folder, 'store.db');
  // Says that there was a store once, so that a missing one is noticed.
  const marker = join(folder, 'store.made');
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new TravessiaError('FILE_NOT_WRITABLE', { message: `The data folder ${folder} cannot be made: ${error instanceof Error ? error.message : String(error)}.`, hint: 'Set TRAVESSIA_HOME to a folder that may be written.', cause: error });
  }
  const existed = existsSync(path);
  const isNew = !existed && !existsSync(marker);
  let notice = existed || isNew ? null : `The console's store was missing from ${folder} and was made anew. Its runs are found in their targets: Runs, “Find runs in a target”, or travessia runs --target T.`;
  let db: SqliteDb;
  try {
    db = openAt(path);
  } catch (error) {
    if (!isDamage(error)) throw error instanceof TravessiaError ? error : sqliteError(error, path);
    const aside = setAside(path, now);
    notice = `The console's store was damaged (${error instanceof Error ? error.message : String(error)}). It was set aside as ${aside} and made anew. Its runs are found in their targets: Runs, “Find runs in a target”, or travessia runs --target T.`;
    db = openAt(path);
  }
  if (!existsSync(marker)) writeFileSync(marker, '', { mode: 0o600 });
  return { db, path, notice, isNew };
}

function openAt(path: string): SqliteDb {
  if (!existsSync(path)) writeFileSync(path, '', { mode: 0o600 });
  const db = new Database(path, { timeout: 15_000 });
  try {
    // The small things first: a file that is none fails here.
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('foreign_keys = ON');
    const state = ['journal_mode', 'synchronous', 'foreign_keys'].map((name) => String(db.pragma(name, { simple: true }))).join();
    if (state !== 'wal,2,1') throw new TravessiaError('INTERNAL', { message: `The console's store did not accept its settings (${state}).`, hint: 'The data folder must lie on a local disk, not on a network share.' });
    const bytes = Number(db.pragma('page_count', { simple: true })) * Number(db.pragma('page_size', { simple: true }));
    // Reading a large store through would delay every start; there damage shows when a page is used.
    if (bytes < 64 * 1024 * 1024) {
      const problem = String(db.pragma('quick_check(1)', { simple: true }));
      if (problem !== 'ok') throw new ForeignStoreError(problem);
    }
    migrate(db, migrations);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

function isDamage(error: unknown): boolean {
  const code = sqliteCode(error) ?? '';
  // A migration that meets a table of its name: the file is some other program's database.
  const foreign = code === 'SQLITE_ERROR' && error instanceof Error && /already exists|no such (table|column)|has no column/.test(error.message);
  return error instanceof ForeignStoreError || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB' || foreign;
}

function setAside(path: string, now: Date): string {
  const stamp = now.toISOString().replaceAll(/[:.]/g, '-');
  const aside = path.replace(/\.db$/, `-damaged-${stamp}.db`);
  for (const part of ['', '-wal', '-shm']) if (existsSync(path + part)) renameSync(path + part, aside + part);
  return aside;
}
