import { parentPort, workerData } from 'node:worker_threads';
import { serveFollowed } from '../core/follow-worker.ts';
import { applyHere, countHere, tryHere, type CountRequest, type RepairRequest } from '../core/repairs/carry-out.ts';

/** Repairs a copy of a source off the main thread, to keep it or to see what comes of it; or counts what could be repaired. */
if (parentPort !== null) {
  const request: RepairRequest | CountRequest = workerData;
  if (request.do === 'count') serveFollowed(parentPort, () => countHere(request));
  else serveFollowed(parentPort, ({ signal }) => (request.do === 'try' ? tryHere(request, signal) : applyHere(request, signal)));
}
