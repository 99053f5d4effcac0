import { parentPort, workerData } from 'node:worker_threads';
import { toErrorReply } from '../../shared/contract/errors.ts';
import { applySteps, readFacts, type ReshapeRequest } from '../core/reshape/apply.ts';

/** Reads what a mapping has to know of a copy, or prepares one; then the thread ends. */
const request: ReshapeRequest = workerData;
try {
  parentPort?.postMessage({ ok: true, value: request.do === 'facts' ? readFacts(request) : applySteps(request) ?? null });
} catch (error) {
  parentPort?.postMessage({ ok: false, error: toErrorReply(error) });
}
