import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { servePglite } from '../drivers/pglite/serve.ts';

/** Runs a PGlite folder and serves it on the loopback until it is told to stop. */
const { folder, password } = z.object({ folder: z.string(), password: z.string() }).parse(workerData);
try {
  const served = await servePglite(folder, password);
  parentPort?.postMessage({ ok: true, value: served.port });
  parentPort?.once('message', () => {
    served.close().then(
      () => parentPort?.postMessage({ ok: true, value: 0 }),
      (error: unknown) => parentPort?.postMessage({ ok: false, error: toErrorReply(error) }),
    );
  });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
