import { useCallback, useState } from 'react';
import type { Job } from '../../../shared/model/job.ts';
import { useJobs } from '../../stores/hooks.tsx';
import { isActive } from '../../stores/jobs.ts';

export interface Started {
  readonly job: Job | undefined;
  readonly active: boolean;
  readonly done: boolean;
  readonly progress: number | null;
  readonly error: Job['error'] | undefined;
  follow(jobId: string): void;
  clear(): void;
}

/** A job that this screen began, until it is cleared. */
export function useStarted(): Started {
  const [id, setId] = useState<string | null>(null);
  const job = useJobs((state) => (id === null ? undefined : state.jobs.find((each) => each.id === id)));
  return {
    job,
    // Its first event may come after the answer.
    active: id !== null && (job === undefined || isActive(job)),
    done: job?.state === 'done',
    progress: job?.progress ?? null,
    error: job?.error ?? undefined,
    follow: useCallback((jobId: string) => setId(jobId), []),
    clear: useCallback(() => setId(null), []),
  };
}
