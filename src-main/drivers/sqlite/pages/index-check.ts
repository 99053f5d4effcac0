import type { SqliteDb } from '../types.ts';
import { compareValues, type Collation, type OrderedField } from './entry-order.ts';
import { EntrySum, rowidPlace } from './entry-sum.ts';
import { walkIndex } from './index-tree.ts';
import { openPageFile, PagesUnfit, type PageFile } from './page-file.ts';
import { storage, type RecordCursor } from './record.ts';
import { openTablePages } from './table-pages.ts';

interface PlainIndex {
  readonly root: number;
  readonly unique: boolean;
  readonly fields: readonly OrderedField[];
  /** Where its columns stand in a record of its table. */
  readonly places: readonly number[];
}

interface IndexRow {
  readonly name: string;
  readonly unique: number;
  readonly partial: number;
}

interface FieldRow {
  readonly cid: number;
  readonly desc: number;
  readonly coll: string;
  readonly key: number;
}

/**
 * Whether every index of a table holds an entry for each of its rows and no others, in order, and none twice that is to be unique: what
 * `PRAGMA integrity_check` asks beyond `quick_check`, which it does by looking each row up in each index. Here table and indexes are each read once from
 * beginning to end, and sums over their entries are compared. The trees themselves are sound where this is called (`quick_check`).
 * False says that SQLite has to be asked what is wrong, and whether anything is.
 *
 * @param path - the file of `db`, which nobody writes
 * @throws PagesUnfit where the table is not one that can be read so, or an index is partial, of expressions or of a collation of the program's own
 */
export function indexesHold(db: SqliteDb, path: string, table: string): boolean {
  const pages = openTablePages(db, path, table);
  try {
    const indexes = plainIndexes(db, table, pages.columns.flatMap(({ rowid, index }) => (rowid ? [index] : [])));
    const wanted = indexes.map(() => new EntrySum());
    const { cursor } = pages;
    const each = (): void => {
      for (let at = 0; at < indexes.length; at += 1) wanted[at]?.add(cursor, indexes[at]?.places ?? [], cursor.rowid);
    };
    for (const stretch of pages.walk()) stretch.rows(each);
    const file = openPageFile(path);
    try {
      return indexes.every((index, at) => {
        const sum = sumOf(file, index);
        return sum !== null && wanted[at]?.equals(sum) === true;
      });
    } finally {
      file.close();
    }
  } catch (error) {
    // Where numbers of a damaged page point beyond what was read.
    if (error instanceof RangeError) return false;
    throw error;
  } finally {
    pages.close();
  }
}

/** Null where entries are out of order, or one stands twice. */
function sumOf(file: PageFile, index: PlainIndex): EntrySum | null {
  const sum = new EntrySum();
  const { fields, unique } = index;
  const places = fields.map((_, at) => at);
  const last = fields.length;
  let sound = true;
  const walk = walkIndex(file, index.root, last + 1, (entry, before) => {
    if (entry.count !== last + 1 || entry.kinds[last] !== storage.integer) throw new PagesUnfit('malformed');
    const rowid = entry.integer(last);
    if (before !== null && !follows(entry, before, fields, unique, rowid - before.integer(last))) sound = false;
    sum.add(entry, places, rowid);
  });
  for (const _ of walk) if (!sound) return null;
  return sound ? sum : null;
}

/** True where an entry may stand behind another. */
function follows(entry: RecordCursor, before: RecordCursor, fields: readonly OrderedField[], unique: boolean, rowids: number): boolean {
  let hasNull = false;
  for (let at = 0; at < fields.length; at += 1) {
    const field = fields[at];
    if (field === undefined) return false;
    const order = compareValues(entry, before, at, field.collation);
    if (order !== 0) return field.descending ? order < 0 : order > 0;
    hasNull ||= entry.kinds[at] === storage.null;
  }
  return rowids > 0 && (!unique || hasNull);
}

function plainIndexes(db: SqliteDb, table: string, aliases: readonly number[]): PlainIndex[] {
  const rootOf = db.prepare<[string], number>("SELECT rootpage FROM sqlite_schema WHERE type = 'index' AND name = ?").pluck().safeIntegers(false);
  return db.prepare<[string], IndexRow>('SELECT name, "unique", partial FROM pragma_index_list(?)').safeIntegers(false).all(table).map(({ name, unique, partial }) => {
    const rows = db.prepare<[string], FieldRow>('SELECT cid, "desc", coll, key FROM pragma_index_xinfo(?) ORDER BY seqno').safeIntegers(false).all(name);
    const keys = rows.slice(0, -1);
    const root = rootOf.get(name) ?? 0;
    if (partial !== 0 || root === 0 || keys.length === 0 || keys.some(({ cid, key }) => cid < -1 || key !== 1) || rows.at(-1)?.cid !== -1) throw new PagesUnfit('index');
    return {
      root,
      unique: unique !== 0,
      fields: keys.map(({ coll, desc }) => ({ collation: collationOf(coll), descending: desc !== 0 })),
      places: keys.map(({ cid }) => (aliases.includes(cid) ? rowidPlace : cid)),
    };
  });
}

/** @throws PagesUnfit where SQLite does not know it by itself */
function collationOf(name: string): Collation {
  const collation = name.toUpperCase();
  if (collation !== 'BINARY' && collation !== 'NOCASE' && collation !== 'RTRIM') throw new PagesUnfit('index');
  return collation;
}
