import type { SqliteDb } from '../types.ts';
import { openPageFile, PagesUnfit, type PageFile } from './page-file.ts';
import { deepest, extentBytes, localBytes, varint } from './payload.ts';
import { RecordCursor, storage, viewOf } from './record.ts';
import { columnsOf, rootOf } from './table-pages.ts';
import { interiorOf, leafType } from './table-tree.ts';

/** Large blobs of one table, each read from its pages once from beginning to end. SQLite holds all of a blob in memory whenever a part of it is asked for. */
export interface ValuePieces {
  /**
   * The blob of a row in pieces of so many bytes, the last one shorter; each in memory of its own.
   *
   * @throws PagesUnfit where it is no blob, or something is not as the file format says: here or after some pieces, which are right
   */
  pieces(rowid: bigint, column: string, pieceBytes: number): Generator<Buffer, void, undefined>;
  close(): void;
}

/** A record's first bytes as they stand in its leaf, and where the rest begins. */
interface Cell {
  readonly bytes: Buffer;
  readonly at: number;
  readonly local: number;
  readonly size: number;
}

/** Beyond, places in a record are no longer what `RecordCursor` can hold. */
const largestRecord = 2_000_000_000;

/**
 * Opens the large blobs of a table with rowids in a file that nobody writes.
 *
 * @param db - the same file, opened for reading
 * @throws PagesUnfit
 */
export function openValuePieces(db: SqliteDb, path: string, table: string): ValuePieces {
  const root = rootOf(db, table);
  const columns = columnsOf(db, table);
  const file = openPageFile(path);
  const cursor = new RecordCursor(Buffer.alloc(0), columns.length);
  return {
    *pieces(rowid, column, pieceBytes) {
      const { bytes, at, local, size } = cellOf(file, root, rowid);
      const header = varint(bytes, at);
      if (size > largestRecord || header > BigInt(local)) throw new PagesUnfit('large row');
      cursor.turnTo(bytes, viewOf(bytes));
      cursor.parse(at, at + size);
      const index = columns.find(({ name }) => name === column)?.index ?? -1;
      if (index < 0 || index >= cursor.count || cursor.kinds[index] !== storage.blob) throw new PagesUnfit('malformed');
      const start = (cursor.starts[index] ?? 0) - at;
      const end = start + (cursor.lengths[index] ?? 0);
      let piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - start));
      let filled = 0;
      let from = start;
      for (const part of payloadParts(file, { bytes, at, local, size })) {
        // Where the part begins in the payload.
        const { offset } = part;
        while (from < Math.min(end, offset + part.length)) {
          const count = Math.min(piece.length - filled, end - from, offset + part.length - from);
          part.bytes.copy(piece, filled, part.at + from - offset, part.at + from - offset + count);
          filled += count;
          from += count;
          if (filled < piece.length) continue;
          yield piece;
          if (from < end) piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, end - from));
          filled = 0;
        }
        if (from >= end) return;
      }
    },
    close: () => file.close(),
  };
}

/** A stretch of a payload: `length` bytes of `bytes` from `at` on; valid until the next. */
interface Part {
  readonly bytes: Buffer;
  readonly at: number;
  readonly offset: number;
  readonly length: number;
}

/** What stands in the leaf, then what each overflow page holds (https://sqlite.org/fileformat2.html, section 1.7). */
function* payloadParts(file: PageFile, { bytes, at, local, size }: Cell): Generator<Part, void, undefined> {
  yield { bytes, at, offset: 0, length: local };
  if (local === size) return;
  const { pageSize, usable } = file;
  const content = usable - 4;
  const stretchPages = Math.max(1, Math.floor(extentBytes / pageSize));
  const stretch = Buffer.allocUnsafeSlow(stretchPages * pageSize);
  let offset = local;
  for (let page = bytes.readUInt32BE(at + local); offset < size;) {
    if (page < 1 || page > file.pageCount) throw new PagesUnfit('malformed');
    const pages = Math.min(stretchPages, Math.ceil((size - offset) / content), file.pageCount - page + 1);
    file.read(stretch, page, pages);
    const first = page;
    while (offset < size && page >= first && page < first + pages) {
      const start = (page - first) * pageSize;
      const length = Math.min(content, size - offset);
      yield { bytes: stretch, at: start + 4, offset, length };
      offset += length;
      page = stretch.readUInt32BE(start);
    }
  }
}

/** Goes down the table's b-tree to a row (the same, section 1.6). */
function cellOf(file: PageFile, root: number, rowid: bigint): Cell {
  let page = root;
  for (let depth = 0; depth <= deepest; depth += 1) {
    const children = interiorOf(file, page);
    if (children === null) return cellIn(file, page, rowid);
    page = children.find(({ until }) => until === null || rowid <= until)?.page ?? 0;
  }
  throw new PagesUnfit('malformed');
}

function cellIn(file: PageFile, page: number, rowid: bigint): Cell {
  const { pageSize, usable } = file;
  const bytes = Buffer.allocUnsafe(pageSize);
  file.read(bytes, page, 1);
  const start = page === 1 ? 100 : 0;
  const cells = bytes.readUInt16BE(start + 3);
  if (bytes[start] !== leafType || start + 8 + cells * 2 > usable) throw new PagesUnfit('malformed');
  for (let cell = 0; cell < cells; cell += 1) {
    const from = bytes.readUInt16BE(start + 8 + cell * 2);
    const sizeEnd = afterVarint(bytes, from);
    if (varint(bytes, sizeEnd) !== rowid) continue;
    const size = Number(varint(bytes, from));
    const at = afterVarint(bytes, sizeEnd);
    const local = localBytes(size, usable, 'table');
    if (size < 1 || at + local + (local === size ? 0 : 4) > usable) throw new PagesUnfit('malformed');
    return { bytes, at, local, size };
  }
  throw new PagesUnfit('malformed');
}

function afterVarint(bytes: Buffer, from: number): number {
  let at = from;
  while (at < from + 8 && (bytes[at] ?? 0) >= 0x80) at += 1;
  return at + 1;
}
