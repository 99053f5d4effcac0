import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { serveFollowed } from '../core/follow-worker.ts';
import { applyHere, countHere, tryHere, type CountRequest, type RepairRequest } from '../core/repairs/carry-out.ts';

/** Repairs a copy of a source off the main thread, to keep it or to see what comes of it; or counts what could be repaired. */
export function serve(port: MessagePort, request: RepairRequest | CountRequest): void {
  if (request.do === 'count') serveFollowed(port, () => countHere(request));
  else serveFollowed(port, ({ signal }) => (request.do === 'try' ? tryHere(request, signal) : applyHere(request, signal)));
}

if (parentPort !== null) serve(parentPort, workerData);
