import { setTimeout } from 'node:timers/promises';
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
  // Flags of the program (--eval, --inspect-brk, …) are not meant for a thread.
  const worker = new Worker(workerUrl(name, base), { workerData: data, resourceLimits: limits, execArgv: [] });
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  return worker;
}

const running = new Set<Worker>();

/** Whether all threads of this thread end within `milliseconds`: one inside a long call of SQLite's ends when that returns, whoever asked it to. */
export async function threadsEnd(milliseconds: number): Promise<boolean> {
  for (const until = performance.now() + milliseconds; running.size > 0 && performance.now() < until;) await setTimeout(20);
  return running.size === 0;
}
