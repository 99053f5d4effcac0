import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { applySteps, readFacts, type ReshapeRequest } from '../core/reshape/apply.ts';

/** Reads what a mapping has to know of a copy, or prepares one; then the thread ends. */
export function serve(port: MessagePort, request: ReshapeRequest): void {
  try {
    port.postMessage({ ok: true, value: request.do === 'facts' ? readFacts(request) : applySteps(request) ?? null });
  } catch (error) {
    port.postMessage({ ok: false, error: toErrorReply(error) });
  }
}

if (parentPort !== null) serve(parentPort, workerData);
