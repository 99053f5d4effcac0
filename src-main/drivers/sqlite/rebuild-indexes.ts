import { quoteIdent } from '../../../shared/pure/quote.ts';
import { openSqlite } from './open.ts';

export interface RebuiltIndexes {
  readonly rebuilt: number;
  /** Those SQLite would not build: rows break their uniqueness, or a collation or function is the program's own. */
  readonly refused: readonly { readonly index: string; readonly table: string; readonly reason: string }[];
}

/**
 * Builds every index of a file anew from its tables (https://sqlite.org/lang_reindex.html), for the program's own copies alone: what is
 * asked of a damaged index (rows without a parent, a view's answer) would be wrong. Each is tried by itself, so that one that SQLite
 * refuses stays as it was and does not keep the others from being mended.
 */
export function rebuildIndexes(path: string): RebuiltIndexes {
  using opened = openSqlite(path, { mode: 'write' });
  const { db } = opened;
  const indexes = db.prepare<[], [string, string]>("SELECT name, tbl_name FROM sqlite_schema WHERE type = 'index' ORDER BY rowid").raw().all();
  const refused = indexes.flatMap(([index, table]) => {
    try {
      db.exec(`REINDEX main.${quoteIdent(index)}`);
      return [];
    } catch (error) {
      return [{ index, table, reason: error instanceof Error ? error.message : String(error) }];
    }
  });
  return { rebuilt: indexes.length - refused.length, refused };
}
