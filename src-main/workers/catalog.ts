import { parentPort, workerData } from 'node:worker_threads';
import { answerCatalog } from '../core/plan/answer-catalog.ts';

/** Answers one question about a file off the main thread and ends. */
parentPort?.postMessage(answerCatalog(workerData));
