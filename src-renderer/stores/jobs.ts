import { createStore } from 'zustand/vanilla';
import type { StoreApi } from 'zustand/vanilla';
import type { TravessiaEvent } from '../../shared/contract/events.ts';
import type { Job, JobLogLine } from '../../shared/model/job.ts';

/** Lines kept per job in the window; the whole log stays with the core (`jobs/log`). */
const keptLines = 2000;

export interface JobsState {
  /** Newest first. */
  readonly jobs: readonly Job[];
  readonly logs: Readonly<Record<string, readonly JobLogLine[]>>;
}

export type JobsStore = StoreApi<JobsState>;

export function createJobsStore(): JobsStore {
  return createStore<JobsState>(() => ({ jobs: [], logs: {} }));
}

export function isActive(job: Job): boolean {
  return job.state === 'running' || job.state === 'cancelling';
}

/** Replaces the list, as after a reconnect. */
export function setJobs(store: JobsStore, jobs: readonly Job[]): void {
  store.setState({ jobs: sorted(jobs) });
}

/** The log as the core keeps it; lines that arrived by event meanwhile are part of it. */
export function setLog(store: JobsStore, jobId: string, lines: readonly JobLogLine[]): void {
  store.setState((state) => ({ logs: { ...state.logs, [jobId]: lines.slice(-keptLines) } }));
}

export function applyJobEvent(store: JobsStore, event: TravessiaEvent): void {
  if (event.type === 'job') {
    store.setState((state) => ({ jobs: sorted([event.job, ...state.jobs.filter((job) => job.id !== event.job.id)]) }));
  } else if (event.type === 'job-log') {
    store.setState((state) => {
      const lines = state.logs[event.jobId];
      // Without an opened log nothing is kept: opening asks the core for all of it.
      if (!lines) return state;
      return { logs: { ...state.logs, [event.jobId]: [...lines, event.line].slice(-keptLines) } };
    });
  }
}

function sorted(jobs: readonly Job[]): Job[] {
  return jobs.toSorted((a, b) => (a.startedAt === b.startedAt ? 0 : a.startedAt < b.startedAt ? 1 : -1));
}
