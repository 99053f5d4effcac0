import { open, rm, stat, statfs } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { fileError, sqliteCode, sqliteError } from './errors-map.ts';
import { readSqliteHeader } from './header.ts';
import { openSqlite } from './open.ts';
import { assertWhole } from './whole.ts';
import type { SqliteDb } from './types.ts';

/** State of the source when it was copied; plain JSON. Equal fingerprints: nobody wrote in between. */
export interface SourceFingerprint {
  readonly bytes: number;
  readonly changeCounter: number;
  readonly modified: string;
  readonly walBytes: number;
  readonly walModified: string;
}

export interface SqliteSnapshot {
  readonly path: string;
  readonly bytes: number;
  readonly pages: number;
  readonly pageSize: number;
  /** The source's own mode; the snapshot itself is switched to `delete`, so that it is one file. */
  readonly journalMode: string;
  readonly fingerprint: SourceFingerprint;
}

export interface SnapshotOptions {
  readonly signal?: AbortSignal;
  /** Called after each step with pages copied and pages in all. */
  readonly onProgress?: (done: number, total: number) => void;
  /** Restarts allowed before a read transaction holds writers of a rollback-journal database back. Default 3. */
  readonly restarts?: number;
}

const pagesPerStep = 1000;
/** Milliseconds without any progress after which the file counts as locked. */
const patience = 30_000;
/** Room beside the copy for the file system's own needs. */
const spareBytes = 16 * 1024 * 1024;

/**
 * Copies a database as it stands at one moment, by SQLite's backup API, in steps that leave the event loop free.
 * Another process that writes restarts the copy (https://sqlite.org/backup.html); after `restarts` of them a read
 * transaction is held around it: in WAL mode nobody waits, in rollback-journal mode writers wait that long.
 * The copy is flushed to the disk before this returns. A cancelled or failed one is removed.
 *
 * @throws TravessiaError DISK_FULL (with both numbers), DATABASE_BUSY, DATABASE_CORRUPT (cut off), CANCELLED and those of `openSqlite`
 */
export async function snapshotSqlite(path: string, toPath: string, options: SnapshotOptions = {}): Promise<SqliteSnapshot> {
  const target = resolve(toPath);
  mkdirSync(dirname(target), { recursive: true });
  // Taken first: a write between here and the copy makes `sourceMoved` say so, at worst once too often.
  const fingerprint = await fingerprintOf(path);
  // A program that writes without a pause leaves a reader few moments to come in; this is a worker, it may wait.
  using source = openSqlite(path, { mode: 'read', workFolder: dirname(target), safeIntegers: false, busyTimeout: 30_000 });
  try {
    const pageSize = Number(source.db.pragma('page_size', { simple: true }));
    const pageCount = Number(source.db.pragma('page_count', { simple: true }));
    const journalMode = String(source.db.pragma('journal_mode', { simple: true }));
    assertWhole(source);
    await assertRoom(dirname(target), pageSize * pageCount, path);
    await removeDatabase(target);
    await copyPages(source.db, target, options);
    // It may have been cut meanwhile: what SQLite does not find then, it reads as zeros.
    assertWhole(source);
    const pages = settle(target);
    await flush(target);
    return { path: target, bytes: (await stat(target)).size, pages, pageSize, journalMode, fingerprint };
  } catch (error) {
    await removeDatabase(target);
    throw error instanceof TravessiaError ? error : sqliteError(error, path);
  }
}

/** True where the source changed after the fingerprint was taken, or is gone. */
export async function sourceMoved(path: string, fingerprint: SourceFingerprint): Promise<boolean> {
  try {
    const now = await fingerprintOf(path);
    return (Object.keys(now) as (keyof SourceFingerprint)[]).some((key) => now[key] !== fingerprint[key]);
  } catch (error) {
    if (error instanceof TravessiaError && error.code === 'FILE_NOT_FOUND') return true;
    throw error;
  }
}

/** The file change counter alone does not move in WAL mode (fileformat2.html, 1.3.7), so sizes and times count too. */
export async function fingerprintOf(path: string): Promise<SourceFingerprint> {
  const full = resolve(path);
  const header = readSqliteHeader(full);
  const main = await stat(full, { bigint: true }).catch((error: unknown) => { throw fileError(error, full); });
  const wal = await stat(`${full}-wal`, { bigint: true }).catch(() => null);
  // An empty WAL holds nothing: a reader may have left it there.
  const hasWal = wal !== null && wal.size > 0n;
  return {
    bytes: header.bytes,
    changeCounter: header.changeCounter,
    modified: String(main.mtimeNs),
    walBytes: hasWal ? Number(wal.size) : 0,
    walModified: hasWal ? String(wal.mtimeNs) : '',
  };
}

async function copyPages(source: SqliteDb, target: string, options: SnapshotOptions): Promise<void> {
  const allowed = options.restarts ?? 3;
  let setbacks = 0;
  let lowest = Number.POSITIVE_INFINITY;
  let idleSince: number | null = null;
  let held = false;
  try {
    const { totalPages } = await source.backup(target, {
      progress: (step) => {
        if (options.signal?.aborted === true) throw cancelled(options.signal);
        options.onProgress?.(step.totalPages - step.remainingPages, step.totalPages);
        if (step.remainingPages < lowest) {
          lowest = step.remainingPages;
          idleSince = null;
          return pagesPerStep;
        }
        // Not further than before: the copy started over because another process wrote, or a writer holds the file.
        setbacks += 1;
        idleSince ??= Date.now();
        if (!held && setbacks > allowed) held = holdRead(source);
        if (Date.now() - idleSince > patience) throw busy(source.name);
        return pagesPerStep;
      },
    });
    if (options.signal?.aborted === true) throw cancelled(options.signal);
    options.onProgress?.(totalPages, totalPages);
  } finally {
    if (source.inTransaction) source.exec('ROLLBACK');
  }
}

/** Starts a read transaction, waiting as long as the handle's busy timeout; false where a writer did not let go. */
function holdRead(source: SqliteDb): boolean {
  source.exec('BEGIN');
  try {
    source.prepare('SELECT count(*) FROM sqlite_schema').get();
    return true;
  } catch (error) {
    source.exec('ROLLBACK');
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') === true) return false;
    throw error;
  }
}

/** Makes the copy one self-contained file, and proves that SQLite opens it. Returns its pages. */
function settle(target: string): number {
  const copy = new Database(target);
  try {
    copy.pragma('journal_mode = DELETE');
    copy.prepare('SELECT count(*) FROM sqlite_schema').get();
    return Number(copy.pragma('page_count', { simple: true }));
  } finally {
    copy.close();
  }
}

async function flush(target: string): Promise<void> {
  for (const [path, flags] of [[target, 'r+'], [dirname(target), 'r']] as const) {
    // Windows cannot open a folder; there the file's own flush has to do.
    const file = await open(path, flags).catch((error: unknown) => { if (path === target) throw fileError(error, path); return null; });
    try {
      await file?.sync();
    } finally {
      await file?.close();
    }
  }
}

async function assertRoom(folder: string, bytes: number, path: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes + spareBytes) return;
  throw new TravessiaError('DISK_FULL', {
    message: `A snapshot of ${path} needs ${bytes + spareBytes} bytes; ${free} bytes are free in ${folder}.`,
    hint: 'Free some space, or choose another data folder.',
    retry: true,
  });
}

async function removeDatabase(path: string): Promise<void> {
  for (const part of ['', '-wal', '-shm', '-journal']) await rm(path + part, { force: true });
}

function cancelled(signal: AbortSignal): TravessiaError {
  return new TravessiaError('CANCELLED', { message: 'The snapshot was cancelled.', cause: signal.reason });
}

function busy(path: string): TravessiaError {
  return new TravessiaError('DATABASE_BUSY', {
    message: `${path} stayed locked by another program; the snapshot could not go on.`,
    hint: 'Wait until the other program has finished writing, or close it, and try again.',
    retry: true,
  });
}
