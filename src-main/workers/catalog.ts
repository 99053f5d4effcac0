import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { openSqlite, readSqliteCatalog, readTextShapes } from '../drivers/sqlite/index.ts';

/** Reads one file's catalog, or the shapes of some of its columns, off the main thread and ends. */
const requestSchema = z.object({ path: z.string(), shapes: z.array(z.object({ table: z.string(), column: z.string() })).optional() });
const { path, shapes } = requestSchema.parse(workerData);
try {
  using opened = openSqlite(path, { mode: 'read' });
  parentPort?.postMessage({ ok: true, value: shapes === undefined ? readSqliteCatalog(opened.db) : readTextShapes(opened.db, shapes) });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
