import { parentPort, workerData } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { assessSqlite, type AssessInput } from '../core/assess/assess.ts';
import type { AssessMessage } from '../core/assess/in-worker.ts';

/** Progress at most ten times a second, as events are forwarded to people. */
const interval = 100;

const port = parentPort;
if (port !== null) {
  const input: AssessInput = workerData;
  const controller = new AbortController();
  let last = 0;
  const send = (message: AssessMessage): void => port.postMessage(message);
  port.on('message', () => controller.abort());
  assessSqlite(input, {
    signal: controller.signal,
    onProgress: (progress) => {
      const now = performance.now();
      if (now - last < interval) return;
      last = now;
      send({ type: 'progress', progress });
    },
  })
    .then((assessment) => send({ type: 'done', assessment }), (error: unknown) => send({ type: 'failed', error: toErrorReply(error) }))
    .finally(() => port.close());
}
