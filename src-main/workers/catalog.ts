import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { openSqlite, readSqliteCatalog } from '../drivers/sqlite/index.ts';

/** Reads one file's catalog off the main thread and ends. */
const { path } = z.object({ path: z.string() }).parse(workerData);
try {
  using opened = openSqlite(path, { mode: 'read' });
  parentPort?.postMessage({ ok: true, value: readSqliteCatalog(opened.db) });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
