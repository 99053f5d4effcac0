import { inProcessWorker } from './in-process-worker.ts';

/** `Worker` for a whole run in this process: the loader's and the verification's threads have stand-ins, and the one that reads the catalog of a larger file. */
export const LoadWorkerHere = inProcessWorker(async (file, workerData) => {
  if (/^catalog\.[jt]s$/.test(file)) {
    const { answerCatalog } = await import('../../src-main/core/plan/answer-catalog.ts');
    return (port) => port.postMessage(answerCatalog(workerData));
  }
  if (/^verify\.[jt]s$/.test(file)) return (await import('../../src-main/core/verify/verify-worker.ts')).serveVerifications;
  if (!/^load\.[jt]s$/.test(file)) throw new Error(`No stand-in for the worker ${file}.`);
  return (await import('../../src-main/core/load/load-worker.ts')).serveLoads;
});
