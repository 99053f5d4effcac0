import { fromErrorReply, toErrorReply, TravessiaError, type ErrorReply } from '../../shared/contract/errors.ts';
import { startWorker } from '../workers/start-worker.ts';

/** What a worker that is followed sends. */
export type FollowedMessage<Value, Progress> =
  | { readonly type: 'progress'; readonly progress: Progress }
  | { readonly type: 'done'; readonly value: Value }
  | { readonly type: 'failed'; readonly error: ErrorReply };

export interface FollowOptions<Progress> {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
  /** What is being done, for messages: `The assessment`. */
  readonly doing: string;
}

/** Between two messages a cancelled worker may be inside one long statement; after this it is ended. */
const patience = 1000;

/**
 * Starts the worker `name` with `data`, tells its progress and gives its value; the main process stays free meanwhile.
 * @throws TravessiaError as the worker's; CANCELLED within a second of the signal
 */
export function followWorker<Value, Progress>(name: string, data: unknown, { signal, onProgress, doing }: FollowOptions<Progress>): Promise<Value> {
  const worker = startWorker(name, import.meta.url, data);
  return new Promise<Value>((resolve, reject) => {
    let timer: NodeJS.Timeout | undefined;
    const cancelled = () => new TravessiaError('CANCELLED', { message: `${doing} was cancelled.` });
    const cancel = (): void => {
      worker.postMessage('cancel');
      timer = setTimeout(() => { reject(cancelled()); void worker.terminate(); }, patience);
    };
    if (signal.aborted) cancel();
    signal.addEventListener('abort', cancel, { once: true });
    const end = (): void => { clearTimeout(timer); signal.removeEventListener('abort', cancel); };
    worker.on('message', (message: FollowedMessage<Value, Progress>) => {
      if (message.type === 'progress') onProgress(message.progress);
      else if (message.type === 'done') resolve(message.value);
      else reject(fromErrorReply(message.error));
    });
    worker.once('error', reject);
    worker.once('exit', (code) => { end(); reject(signal.aborted ? cancelled() : new TravessiaError('INTERNAL', { message: `${doing}: its thread ended with code ${code}.` })); });
  });
}

/** Progress at most ten times a second, as events are forwarded to people. */
const interval = 100;

interface Port {
  postMessage(message: unknown): void;
  on(event: 'message', listener: () => void): unknown;
  close(): void;
}

/** The other side, inside the worker: does `work` and reports as `followWorker` expects. */
export function serveFollowed<Value, Progress>(port: Port, work: (options: { signal: AbortSignal; onProgress: (progress: Progress) => void }) => Promise<Value>): void {
  const controller = new AbortController();
  let last = 0;
  let withheld: (() => void) | null = null;
  const send = (message: FollowedMessage<Value, Progress>): void => port.postMessage(message);
  port.on('message', () => controller.abort());
  work({
    signal: controller.signal,
    onProgress: (progress) => {
      const now = performance.now();
      const tell = (): void => send({ type: 'progress', progress });
      withheld = now - last < interval ? tell : null;
      if (withheld !== null) return;
      last = now;
      tell();
    },
  })
    // How far it came is told to the end, also where the last steps took less than the interval.
    .finally(() => withheld?.())
    .then((value) => send({ type: 'done', value }), (error: unknown) => send({ type: 'failed', error: toErrorReply(error) }))
    .finally(() => port.close());
}
