import type { MessagePort } from 'node:worker_threads';
import { toErrorReply } from '../../../shared/contract/errors.ts';
import { openLoadSource, type LoadSource } from './load-source.ts';
import { loadTable } from './load-table.ts';
import type { LoadReply, LoadRequest } from './types.ts';

/** Milliseconds between two progress messages of a table. */
const progressEvery = 200;

/** The worker's side: loads one table after another on demand; the snapshot stays open in between. */
export function serveLoads(port: MessagePort): void {
  const controller = new AbortController();
  let source: LoadSource | undefined;
  const reply = (message: LoadReply): void => port.postMessage(message);

  const load = async ({ id, task }: Extract<LoadRequest, { type: 'load' }>): Promise<void> => {
    try {
      if (source?.path !== task.snapshotPath) {
        source?.close();
        source = openLoadSource(task.snapshotPath);
      }
      let told = 0;
      const result = await loadTable(task, source, {
        signal: controller.signal,
        onProgress: (progress) => {
          const now = performance.now();
          if (now - told < progressEvery) return;
          told = now;
          reply({ type: 'progress', id, ...progress });
        },
      });
      reply({ type: 'done', id, result });
    } catch (error) {
      reply({ type: 'failed', id, error: toErrorReply(error) });
    }
  };

  port.on('message', (request: LoadRequest) => {
    if (request.type === 'cancel') controller.abort();
    else void load(request);
  });
}
