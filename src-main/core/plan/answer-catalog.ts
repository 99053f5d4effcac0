import { z } from 'zod';
import { toErrorReply, type Reply } from '../../../shared/contract/errors.ts';
import { countWhere, openSqlite, readPair, readSqliteCatalog, readTextShapes, sqliteFailure } from '../../drivers/sqlite/index.ts';
import { countMisfits, type Trial } from '../adopt/count-misfits.ts';

const requestSchema = z.object({ path: z.string(), shapes: z.array(z.object({ table: z.string(), column: z.string() })).optional(), pair: z.string().optional(), count: z.object({ table: z.string(), condition: z.string() }).optional(), trials: z.custom<readonly Trial[]>(Array.isArray).optional() });

/** One question about a file: its catalog, or the shapes of some of its columns, or the value that stands under a key, or how many rows a condition lets through, or what does not fit a type. */
export function answerCatalog(request: unknown): Reply<unknown> {
  let file = '';
  try {
    const { path, shapes, pair, count, trials } = requestSchema.parse(request);
    file = path;
    using opened = openSqlite(path, { mode: 'read' });
    const value = trials !== undefined ? countMisfits(opened.db, trials) : count !== undefined ? countWhere(opened.db, count.table, count.condition) : pair !== undefined ? readPair(opened.db, pair) : shapes === undefined ? readSqliteCatalog(opened.db) : readTextShapes(opened.db, shapes);
    return { ok: true, value };
  } catch (error) {
    return { ok: false, error: toErrorReply(sqliteFailure(error, file)) };
  }
}
