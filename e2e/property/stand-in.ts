import { InProcessWorker, type Serve } from '../../src-main/test-support/in-process-worker.ts';

async function serveOf(file: string): Promise<Serve> {
  if (/^catalog\.[jt]s$/.test(file)) {
    const { answerCatalog } = await import('../../src-main/core/plan/answer-catalog.ts');
    return (port, question) => port.postMessage(answerCatalog(question));
  }
  if (/^verify\.[jt]s$/.test(file)) return (await import('../../src-main/core/verify/verify-worker.ts')).serveVerifications;
  if (!/^load\.[jt]s$/.test(file)) throw new Error(`No stand-in for the worker ${file}.`);
  return (await import('../../src-main/core/load/load-worker.ts')).serveLoads;
}

/** `Worker` for a whole run in this process: the loader's and the verification's threads have stand-ins, and the one that reads the catalog of a larger file. */
export class LoadWorkerHere extends InProcessWorker {
  constructor(url: URL, { workerData }: { workerData?: unknown }) {
    super(serveOf(url.pathname.split('/').at(-1) ?? ''), workerData);
  }
}
