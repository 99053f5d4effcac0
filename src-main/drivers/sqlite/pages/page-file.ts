import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** Why a table's pages are not read directly; SQLite reads it instead. */
export type PagesReason = 'log' | 'encoding' | 'format' | 'without rowid' | 'virtual' | 'generated column' | 'added column' | 'large row' | 'large rowid' | 'index' | 'malformed';

/** Nothing is wrong with the file where this is thrown: SQLite itself is asked instead. */
export class PagesUnfit extends Error {
  readonly reason: PagesReason;

  constructor(reason: PagesReason) {
    super(`The pages are not read directly: ${reason}.`);
    this.reason = reason;
  }
}

/** A database file whose pages can be read: UTF-8, and nothing waits in a log beside it. */
export interface PageFile {
  /** Bytes of a page, and how many of them hold content. */
  readonly pageSize: number;
  readonly usable: number;
  readonly pageCount: number;
  /** Reads `count` pages from `first` on (1-based) to the start of `into`. */
  read(into: Uint8Array, first: number, count: number): void;
  close(): void;
}

const magic = 'SQLite format 3\0';

/**
 * Opens a file by its header (https://sqlite.org/fileformat2.html, section 1.3). Only for files that nobody writes: a run's own copy.
 *
 * @throws PagesUnfit
 */
export function openPageFile(path: string): PageFile {
  // Frames of a log or a journal that was left behind would change what stands in the file.
  if ([`${path}-wal`, `${path}-journal`].some((beside) => existsSync(beside) && statSync(beside).size > 0)) throw new PagesUnfit('log');
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(100);
    if (readSync(file, head, 0, 100, 0) < 100 || head.toString('latin1', 0, 16) !== magic) throw new PagesUnfit('format');
    const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
    const usable = pageSize - (head[20] ?? 0);
    if (pageSize < 512 || (pageSize & (pageSize - 1)) !== 0 || usable < 480) throw new PagesUnfit('format');
    if (head.readUInt32BE(56) !== 1) throw new PagesUnfit('encoding');
    const pageCount = Math.floor(fstatSync(file).size / pageSize);
    let open = true;
    return {
      pageSize, usable, pageCount,
      read(into, first, count) {
        if (first < 1 || first + count - 1 > pageCount) throw new PagesUnfit('malformed');
        const bytes = count * pageSize;
        for (let got = 0; got < bytes;) {
          const part = readSync(file, into, got, bytes - got, (first - 1) * pageSize + got);
          if (part === 0) throw new PagesUnfit('malformed');
          got += part;
        }
      },
      close() {
        // Twice would close what was opened under the same number since.
        if (open) closeSync(file);
        open = false;
      },
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}
