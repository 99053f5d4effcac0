import { parentPort, workerData } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { buildSamples } from '../core/sample/build.ts';
import type { SampleMessage, SampleRequest } from '../core/sample/in-worker.ts';

const port = parentPort;
if (port !== null) {
  const { folder, size }: SampleRequest = workerData;
  const controller = new AbortController();
  const send = (message: SampleMessage): void => port.postMessage(message);
  port.on('message', () => controller.abort());
  buildSamples(folder, size, { signal: controller.signal, onProgress: (progress) => send({ type: 'progress', progress }) })
    .then((built) => send({ type: 'done', built }), (error: unknown) => send({ type: 'failed', error: toErrorReply(error) }))
    .finally(() => port.close());
}
