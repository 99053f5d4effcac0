import { Worker } from 'node:worker_threads';
import { fromErrorReply, TravessiaError, type ErrorReply } from '../../../shared/contract/errors.ts';
import type { Assessment } from '../../../shared/model/assessment.ts';
import { workerUrl } from '../../workers/worker-url.ts';
import type { AssessInput, AssessOptions, AssessProgress } from './assess.ts';

/** What `workers/assess.ts` sends. */
export type AssessMessage =
  | { readonly type: 'progress'; readonly progress: AssessProgress }
  | { readonly type: 'done'; readonly assessment: Assessment }
  | { readonly type: 'failed'; readonly error: ErrorReply };

/** Between two messages a cancelled worker may be inside one long statement; after this it is ended. */
const patience = 1000;

/**
 * `assessSqlite` in a thread of its own, so that the main process stays free.
 * @throws TravessiaError as `assessSqlite`; CANCELLED within a second of the signal
 */
export function assessInWorker(input: AssessInput, { signal, onProgress }: AssessOptions): Promise<Assessment> {
  // Rows live for one chunk: a small young generation keeps 100 MB less of them and was measured no slower.
  const worker = new Worker(workerUrl('assess', import.meta.url), { workerData: input, resourceLimits: { maxYoungGenerationSizeMb: 16 } });
  return new Promise<Assessment>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const cancelled = () => new TravessiaError('CANCELLED', { message: 'The assessment was cancelled.' });
    const cancel = (): void => {
      worker.postMessage('cancel');
      timer = setTimeout(() => { reject(cancelled()); void worker.terminate(); }, patience);
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const end = (): void => { clearTimeout(timer); signal.removeEventListener('abort', cancel); };
    worker.on('message', (message: AssessMessage) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'done') resolve(message.assessment);
      else reject(fromErrorReply(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => { end(); reject(signal.aborted ? cancelled() : new TravessiaError('INTERNAL', { message: `The assessment's thread ended with code ${code}.` })); });
  });
}
