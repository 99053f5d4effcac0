import { affinityOf } from '../../../../shared/pure/type-ladder/index.ts';
import type { SqliteDb } from '../types.ts';
import { openPageFile, PagesUnfit } from './page-file.ts';
import { RecordCursor, storage } from './record.ts';
import { treeSpread, walkTable, type RowidRange, type Stretch } from './table-tree.ts';

/** A column as a record holds it. */
export interface PageColumn {
  readonly name: string;
  /** Its place in the record. */
  readonly index: number;
  /** Its value is the rowid, and the record holds NULL in its place. */
  readonly rowid: boolean;
  /** Whole numbers are stored as integers and are REALs all the same (https://sqlite.org/datatype3.html, section 3). */
  readonly real: boolean;
  /** Its default as SQL, which stands for what rows lack that are older than the column. */
  readonly added: string | null;
}

/** One table, read from the pages of the file without asking SQLite. */
export interface TablePages {
  readonly columns: readonly PageColumn[];
  readonly cursor: RecordCursor;
  /** The table's rows in order of rowid, all or a range of them, piece by piece; one walk at a time. */
  walk(range?: RowidRange): Generator<Stretch, void, undefined>;
  close(): void;
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly dflt_value: string | null;
  readonly pk: number;
  readonly hidden: number;
}

export function rootOf(db: SqliteDb, table: string): number {
  const root = db.prepare<[string], number>("SELECT rootpage FROM sqlite_schema WHERE type = 'table' AND name = ?").pluck().safeIntegers(false).get(table);
  if (root === undefined || root === 0) throw new PagesUnfit('virtual');
  return root;
}

/**
 * Where a table's columns stand in its records.
 *
 * @throws PagesUnfit where there are generated columns
 */
export function columnsOf(db: SqliteDb, table: string): PageColumn[] {
  const rows = db.prepare<[string], ColumnRow>('SELECT name, type, dflt_value, pk, hidden FROM pragma_table_xinfo(?) ORDER BY cid').safeIntegers(false).all(table);
  if (rows.some((row) => row.hidden !== 0)) throw new PagesUnfit('generated column');
  const keys = rows.filter((row) => row.pk > 0);
  // INTEGER PRIMARY KEY is the rowid, unless an index stands for the key (https://sqlite.org/lang_createtable.html#rowid).
  const indexed = db.prepare<[string], number>("SELECT count(*) FROM pragma_index_list(?) WHERE origin = 'pk'").pluck().safeIntegers(false).get(table);
  const alias = keys.length === 1 && keys[0]?.type.toUpperCase() === 'INTEGER' && indexed === 0 ? keys[0].name : null;
  return rows.map(({ name, type, dflt_value: added }, index) => ({ name, index, rowid: name === alias, real: affinityOf(type) === 'real', added }));
}

/**
 * Rowids, ascending, that part a table with rowids into stretches of about the same size (see `treeSpread`).
 *
 * @throws PagesUnfit
 */
export function pageSpread(db: SqliteDb, path: string, table: string, least: number): bigint[] {
  const root = rootOf(db, table);
  const file = openPageFile(path);
  try {
    return treeSpread(file, root, least);
  } finally {
    file.close();
  }
}

/**
 * Opens one table of a file that nobody writes, where its pages are simple enough: an ordinary table with rowids, without generated
 * columns, in a UTF-8 file without a log.
 *
 * @param db - the same file, opened for reading
 * @throws PagesUnfit
 */
export function openTablePages(db: SqliteDb, path: string, table: string): TablePages {
  const root = rootOf(db, table);
  const columns = columnsOf(db, table);
  const file = openPageFile(path);
  const cursor = new RecordCursor(Buffer.alloc(0), columns.length);
  const { kinds } = cursor;
  const count = columns.length;
  return {
    columns,
    cursor,
    *walk(range = { after: null, until: null }) {
      for (const stretch of walkTable(file, root, cursor, range)) {
        yield {
          rows: (each) => stretch.rows(() => {
            // Rows older than ALTER TABLE … ADD COLUMN end early, and the default stands for what they lack.
            for (let index = cursor.count; index < count; index += 1) {
              if ((columns[index]?.added ?? 'NULL').toUpperCase() !== 'NULL') throw new PagesUnfit('added column');
              kinds[index] = storage.null;
            }
            each();
          }),
        };
      }
    },
    close: () => file.close(),
  };
}
