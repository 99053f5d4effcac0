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
  saveMemory();
  // Flags of the program (--eval, --inspect-brk, …) are not meant for a thread.
  const worker = new Worker(workerUrl(name, base), { workerData: data, resourceLimits: limits, execArgv: [] });
  running.add(worker);
  worker.once('exit', () => running.delete(worker));
  return worker;
}

let saves = false;

/**
 * From here on V8 collects what has become garbage before it takes more memory from the system, in every thread of the program: otherwise each lets
 * its heap grow to a multiple of what it holds (measured: 181 MB in place of 212 at the peak of a run of two million rows, at the same speed).
 */
function saveMemory(): void {
  if (saves) return;
  saves = true;
  setFlagsFromString('--memory-saver-mode');
}

const running = new Set<Worker>();

/** Whether all threads of this thread end within `milliseconds`: one inside a long call of SQLite's ends when that returns, whoever asked it to. */
export async function threadsEnd(milliseconds: number): Promise<boolean> {
  for (const until = performance.now() + milliseconds; running.size > 0 && performance.now() < until;) await setTimeout(20);
  return running.size === 0;
}
