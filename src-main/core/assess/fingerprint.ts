import { closeSync, existsSync, openSync, readSync, statSync } from 'node:fs';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import { fileError, readSqliteHeader } from '../../drivers/sqlite/index.ts';

/**
 * What tells whether a file has changed since: sizes, the change counter of the header, and of a WAL its salts, which change each
 * time it starts over (https://sqlite.org/fileformat2.html, sections 1.3.7 and 4.1).
 *
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, NOT_A_DATABASE
 */
export function readFingerprint(path: string): Fingerprint {
  const { bytes, changeCounter } = readSqliteHeader(path);
  try {
    const wal = `${path}-wal`;
    const walBytes = existsSync(wal) ? statSync(wal).size : 0;
    return { bytes, changeCounter, walBytes, ...(walBytes < 32 ? {} : { walSalt: saltsOf(wal) }), modifiedMs: Math.floor(statSync(path).mtimeMs) };
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
