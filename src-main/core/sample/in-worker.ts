import { fromErrorReply, TravessiaError, type ErrorReply } from '../../../shared/contract/errors.ts';
import { startWorker } from '../../workers/start-worker.ts';
import type { BuiltSamples, SampleOptions, SampleSize } from './build.ts';

/** What `workers/sample.ts` is given and what it sends. */
export interface SampleRequest {
  readonly folder: string;
  readonly size: SampleSize;
}
export type SampleMessage =
  | { readonly type: 'progress'; readonly progress: number }
  | { readonly type: 'done'; readonly built: BuiltSamples }
  | { readonly type: 'failed'; readonly error: ErrorReply };

/** `buildSamples` in a thread of its own. @throws TravessiaError as `buildSamples` */
export function buildSamplesInWorker(folder: string, size: SampleSize, { signal, onProgress }: SampleOptions): Promise<BuiltSamples> {
  const request: SampleRequest = { folder, size };
  const worker = startWorker('sample', import.meta.url, request);
  return new Promise<BuiltSamples>((resolve, reject) => {
    const cancel = (): void => worker.postMessage('cancel');
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    worker.on('message', (message: SampleMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'done') resolve(message.built);
      else reject(fromErrorReply(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => {
      signal.removeEventListener('abort', cancel);
      reject(new TravessiaError('INTERNAL', { message: `The thread that builds the samples ended with code ${code}.` }));
    });
  });
}
