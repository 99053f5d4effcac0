import { statSync } from 'node:fs';
import type { Fingerprint } from '../../../shared/model/assessment.ts';
import { fileError, readSqliteHeader } from '../../drivers/sqlite/index.ts';

/**
 * What tells whether a file has changed since, without waiting: the same facts as the driver's `fingerprintOf`.
 * @throws TravessiaError FILE_NOT_FOUND, FILE_NOT_READABLE, NOT_A_DATABASE
 */
export function readFingerprint(path: string): Fingerprint {
  const { bytes, changeCounter } = readSqliteHeader(path);
  try {
    const main = statSync(path, { bigint: true });
    const wal = statSync(`${path}-wal`, { bigint: true, throwIfNoEntry: false });
    // An empty WAL holds nothing: a reader may have left it there.
    const hasWal = wal !== undefined && wal.size > 0n;
    return { bytes, changeCounter, modified: String(main.mtimeNs), walBytes: hasWal ? Number(wal.size) : 0, walModified: hasWal ? String(wal.mtimeNs) : '' };
  } catch (error) {
    throw fileError(error, path);
  }
}
