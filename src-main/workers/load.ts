import { parentPort } from 'node:worker_threads';
import { serveLoads } from '../core/load/load-worker.ts';

if (parentPort !== null) serveLoads(parentPort);
