import { Worker } from 'node:worker_threads';
import { TravessiaError, fromErrorReply, type Reply } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import type { ShapedColumn } from '../../drivers/sqlite/index.ts';
import { workerUrl } from '../../workers/worker-url.ts';

async function ask<T>(request: { readonly path: string; readonly shapes?: readonly ShapedColumn[] }): Promise<T> {
  const worker = new Worker(workerUrl('catalog', import.meta.url), { workerData: request });
  try {
    const reply = await new Promise<Reply<T>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new TravessiaError('INTERNAL', { message: `The thread that reads ${request.path} ended with code ${code}.` })));
    });
    if (!reply.ok) throw fromErrorReply(reply.error);
    return reply.value;
  } finally {
    await worker.terminate();
  }
}

/** The structure of a SQLite file, read in a worker thread. @throws the driver's errors */
export function readCatalog(path: string): Promise<SqliteCatalog> {
  return ask<SqliteCatalog>({ path });
}

/** The one shape of each column's texts (`9999-99-99`), null where there are several; read in a worker thread. */
export function readShapes(path: string, shapes: readonly ShapedColumn[]): Promise<(string | null)[]> {
  return ask<(string | null)[]>({ path, shapes });
}
