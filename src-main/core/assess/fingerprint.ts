import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import { fileError, readSqliteHeader } from '../../drivers/sqlite/index.ts';

/**
 * What tells whether a file has changed since: sizes, the change counter of the header, of a WAL its salts, which change each time it starts
 * over, and the times of both: a writer in WAL mode need not move the counter, and its WAL need not grow
 * (https://sqlite.org/fileformat2.html, sections 1.3.7 and 4.1).
 *
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, NOT_A_DATABASE
 */
export function readFingerprint(path: string): Fingerprint {
  const { bytes, changeCounter } = readSqliteHeader(path);
  try {
    const wal = `${path}-wal`;
    const journal = existsSync(wal) ? statSync(wal) : undefined;
    const walBytes = journal?.size ?? 0;
    return {
      bytes, changeCounter, walBytes, ...(walBytes < 32 ? {} : { walSalt: saltsOf(wal) }), modifiedMs: Math.floor(statSync(path).mtimeMs),
      // An empty WAL holds nothing: a reader may have left it there.
      ...(journal === undefined || walBytes === 0 ? {} : { walModifiedMs: Math.floor(journal.mtimeMs) }),
    };
  } catch (error) {
    throw fileError(error, path);
  }
}

function saltsOf(wal: string): string {
  const file = openSync(wal, 'r');
  try {
    const salts = Buffer.alloc(8);
    readSync(file, salts, 0, 8, 16);
    return salts.toString('hex');
  } finally {
    closeSync(file);
  }
}

/**
 * True where a source was written to between two of its states.
 * @param byTime - false where its counter is a hash of all it holds: then a new time alone says nothing
 */
export function isOther(one: Fingerprint, other: Fingerprint, byTime: boolean): boolean {
  if (one.changeCounter !== other.changeCounter || one.bytes !== other.bytes || one.walBytes !== other.walBytes || one.walSalt !== other.walSalt) return true;
  // Plans of former versions do not know when the WAL was written.
  const [wal, otherWal] = [one.walModifiedMs ?? other.walModifiedMs, other.walModifiedMs ?? one.walModifiedMs];
  return byTime && (one.modifiedMs !== other.modifiedMs || wal !== otherWal);
}
