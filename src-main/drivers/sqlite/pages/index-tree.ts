import { PagesUnfit, type PageFile } from './page-file.ts';
import { deepest, extentBytes, largestPayload, localBytes, overflowReader } from './payload.ts';
import { RecordCursor, viewOf } from './record.ts';

const leafType = 10;
const interiorType = 2;
/** A page so little behind the last one is taken for the next of a run, and the run is read at once. */
const nearby = 8;

/**
 * Walks an index's b-tree from its root, in its own order; its interior pages hold entries, too. Calls `each` with an entry and the one before it,
 * which is the same object again two entries later.
 * Source: https://sqlite.org/fileformat2.html, section 1.6.
 *
 * @param fields - columns of an entry, the rowid at its end among them
 * @returns a generator that stops after some pages each time, so that whoever walks may cancel
 * @throws PagesUnfit where something is not as the file format says, or an entry is too large
 */
export function* walkIndex(file: PageFile, root: number, fields: number, each: (entry: RecordCursor, before: RecordCursor | null) => void): Generator<void, void, undefined> {
  const { pageSize, usable } = file;
  const readers = [new EntryReader(file, fields), new EntryReader(file, fields)] as const;
  let turn = 0;
  let before: RecordCursor | null = null;
  const take = (bytes: Buffer, view: DataView, at: number, end: number): void => {
    const entry = readers[turn % 2 === 0 ? 0 : 1].read(bytes, view, at, end);
    each(entry, before);
    before = entry;
    turn += 1;
  };

  // Before another leaf comes an entry of the page above: what the run of pages held is not looked at any more when it is read over.
  const extentPages = Math.max(1, Math.floor(extentBytes / pageSize));
  const extent = Buffer.allocUnsafeSlow(extentPages * pageSize);
  const extentView = viewOf(extent);
  let first = 0;
  let held = 0;
  let last = 0;
  const placeOf = (page: number): number => {
    if (page < first || page >= first + held) {
      const ahead = page > last && page <= last + nearby ? Math.min(extentPages, file.pageCount - page + 1) : 1;
      file.read(extent, page, ahead);
      [first, held] = [page, ahead];
    }
    last = page;
    return (page - first) * pageSize;
  };

  function* subtree(page: number, depth: number): Generator<void, void, undefined> {
    if (depth > deepest) throw new PagesUnfit('malformed');
    const at = placeOf(page);
    const type = extent[at];
    const cells = extentView.getUint16(at + 3);
    if (type === leafType) {
      if (8 + cells * 2 > usable || (cells === 0 && depth > 0)) throw new PagesUnfit('malformed');
      for (let cell = 0; cell < cells; cell += 1) take(extent, extentView, at + extentView.getUint16(at + 8 + cell * 2), at + usable);
      return;
    }
    if (type !== interiorType || 12 + cells * 2 > usable) throw new PagesUnfit('malformed');
    // Its own, since pages below are read before its next entry.
    const bytes = Buffer.from(extent.subarray(at, at + pageSize));
    const view = viewOf(bytes);
    for (let cell = 0; cell < cells; cell += 1) {
      const from = view.getUint16(12 + cell * 2);
      if (from + 4 > usable) throw new PagesUnfit('malformed');
      yield* subtree(view.getUint32(from), depth + 1);
      take(bytes, view, from + 4, usable);
    }
    yield;
    yield* subtree(view.getUint32(8), depth + 1);
  }
  yield* subtree(root, 0);
}

/** Reads entries one at a time, each over the one before; what lies in overflow pages stays in its own memory. */
class EntryReader {
  readonly #usable: number;
  readonly #file: PageFile;
  readonly #entry: RecordCursor;
  #gather: ReturnType<typeof overflowReader> | undefined;

  constructor(file: PageFile, fields: number) {
    this.#file = file;
    this.#usable = file.usable;
    this.#entry = new RecordCursor(Buffer.alloc(0), fields);
  }

  /** The cell that begins at `from` with its payload's size, on a page that ends before `end`. */
  read(bytes: Buffer, view: DataView, from: number, end: number): RecordCursor {
    const entry = this.#entry;
    let at = from;
    let size = bytes[at++] ?? 0;
    if (size >= 0x80) {
      let next = size;
      size &= 0x7f;
      while (next >= 0x80) {
        next = bytes[at++] ?? 0;
        size = size * 128 + (next & 0x7f);
      }
    }
    if (size > largestPayload) throw new PagesUnfit('large row');
    const local = localBytes(size, this.#usable, 'index');
    if (at + local > end) throw new PagesUnfit('malformed');
    if (local === size) {
      entry.turnTo(bytes, view);
      entry.parse(at, at + size);
    } else {
      if (at + local + 4 > end) throw new PagesUnfit('malformed');
      this.#gather ??= overflowReader(this.#file);
      const whole = this.#gather(bytes, at, local, size);
      entry.turnTo(whole.bytes, whole.view);
      entry.parse(0, size);
    }
    return entry;
  }
}
