import { setImmediate } from 'node:timers/promises';
import { openTablePages, PagesUnfit, type PagesReason } from '../../drivers/sqlite/pages/index.ts';
import type { SqliteDb } from '../../drivers/sqlite/index.ts';
import { createPageDigest } from './page-digest.ts';
import type { TableShape } from './shape.ts';
import { createGrandSum, type BucketSum } from './sums.ts';
import { throwIfAborted } from './table-context.ts';

/** Stretches of the file between two breaths. */
const stretchesPerBreath = 16;

export interface PageSumsInput {
  readonly shape: TableShape;
  readonly db: SqliteDb;
  readonly signal?: AbortSignal | undefined;
  readonly onRows?: (rows: number) => void;
}

/**
 * Rows of a table and the sum of their hashes, from the pages of the file. A reason instead where the pages are not simple enough, or
 * hold a value without a form in the target: then SQLite's own reading tells which.
 *
 * @throws TravessiaError CANCELLED
 */
export async function pageSums({ shape, db, signal, onRows }: PageSumsInput): Promise<BucketSum | PagesReason | 'filter' | 'no form'> {
  if (shape.plan.filter !== undefined) return 'filter';
  try {
    const pages = openTablePages(db, db.name, shape.plan.source.table);
    try {
      const places = shape.columns.map((column) => {
        const place = pages.columns.find(({ name }) => name === column.source);
        if (place === undefined) throw new PagesUnfit('malformed');
        return place;
      });
      const { digest, hash } = createPageDigest(shape.columns, places, pages.cursor);
      const sum = createGrandSum();
      let formless = false;
      let stretches = 0;
      const each = (): void => {
        if (!formless && digest()) sum.add(hash);
        else formless = true;
      };
      for (const rows of pages.walk(each)) {
        if (formless) return 'no form';
        stretches += 1;
        if (stretches % stretchesPerBreath !== 0) continue;
        onRows?.(rows);
        await setImmediate();
        throwIfAborted(signal);
      }
      return formless ? 'no form' : sum.total();
    } finally {
      pages.close();
    }
  } catch (error) {
    if (error instanceof PagesUnfit) return error.reason;
    // Bytes out of place read as numbers out of range; whatever SQLite makes of the file is what counts.
    if (error instanceof RangeError) return 'malformed';
    throw error;
  }
}
