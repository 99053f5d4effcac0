import { PagesUnfit, type PageFile } from './page-file.ts';
import { deepest, extentBytes, largestPayload, localBytes, overflowReader, varint } from './payload.ts';
import { viewOf, type RecordCursor } from './record.ts';

/** Pages of other tables between two leaves that are read along, rather than seeking over them. */
const widestGap = 8;

export const leafType = 13;
const interiorType = 5;

/** Rows behind `after`, up to and with `until`; null: from the first row, to the last. */
export interface RowidRange {
  readonly after: bigint | null;
  readonly until: bigint | null;
  /** Of the file, that a stretch spans at most (default 256 KB); never less than a page. */
  readonly stretchBytes?: number;
  /** The same in pages. */
  readonly stretchPages?: number;
}

/** A part of the table that lies in a few pages. */
export interface Stretch {
  /**
   * Reads its rows: calls `each` for one after the other, which then stands in the cursor; returns how many it were. Once, before the next
   * stretch is asked for.
   *
   * @throws PagesUnfit where something is not as the file format says, or a row is too large
   */
  rows(each: () => void): number;
}

/**
 * Walks a table's b-tree from its root, in order of rowid. No row is read before its stretch is asked for its rows.
 * Source: https://sqlite.org/fileformat2.html, section 1.6.
 *
 * @throws PagesUnfit as `Stretch.rows`
 */
export function* walkTable(file: PageFile, root: number, cursor: RecordCursor, { after, until, stretchBytes = extentBytes, stretchPages = Infinity }: RowidRange): Generator<Stretch, void, undefined> {
  const { pageSize } = file;
  const extentPages = Math.max(1, Math.min(stretchPages, Math.floor(stretchBytes / pageSize)));
  const extent = Buffer.allocUnsafeSlow(extentPages * pageSize);
  const extentView = viewOf(extent);
  const leaf = leafReader(file, extent, extentView, cursor, numbers({ after, until }));
  const probe = Buffer.allocUnsafe(pageSize);

  function* subtree(page: number, depth: number): Generator<Stretch, void, undefined> {
    if (depth > deepest) throw new PagesUnfit('malformed');
    const below = interiorOf(file, page);
    if (below === null) {
      yield {
        rows(each) {
          file.read(extent, page, 1);
          return leaf(0, page === 1 ? 100 : 0, each);
        },
      };
      return;
    }
    // A child holds rowids above its left neighbour's greatest.
    const children = below.filter((child, index) => (after === null || child.until === null || child.until > after) && (until === null || index === 0 || (below[index - 1]?.until ?? until) < until)).map((child) => child.page);
    const [first] = children;
    if (first === undefined) return;
    if (typeOf(file, first, probe) === interiorType) {
      for (const child of children) yield* subtree(child, depth + 1);
      return;
    }
    for (let index = 0; index < children.length;) {
      const from = index;
      const start = children[from] ?? 0;
      for (let next = children[index + 1]; next !== undefined; next = children[index + 1]) {
        const here = children[index] ?? 0;
        if (next <= here || next > here + widestGap || next - start >= extentPages) break;
        index += 1;
      }
      const end = index;
      index += 1;
      yield {
        rows(each) {
          file.read(extent, start, (children[end] ?? start) - start + 1);
          let rows = 0;
          for (let at = from; at <= end; at += 1) rows += leaf(((children[at] ?? start) - start) * pageSize, 0, each);
          return rows;
        },
      };
    }
  }
  yield* subtree(root, 0);
}

/** Rowids that are read are safe integers, so that a bound beyond them bounds nothing, or everything. */
function numbers({ after, until }: RowidRange): { readonly after: number; readonly until: number } {
  return { after: after === null ? -Infinity : Number(after), until: until === null ? Infinity : Number(until) };
}

/** The first byte of a page tells what it is. Page 1 is never a child. */
function typeOf(file: PageFile, page: number, into: Buffer): number {
  file.read(into, page, 1);
  return into[0] ?? 0;
}

/** The children of an interior page from left to right, each with the greatest rowid that may stand below it, which the last lacks; null for a leaf. */
export function interiorOf(file: PageFile, page: number): { readonly page: number; readonly until: bigint | null }[] | null {
  const bytes = Buffer.allocUnsafe(file.pageSize);
  file.read(bytes, page, 1);
  const start = page === 1 ? 100 : 0;
  if (bytes[start] === leafType) return null;
  if (bytes[start] !== interiorType) throw new PagesUnfit(bytes[start] === 2 || bytes[start] === 10 ? 'without rowid' : 'malformed');
  const cells = bytes.readUInt16BE(start + 3);
  if (start + 12 + cells * 2 > file.usable) throw new PagesUnfit('malformed');
  const children: { page: number; until: bigint | null }[] = [];
  for (let cell = 0; cell < cells; cell += 1) {
    const at = bytes.readUInt16BE(start + 12 + cell * 2);
    if (at + 4 > file.usable) throw new PagesUnfit('malformed');
    children.push({ page: bytes.readUInt32BE(at), until: varint(bytes, at + 4) });
  }
  children.push({ page: bytes.readUInt32BE(start + 8), until: null });
  return children;
}

/**
 * Rowids, ascending, that part a table into stretches of about as many leaves each: the interior pages of its b-tree hold them, so that gaps
 * between rowids do not matter. At least `least` of them where the table is large enough; fewer than `least` pages are read.
 *
 * @throws PagesUnfit
 */
export function treeSpread(file: PageFile, root: number, least: number): bigint[] {
  let level: { readonly page: number; readonly until: bigint | null }[] = [{ page: root, until: null }];
  for (let depth = 0; level.length <= least; depth += 1) {
    if (depth > deepest) throw new PagesUnfit('malformed');
    const below: typeof level = [];
    for (const { page, until } of level) {
      const children = interiorOf(file, page);
      // All leaves of a tree are equally deep.
      if (children === null) return spread(level);
      below.push(...children.map((child) => ({ page: child.page, until: child.until ?? until })));
    }
    level = below;
  }
  return spread(level);
}

function spread(level: readonly { readonly until: bigint | null }[]): bigint[] {
  return level.flatMap(({ until }) => (until === null ? [] : [until]));
}

/** Reads one leaf that stands in `extent` at an offset; returns how many of its rows are within the bounds. */
function leafReader(file: PageFile, extent: Buffer, extentView: DataView, cursor: RecordCursor, { after, until }: { readonly after: number; readonly until: number }): (offset: number, headerAt: number, each: () => void) => number {
  const { usable } = file;
  const gather = overflowReader(file);
  let before = -Infinity;
  return (offset, headerAt, each) => {
    const start = offset + headerAt;
    if (extent[start] !== leafType) throw new PagesUnfit(extent[start] === 2 || extent[start] === 10 ? 'without rowid' : 'malformed');
    const cells = extentView.getUint16(start + 3);
    if (headerAt + 8 + cells * 2 > usable) throw new PagesUnfit('malformed');
    const pageEnd = offset + usable;
    cursor.turnTo(extent, extentView);
    let rows = 0;
    for (let cell = 0; cell < cells; cell += 1) {
      let at = offset + extentView.getUint16(start + 8 + cell * 2);
      let size = extent[at++] ?? 0;
      if (size >= 0x80) {
        let next = size;
        size &= 0x7f;
        while (next >= 0x80) {
          next = extent[at++] ?? 0;
          size = size * 128 + (next & 0x7f);
        }
      }
      if (size > largestPayload) throw new PagesUnfit('large row');
      at = rowidAt(extent, at, cursor);
      // A row is only ever read once, whatever a damaged tree says.
      if (cursor.rowid <= before) throw new PagesUnfit('malformed');
      before = cursor.rowid;
      if (cursor.rowid <= after) continue;
      if (cursor.rowid > until) break;
      const local = localBytes(size, usable, 'table');
      if (at + local > pageEnd) throw new PagesUnfit('malformed');
      if (local === size) {
        cursor.parse(at, at + size);
        each();
      } else {
        const whole = gather(extent, at, local, size);
        cursor.turnTo(whole.bytes, whole.view);
        cursor.parse(0, size);
        each();
        cursor.turnTo(extent, extentView);
      }
      rows += 1;
    }
    return rows;
  };
}

/** Reads a rowid into the cursor; returns where the payload begins. */
function rowidAt(bytes: Buffer, from: number, cursor: RecordCursor): number {
  let at = from;
  let byte = bytes[at++] ?? 0;
  let value = byte & 0x7f;
  while (byte >= 0x80) {
    byte = bytes[at++] ?? 0;
    if (at - from === 9) {
      // Nine bytes: 64 bits with a sign.
      value = Number(varint(bytes, from));
      break;
    }
    value = value * 128 + (byte & 0x7f);
  }
  if (!Number.isSafeInteger(value)) throw new PagesUnfit('large rowid');
  cursor.rowid = value;
  return at;
}
