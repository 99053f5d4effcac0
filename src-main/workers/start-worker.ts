import { setTimeout } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';
import { workerUrl } from './worker-url.ts';

/**
 * Young objects of a thread stay within 8 MB rather than 48: rows live for a moment only, a thread that keeps more room for them
 * takes it from the program's memory and is not faster (measured).
 */
const limits = { maxYoungGenerationSizeMb: 8 };

/**
 * Starts the thread `name` (see `workerUrl`).
 *
 * @param base - `import.meta.url` of the caller
 * @param data - what the thread finds in `workerData`
 */
export function startWorker(name: string, base: string, data?: unknown): Worker {
  holdBack();
  // Flags of the program (--eval, --inspect-brk, …) are not meant for a thread.
  const worker = new Worker(workerUrl(name, base), { workerData: data, resourceLimits: limits, execArgv: [] });
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  return worker;
}

let holdsBack = false;

/**
 * From here on V8 looks for garbage in every thread before its heap has doubled, where it would let it grow to four times what is held. Rows of a
 * large table pass through several threads at once: at 20 million rows a run peaked at 224 MB in place of 238, an assessment at 208 in place of 228,
 * at the same speed. V8's own memory saver takes less still, and loads blobs a tenth slower (measured).
 */
function holdBack(): void {
  if (holdsBack) return;
  holdsBack = true;
  setFlagsFromString('--heap-growing-percent=100');
}

const running = new Set<Worker>();

/** Whether all threads of this thread end within `milliseconds`: one inside a long call of SQLite's ends when that returns, whoever asked it to. */
export async function threadsEnd(milliseconds: number): Promise<boolean> {
  for (const until = performance.now() + milliseconds; running.size > 0 && performance.now() < until;) await setTimeout(20);
  return running.size === 0;
}
