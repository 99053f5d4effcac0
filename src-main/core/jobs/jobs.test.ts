import { expect, test } from 'vitest';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { TravessiaEvent } from '../../../shared/contract/events.ts';
import type { Job } from '../../../shared/model/job.ts';
import { createJobs, type JobContext } from './jobs.ts';

/** A job under a clock that the test moves; what was told of it last. */
function startJob(): { readonly context: JobContext; tick(milliseconds: number): void; told(): Job; end(): Promise<Job> } {
  let time = 1_000_000;
  const store = { put: async () => undefined, list: async () => [], get: async () => null, appendLog: async () => undefined, log: async () => [] };
  const events: TravessiaEvent[] = [];
  const jobs = createJobs(store, (event) => void events.push(event), () => time);
  const done = Promise.withResolvers<null>();
  const begun: JobContext[] = [];
  const { id } = jobs.start({
    kind: 'migrate', title: 't', work: (context) => {
      begun.push(context);
      return done.promise;
    },
  });
  return {
    get context() {
      const [context] = begun;
      if (context === undefined) throw new Error('not begun');
      return context;
    },
    tick: (milliseconds) => void (time += milliseconds),
    told: () => jobs.active().find((job) => job.id === id) ?? events.flatMap((event) => (event.type === 'job' ? [event.job] : [])).at(-1) ?? expect.fail('nothing was told'),
    end: () => {
      done.resolve(null);
      return jobs.wait(id);
    },
  };
}

const started = async (): Promise<ReturnType<typeof startJob>> => {
  const job = startJob();
  // The job is stored before it works.
  await new Promise((resolve) => setImmediate(resolve));
  return job;
};

test('speed and time left are those of the last seconds, not of the time before rows were counted', async () => {
  const job = await started();
  job.tick(60_000);
  job.context.update({ phase: 'loading' });
  // A resumed run: what a former session loaded is no speed of this one.
  for (const rows of [5000, 6000, 7000]) {
    job.context.update({ rows, rowsTotal: 10_000 });
    job.tick(500);
  }
  expect(job.told()).toMatchObject({ rowsPerSecond: 2000, remaining: 1.5 });
});

test('another phase, or rows that are counted anew, begin without a speed', async () => {
  const job = await started();
  for (const rows of [0, 900]) {
    job.context.update({ phase: 'loading', rows, rowsTotal: 1000 });
    job.tick(1000);
  }
  job.context.update({ phase: 'indexing' });
  expect(job.told()).toMatchObject({ rowsPerSecond: null, remaining: null });
  for (const rows of [500, 100, 300]) {
    job.context.update({ phase: 'verifying', rows, rowsTotal: 1000 });
    job.tick(1000);
  }
  expect(job.told()).toMatchObject({ rowsPerSecond: 200, remaining: 3.5 });
  expect(await job.end()).toMatchObject({ state: 'done', rowsPerSecond: null, remaining: null });
});

test('a job that the store could not take is told all the same, by its end', async () => {
  const full = (): Promise<never> => Promise.reject(new Error('database or disk is full'));
  const jobs = createJobs({ put: full, list: async () => [], get: async () => null, appendLog: full, log: async () => [] }, () => undefined, () => 1_000_000);
  const { id } = jobs.start({ kind: 'migrate', title: 't', work: () => Promise.reject(new TravessiaError('DISK_FULL', { message: 'No space' })) });
  expect((await jobs.wait(id)).state).toBe('failed');
  expect(await jobs.wait(id)).toMatchObject({ state: 'failed', error: { code: 'DISK_FULL', message: 'No space' } });
  expect((await jobs.get(id)).state).toBe('failed');
  expect((await jobs.list()).map((job) => [job.id, job.state])).toEqual([[id, 'failed']]);
});
