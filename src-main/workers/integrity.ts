import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { checkIntegrity } from '../core/assess/integrity.ts';
import { openSqlite } from '../drivers/sqlite/index.ts';

/** SQLite's own checks of one file beside the reading of its tables: half of a large file's assessment, on a core of its own. */
export function serve(port: MessagePort, path: string): void {
  try {
    using opened = openSqlite(path, { mode: 'read' });
    port.postMessage({ ok: true, value: checkIntegrity(opened.db) });
  } catch (error) {
    port.postMessage({ ok: false, error: toErrorReply(error) });
  }
}

if (parentPort !== null) serve(parentPort, workerData);
