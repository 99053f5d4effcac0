import { expect, it } from 'vitest';
import { threadsOf } from './threads.ts';

const large = [{ rows: '2000000', maxRowBytes: 300 }];

it.each([[1, 2, 1], [2, 2, 1], [3, 2, 2], [4, 3, 3], [8, 4, 4], [64, 4, 4]])('on %i cores: %i tables at a time, %i threads at one', (cores, jobs, lanes) => {
  expect(threadsOf('auto', large, cores)).toEqual({ jobs, lanes });
});

it('does what a person says', () => {
  expect(threadsOf(6, [], 2)).toEqual({ jobs: 6, lanes: 6 });
  expect(threadsOf(1, large, 8)).toEqual({ jobs: 1, lanes: 1 });
});

const small = { rows: '500', maxRowBytes: 200 };
it.each([
  ['nothing', [], 1], ['three small tables', [small, small, small], 1], ['twelve small tables', Array.from({ length: 12 }, () => small), 1], ['thirty small tables', Array.from({ length: 30 }, () => small), 3],
  ['one of 50,000 rows', [{ rows: '50000', maxRowBytes: 100 }], 2], ['few rows of many bytes', [{ rows: '20', maxRowBytes: 50_000_000 }], 4],
])('of itself starts no thread that would come too late: %s', (_, tables, jobs) => {
  expect(threadsOf('auto', tables, 8).jobs).toBe(jobs);
});
