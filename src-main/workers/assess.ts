import { parentPort, workerData } from 'node:worker_threads';
import type { Assessment } from '../../shared/model/assessment.ts';
import { assessSnapshot, type AssessInput, type AssessProgress } from '../core/assess/assess.ts';
import { serveFollowed } from '../core/follow-worker.ts';

if (parentPort !== null) {
  const input: AssessInput = workerData;
  serveFollowed<Assessment, AssessProgress>(parentPort, (options) => assessSnapshot(input, options));
}
