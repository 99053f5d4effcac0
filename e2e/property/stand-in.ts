import { inProcessWorker } from './in-process-worker.ts';

/** `Worker` for a whole run in this process: only the loader's threads have a stand-in. */
export const LoadWorkerHere = inProcessWorker(async (file) => {
  if (file !== 'load.ts') throw new Error(`No stand-in for the worker ${file}.`);
  return (await import('../../src-main/core/load/load-worker.ts')).serveLoads;
});
