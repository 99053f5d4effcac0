import { isDiskFull, TravessiaError } from '../../../shared/contract/errors.ts';
import type { ErrorCode } from '../../../shared/contract/errors.ts';

/** Result code of SQLite as better-sqlite3 reports it (`SQLITE_BUSY_SNAPSHOT`, …), or null for any other error. */
export function sqliteCode(error: unknown): string | null {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return null;
  return error.code.startsWith('SQLITE_') ? error.code : null;
}

interface Meaning {
  readonly code: ErrorCode;
  readonly says: string;
  readonly hint: string;
  readonly retry?: boolean;
}

/** By primary result code; extended codes start with it (https://sqlite.org/rescode.html). */
const meanings: ReadonlyArray<readonly [string, Meaning]> = [
  ['SQLITE_BUSY', { code: 'DATABASE_BUSY', says: 'is locked by another program', hint: 'Wait until the other program has finished writing, or close it, and try again.', retry: true }],
  ['SQLITE_LOCKED', { code: 'DATABASE_BUSY', says: 'is locked by another connection', hint: 'Wait until the other connection has finished and try again.', retry: true }],
  ['SQLITE_NOTADB', { code: 'NOT_A_DATABASE', says: 'is not a SQLite database, or it is encrypted', hint: 'Choose a SQLite 3 file. An encrypted one (SQLCipher, SEE) has to be decrypted with its own tool first.' }],
  ['SQLITE_CORRUPT', { code: 'DATABASE_CORRUPT', says: 'is damaged', hint: 'Run "PRAGMA integrity_check" on a copy, or recover it with "sqlite3 FILE .recover", and use the recovered file.' }],
  // Of the shared memory beside a WAL, a write that finds no room has a code of its own.
  ['SQLITE_IOERR_SHMSIZE', { code: 'DISK_FULL', says: 'could not grow because the disk is full', hint: 'Free some space and try again.', retry: true }],
  ['SQLITE_FULL', { code: 'DISK_FULL', says: 'could not grow because the disk is full', hint: 'Free some space and try again.', retry: true }],
  ['SQLITE_CANTOPEN', { code: 'FILE_NOT_READABLE', says: 'could not be opened', hint: 'Check the permissions of the file and of its folder.' }],
  ['SQLITE_PERM', { code: 'FILE_NOT_READABLE', says: 'may not be opened', hint: 'Check the permissions of the file and of its folder.' }],
  ['SQLITE_READONLY', { code: 'READ_ONLY', says: 'is read-only', hint: 'Open it for writing, or check the permissions of the file and of its folder.' }],
  ['SQLITE_IOERR', { code: 'FILE_NOT_READABLE', says: 'could not be read or written', hint: 'The operating system reported an input/output error: check the disk, the network share and the free space.' }],
  ['SQLITE_TOOBIG', { code: 'UNSUPPORTED_SOURCE', says: 'holds a value too large to be read', hint: 'Values above 1,000,000,000 bytes cannot be read by SQLite itself.' }],
  ['SQLITE_NOMEM', { code: 'INTERNAL', says: 'could not be read: out of memory', hint: 'Close other programs and try again.' }],
  ['SQLITE_INTERRUPT', { code: 'CANCELLED', says: 'was being read when the work was cancelled', hint: 'Start again when ready.' }],
];

/**
 * Turns an error of better-sqlite3 into one of the program's own, naming the file.
 * Anything already converted is returned as it is; an SQL error becomes STATEMENT_FAILED.
 */
export function sqliteError(error: unknown, path: string): TravessiaError {
  if (error instanceof TravessiaError) return error;
  const code = sqliteCode(error);
  const detail = error instanceof Error ? error.message : String(error);
  const meaning = code === null ? undefined : meanings.find(([prefix]) => code.startsWith(prefix))?.[1];
  if (meaning !== undefined) {
    return new TravessiaError(meaning.code, {
      message: `${path} ${meaning.says} (${detail}).`,
      hint: meaning.hint,
      cause: error,
      retry: meaning.retry ?? false,
    });
  }
  return new TravessiaError(code === null ? 'INTERNAL' : 'STATEMENT_FAILED', { message: `${path}: ${detail}`, cause: error });
}

/** Errors of SQLite itself are told with the file's name; all others are returned as they are. */
export function sqliteFailure(error: unknown, path: string): unknown {
  return sqliteCode(error) === null ? error : sqliteError(error, path);
}

/** Converts what `fs` throws about a file (ENOENT, EACCES, EISDIR, ENOSPC). */
export function fileError(error: unknown, path: string): TravessiaError {
  if (error instanceof TravessiaError) return error;
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const detail = error instanceof Error ? error.message : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new TravessiaError('FILE_NOT_FOUND', { message: `There is no file ${path}.`, hint: 'Check the path and its spelling.', cause: error });
  }
  if (isDiskFull(error)) {
    return new TravessiaError('DISK_FULL', { message: `The disk is full: ${detail}.`, hint: 'Free some space and try again.', cause: error, retry: true });
  }
  if (code === 'EROFS') {
    return new TravessiaError('FILE_NOT_WRITABLE', { message: `${path} lies on a read-only file system.`, hint: 'Choose another folder.', cause: error });
  }
  return new TravessiaError('FILE_NOT_READABLE', { message: `${path} cannot be read: ${detail}.`, hint: 'Check the permissions of the file and of its folder.', cause: error });
}
