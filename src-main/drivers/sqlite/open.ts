import { accessSync, constants, copyFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import Database from 'better-sqlite3';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { makeWorkFolder } from '../work-folder/index.ts';
import { fileError, sqliteCode, sqliteError } from './errors-map.ts';
import { readSqliteHeader } from './header.ts';
import type { SqliteDb } from './types.ts';

export interface OpenSqliteOptions {
  readonly mode: 'read' | 'write';
  /** Where a working copy may be made when the file cannot be opened where it lies (default: a temporary folder). */
  readonly workFolder?: string;
  /** Milliseconds to wait for locks of other programs. Default 5,000. */
  readonly busyTimeout?: number;
  /** INTEGER as bigint. Default true: beyond 2^53 a number would be rounded. */
  readonly safeIntegers?: boolean;
  /** In mode 'write', make the file when there is none. Default false. */
  readonly create?: boolean;
}

/**
 * Pages that a reader keeps in memory. better-sqlite3's own default is 16 MB for every connection, and a run has several at work: tables that are
 * read from one end to the other gain nothing by it (the operating system keeps what is read again), and the memory stays with the program.
 */
const cacheKilobytes = 2000;

export interface OpenedSqlite {
  readonly db: SqliteDb;
  /** Absolute path that was asked for. */
  readonly path: string;
  /** The file really open: `path`, or a working copy of it. */
  readonly openedPath: string;
  /** True where a working copy of main file, WAL and journal was opened, because SQLite may not write beside the original. */
  readonly copied: boolean;
  close(): void;
  [Symbol.dispose](): void;
}

/**
 * Opens a SQLite file. Mode 'read' is read-only twice: the file is opened so and `query_only` is set.
 * A WAL file in a folder that may not be written needs shared memory beside it, and a hot journal must be rolled back first:
 * in both cases a copy is opened and the original stays untouched (https://sqlite.org/wal.html, "Read-Only Databases"). So is one where
 * reading would leave files behind: the folder of a source is afterwards as it was.
 *
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_NOT_WRITABLE, NOT_A_DATABASE, DATABASE_CORRUPT, DATABASE_BUSY
 */
export function openSqlite(path: string, options: OpenSqliteOptions): OpenedSqlite {
  const full = resolve(path);
  const missing = !existsSync(full);
  const header = missing && options.mode === 'write' && options.create === true ? undefined : readSqliteHeader(full);
  if (options.mode === 'write' && !missing && !isWritable(full)) {
    throw new TravessiaError('FILE_NOT_WRITABLE', { message: `${full} may not be written.`, hint: 'Check the permissions of the file and of its folder.' });
  }
  if (options.mode === 'read' && header?.wal === true && wouldLeaveTraces(full)) {
    try {
      return openCopy(full, options);
    } catch (error) {
      // Without room for a copy the file is read where it lies.
      if (!(error instanceof TravessiaError) || error.code !== 'DISK_FULL') throw error;
    }
  }
  try {
    return openAt(full, full, options, null);
  } catch (error) {
    if (options.mode !== 'read' || !isOpeningProblem(error)) throw sqliteError(error, full);
  }
  return openCopy(full, options);
}

/**
 * True where reading a WAL database would leave shared memory beside it that was not there, and that only a writer's closing takes away:
 * beside a log that nobody has open, since closing would write it into the file; and where the file may not be written. Whoever has such a
 * file open has its -shm there, or holds it alone, so that it cannot be opened at all (https://sqlite.org/wal.html, sections 2.3 and 9).
 */
function wouldLeaveTraces(path: string): boolean {
  if (existsSync(`${path}-shm`)) return false;
  const log = statSync(`${path}-wal`, { throwIfNoEntry: false });
  return (log !== undefined && log.size > 0) || !isWritable(path);
}

/** Only these mean "not here": everything else would fail on a copy too. */
function isOpeningProblem(error: unknown): boolean {
  const code = sqliteCode(error) ?? '';
  return code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY') || code.startsWith('SQLITE_IOERR');
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function openCopy(path: string, options: OpenSqliteOptions): OpenedSqlite {
  const parent = options.workFolder ?? tmpdir();
  mkdirSync(parent, { recursive: true });
  const folder = makeWorkFolder('copy', parent);
  try {
    const copy = join(folder, 'source.db');
    copyTogether(path, copy);
    // The copy is opened once for writing: that recovers the WAL or rolls the journal back, in the copy only.
    const recovering = new Database(copy, { timeout: options.busyTimeout ?? 5000 });
    try {
      recovering.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      recovering.close();
    }
    return openAt(path, copy, options, folder);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw sqliteCode(error) === null ? fileError(error, path) : sqliteError(error, path);
  }
}

/** Copies main file, WAL and journal; they belong together, so a change in between means starting over. */
function copyTogether(path: string, copy: string): void {
  const parts = ['', '-wal', '-journal'];
  const state = (): string => parts.map((part) => statSync(path + part, { bigint: true, throwIfNoEntry: false })).map((s) => `${s?.size ?? ''}:${s?.mtimeNs ?? ''}`).join();
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const before = state();
    for (const part of parts) {
      rmSync(copy + part, { force: true });
      if (existsSync(path + part)) copyFileSync(path + part, copy + part, constants.COPYFILE_FICLONE);
    }
    if (state() === before) return;
  }
  throw new TravessiaError('DATABASE_BUSY', {
    message: `${path} kept changing while it was being copied.`,
    hint: 'Stop the program that writes to it for a moment, or allow writing in its folder, and try again.',
    retry: true,
  });
}

function openAt(path: string, openedPath: string, options: OpenSqliteOptions, folder: string | null): OpenedSqlite {
  // better-sqlite3 trims file names; through a link with a plain name such a file opens as well.
  const linkFolder = openedPath === openedPath.trim() ? null : mkdtempSync(join(tmpdir(), 'travessia-link-'));
  const remove = (): void => {
    for (const each of [linkFolder, folder]) if (each !== null) rmSync(each, { recursive: true, force: true });
  };
  const wasTidy = options.mode === 'read' && !existsSync(`${openedPath}-wal`) && !existsSync(`${openedPath}-shm`);
  let db: SqliteDb | undefined;
  let name = openedPath;
  try {
    if (linkFolder !== null) {
      name = join(linkFolder, 'link.db');
      symlinkSync(openedPath, name);
    }
    db = new Database(name, {
      readonly: options.mode === 'read',
      fileMustExist: options.create !== true,
      timeout: options.busyTimeout ?? 5000,
    });
    db.defaultSafeIntegers(options.safeIntegers ?? true);
    if (options.mode === 'read') {
      db.pragma('query_only = ON');
      db.pragma(`cache_size = -${cacheKilobytes}`);
    }
    // Opening alone reads nothing: this asks for the lock, the WAL and the schema, so that a problem shows here.
    db.prepare('SELECT count(*) FROM sqlite_schema').get();
  } catch (error) {
    db?.close();
    if (linkFolder !== null) rmSync(linkFolder, { recursive: true, force: true });
    throw error;
  }
  const opened = db;
  const close = (): void => {
    if (opened.open) {
      opened.close();
      if (wasTidy) tidy(name, openedPath);
    }
    remove();
  };
  return { db: opened, path, openedPath, copied: folder !== null, close, [Symbol.dispose]: close };
}

/**
 * Reading a WAL database makes an empty `-wal` and a `-shm` beside it, which a read-only connection cannot take away
 * again. A writing one that changes nothing does so on closing, by SQLite's own protocol, and only when nobody else has the file open.
 */
function tidy(name: string, path: string): void {
  if (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size !== 0) return;
  try {
    const last = new Database(name, { fileMustExist: true, timeout: 0 });
    try {
      last.prepare('SELECT count(*) FROM sqlite_schema').get();
    } finally {
      last.close();
    }
  } catch {
    // A file that may not be written keeps them; they are empty and harmless.
  }
}

/** Short name of a database for messages and plans: the file name. */
export function sqliteName(path: string): string {
  return basename(path);
}

/** A database in memory, gone when it is closed. */
export function memorySqlite(): SqliteDb {
  return new Database(':memory:');
}
