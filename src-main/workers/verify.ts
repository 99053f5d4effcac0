import { parentPort } from 'node:worker_threads';
import { serveVerifications } from '../core/verify/verify-worker.ts';

if (parentPort === null) throw new Error('workers/verify is the entry of a worker thread.');
serveVerifications(parentPort);
