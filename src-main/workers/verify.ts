import { parentPort } from 'node:worker_threads';
import { serveVerifications } from '../core/verify/verify-worker.ts';

export { serveVerifications as serve };

if (parentPort !== null) serveVerifications(parentPort);
