import { parentPort } from 'node:worker_threads';
import { serveLoads } from '../core/load/load-worker.ts';

export { serveLoads as serve };

if (parentPort !== null) serveLoads(parentPort);
