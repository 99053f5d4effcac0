import { expect, test } from 'vitest';
import type { Job } from '../../shared/model/job.ts';
import { applyJobEvent, createJobsStore, setJobs, setLog } from './jobs.ts';
import { applyProgress, createLiveStore } from './live.ts';

const job = (id: string, startedAt: string): Job => ({
  id, kind: 'assess', title: id, state: 'running', projectId: null, runId: null, phase: 'read', progress: null,
  rows: 0, rowsTotal: 0, bytes: 0, startedAt, endedAt: null, rowsPerSecond: null, remaining: null, error: null, resultId: null,
});

test('jobs stay newest first and are replaced by id', () => {
  const store = createJobsStore();
  setJobs(store, [job('a', '2025-01-01T00:00:00Z'), job('b', '2025-01-02T00:00:00Z')]);
  applyJobEvent(store, { type: 'job', job: { ...job('a', '2025-01-01T00:00:00Z'), state: 'done' } });
  expect(store.getState().jobs.map((each) => `${each.id} ${each.state}`)).toEqual(['b running', 'a done']);
});

test('a log grows only once it was opened', () => {
  const store = createJobsStore();
  const line = { at: '2025-01-01T00:00:00Z', level: 'info', text: 'x' } as const;
  applyJobEvent(store, { type: 'job-log', jobId: 'a', line });
  expect(store.getState().logs['a']).toBeUndefined();
  setLog(store, 'a', []);
  applyJobEvent(store, { type: 'job-log', jobId: 'a', line });
  expect(store.getState().logs['a']).toHaveLength(1);
});

test('samples are half a second apart, the newest figure always stands', () => {
  const store = createLiveStore();
  for (let tick = 0; tick < 50; tick += 1) {
    applyProgress(store, { type: 'run-progress', jobId: 'j', runId: 'r', tables: [], bytesPerSecond: tick, rowsPerSecond: tick }, tick / 10);
  }
  const samples = store.getState().runs['r']?.samples ?? [];
  expect(samples.length).toBeLessThan(15);
  expect(samples.at(-1)?.rowsPerSecond).toBe(49);
});
