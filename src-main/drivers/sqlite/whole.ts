import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { sqliteCode } from './errors-map.ts';
import type { OpenedSqlite } from './open.ts';

/** Of a WAL's header and of that before each frame (https://sqlite.org/fileformat2.html, section 4.1). */
const walHeader = 32;
const frameHeader = 24;
const saltBytes = 8;

/**
 * A file that ends before its last page does was cut off: copied in part, or shortened since. SQLite reads what is missing as zeros, its own checks
 * need not find anything amiss, and values are other ones than were written.
 *
 * Beside a WAL only a page that is there in part says so: whole ones may stand in the log alone, or were free before they were ever written.
 *
 * @throws TravessiaError DATABASE_CORRUPT
 */
export function assertWhole({ db, path, openedPath }: Pick<OpenedSqlite, 'db' | 'path' | 'openedPath'>): void {
  // While it is read nobody writes into the file itself, but for what stands in the log already.
  db.exec('BEGIN');
  try {
    const pages = Number(db.pragma('page_count', { simple: true }));
    const pageSize = Number(db.pragma('page_size', { simple: true }));
    const { size } = statSync(openedPath);
    if (size >= pages * pageSize) return;
    const left = size % pageSize;
    const logged = loggedPages(`${openedPath}-wal`, pageSize);
    if (logged !== null && (left === 0 || logged.has(Math.floor(size / pageSize) + 1))) return;
    throw new TravessiaError('DATABASE_CORRUPT', {
      message: `${path} is cut off: it has ${size} bytes, and its ${pages} pages of ${pageSize} bytes take ${pages * pageSize}.`,
      hint: 'Copy it again from where it came from, or restore it from a backup. What is left can be saved with "sqlite3 FILE .recover".',
    });
  } catch (error) {
    // A writer that does not let go: it is asked for its pages by the copying too.
    if (sqliteCode(error)?.startsWith('SQLITE_BUSY') !== true) throw error;
  } finally {
    if (db.inTransaction) db.exec('ROLLBACK');
  }
}

/** Numbers of the pages that the log holds; null where there is none, or nothing in it. Frames of an earlier round bear other salts. */
function loggedPages(path: string, pageSize: number): ReadonlySet<number> | null {
  if (!existsSync(path)) return null;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = Buffer.alloc(walHeader);
    if (readSync(file, head, 0, walHeader, 0) < walHeader) return null;
    const salts = head.subarray(16, 16 + saltBytes);
    const pages = new Set<number>();
    const frame = Buffer.alloc(frameHeader);
    for (let at = walHeader; at + frameHeader + pageSize <= size; at += frameHeader + pageSize) {
      readSync(file, frame, 0, frameHeader, at);
      if (!frame.subarray(8, 8 + saltBytes).equals(salts)) break;
      pages.add(frame.readUInt32BE(0));
    }
    return pages;
  } finally {
    closeSync(file);
  }
}
