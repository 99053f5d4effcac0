import { fromErrorReply, TravessiaError, type Reply } from '../../shared/contract/errors.ts';
import { startWorker } from './start-worker.ts';

/**
 * Starts the worker `name`, gives it `data`, and takes the one answer it sends (`{ ok, value }` or `{ ok, error }`).
 *
 * @throws the worker's error as it was; CANCELLED where the signal came first (the thread ends when its statement returns)
 */
export async function askWorker<T>(name: string, data: unknown, signal?: AbortSignal): Promise<T> {
  const worker = startWorker(name, import.meta.url, data);
  const { promise, resolve, reject } = Promise.withResolvers<Reply<T>>();
  const cancel = (): void => reject(new TravessiaError('CANCELLED', { message: 'It was cancelled.', retry: true }));
  worker.once('message', resolve).once('error', reject).once('exit', (code) => reject(new TravessiaError('INTERNAL', { message: `The thread "${name}" ended with code ${code} and no answer.` })));
  if (signal?.aborted === true) cancel();
  signal?.addEventListener('abort', cancel, { once: true });
  try {
    const reply = await promise;
    if (!reply.ok) throw fromErrorReply(reply.error);
    return reply.value;
  } finally {
    signal?.removeEventListener('abort', cancel);
    // Not awaited: a thread inside a long SQLite call ends when that returns.
    void worker.terminate();
  }
}
