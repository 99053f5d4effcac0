import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import { answerCatalog } from '../core/plan/answer-catalog.ts';

/** Answers one question about a file off the main thread and ends. */
export function serve(port: MessagePort, question: Parameters<typeof answerCatalog>[0]): void {
  port.postMessage(answerCatalog(question));
}

if (parentPort !== null) serve(parentPort, workerData);
