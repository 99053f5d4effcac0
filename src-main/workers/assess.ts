import { parentPort, workerData, type MessagePort } from 'node:worker_threads';
import type { Assessment } from '../../shared/model/assessment.ts';
import { assessSnapshot, type AssessInput, type AssessProgress } from '../core/assess/assess.ts';
import { serveFollowed } from '../core/follow-worker.ts';

export function serve(port: MessagePort, input: AssessInput): void {
  serveFollowed<Assessment, AssessProgress>(port, (options) => assessSnapshot(input, options));
}

if (parentPort !== null) serve(parentPort, workerData);
