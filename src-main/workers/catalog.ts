import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { countMisfits, type Trial } from '../core/adopt/count-misfits.ts';
import { countWhere, openSqlite, readPair, readSqliteCatalog, readTextShapes } from '../drivers/sqlite/index.ts';

/** Reads one file's catalog, or the shapes of some of its columns, or the value that stands under a key, or how many rows a condition lets through, or counts what does not fit a type, off the main thread and ends. */
const requestSchema = z.object({ path: z.string(), shapes: z.array(z.object({ table: z.string(), column: z.string() })).optional(), pair: z.string().optional(), count: z.object({ table: z.string(), condition: z.string() }).optional(), trials: z.custom<readonly Trial[]>(Array.isArray).optional() });
const { path, shapes, pair, count, trials } = requestSchema.parse(workerData);
try {
  using opened = openSqlite(path, { mode: 'read' });
  const value = trials !== undefined ? countMisfits(opened.db, trials) : count !== undefined ? countWhere(opened.db, count.table, count.condition) : pair !== undefined ? readPair(opened.db, pair) : shapes === undefined ? readSqliteCatalog(opened.db) : readTextShapes(opened.db, shapes);
  parentPort?.postMessage({ ok: true, value });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
