import { parentPort, workerData } from 'node:worker_threads';
import { serveFollowed } from '../core/follow-worker.ts';
import { applyHere, tryHere, type RepairRequest } from '../core/repairs/carry-out.ts';

/** Repairs a copy of a source off the main thread, to keep it or to see what comes of it. */
if (parentPort !== null) {
  const request: RepairRequest = workerData;
  serveFollowed(parentPort, ({ signal }) => (request.do === 'try' ? tryHere(request, signal) : applyHere(request, signal)));
}
