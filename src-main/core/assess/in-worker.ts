import type { Assessment } from '../../../shared/model/assessment.ts';
import { followWorker } from '../follow-worker.ts';
import type { AssessInput, AssessOptions, AssessProgress } from './assess.ts';

/**
 * `assessSnapshot` in a thread of its own, so that the main process stays free.
 * @throws TravessiaError as `assessSnapshot`; CANCELLED within a second of the signal
 */
export function assessInWorker(input: AssessInput, options: AssessOptions): Promise<Assessment> {
  // Rows live for one chunk: a small young generation keeps 100 MB less of them and was measured no slower.
  return followWorker<Assessment, AssessProgress>('assess', input, { ...options, doing: 'The assessment' });
}
