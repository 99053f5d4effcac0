import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { sqliteCode, sqliteError } from './errors-map.ts';

/**
 * Runs `work` while no other process and no other caller holds the same lock. SQLite's exclusive lock is the operating
 * system's own: it is gone the moment its holder dies, kill -9 included, so there are no stale locks to guess about.
 *
 * @param wait - milliseconds before giving up
 * @throws TravessiaError RUN_BUSY when the lock was not free in time; DISK_FULL, READ_ONLY: taking one writes a little beside it
 */
export async function withProcessLock<T>(path: string, work: () => Promise<T>, wait = 120_000): Promise<T> {
  mkdirSync(dirname(path), { recursive: true });
  const end = Date.now() + wait;
  const lock = new Database(path, { timeout: 0 });
  try {
    while (!tryLock(lock)) {
      if (Date.now() > end) throw new TravessiaError('RUN_BUSY', { message: `Another process has held ${path} for too long.`, hint: 'See whether another Travessia is hanging, and end it.', retry: true });
      await pause(40);
    }
    return await work();
  } finally {
    lock.close();
  }
}

function tryLock(lock: Database.Database): boolean {
  try {
    lock.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) return false;
    throw sqliteError(error, lock.name);
  }
}
