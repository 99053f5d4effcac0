import { Worker } from 'node:worker_threads';
import { TravessiaError, fromErrorReply, type Reply } from '../../../shared/contract/errors.ts';
import type { SqliteCatalog } from '../../../shared/model/catalog.ts';
import { workerUrl } from '../../workers/worker-url.ts';

/** The structure of a SQLite file, read in a worker thread. @throws the driver's errors */
export async function readCatalog(path: string): Promise<SqliteCatalog> {
  const worker = new Worker(workerUrl('catalog', import.meta.url), { workerData: { path } });
  try {
    const reply = await new Promise<Reply<SqliteCatalog>>((resolve, reject) => {
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new TravessiaError('INTERNAL', { message: `The thread that reads ${path} ended with code ${code}.` })));
    });
    if (!reply.ok) throw fromErrorReply(reply.error);
    return reply.value;
  } finally {
    await worker.terminate();
  }
}
