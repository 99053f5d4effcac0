import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { checkIntegrity } from '../core/assess/integrity.ts';
import { openSqlite } from '../drivers/sqlite/index.ts';

/** SQLite's own checks of one file beside the reading of its tables: half of a large file's assessment, on a core of its own. */
const path = z.string().parse(workerData);
try {
  using opened = openSqlite(path, { mode: 'read' });
  parentPort?.postMessage({ ok: true, value: checkIntegrity(opened.db) });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
