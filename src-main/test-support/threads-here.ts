import { syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';
import threads from 'node:worker_threads';
import { InProcessWorker, type Serve } from './in-process-worker.ts';

/** Threads of a run, whose start takes longer than what they do for a small file. */
const ofRuns = new Set(['assess', 'catalog', 'integrity', 'load', 'repair', 'reshape', 'snapshot', 'store', 'verify']);

/**
 * From now on threads of runs are served in this process, by the same entries and the same messages; all others are threads as ever. For tests
 * of many small runs; what happens to a thread is tested where threads are.
 */
export function serveThreadsHere(): void {
  const { Worker } = threads;
  threads.Worker = new Proxy(Worker, {
    construct(Target, [url, options]: ConstructorParameters<typeof Worker>) {
      const { href, pathname } = new URL(url);
      if (!ofRuns.has(basename(pathname).replace(/\.[jt]s$/, ''))) return new Target(url, options);
      return new InProcessWorker(import(href).then(({ serve }: { serve: Serve }) => serve), options?.workerData);
    },
  });
  syncBuiltinESMExports();
}
