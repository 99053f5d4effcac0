import { expect, it } from 'vitest';
import { threadsOf } from './threads.ts';

it.each([[1, 2, 1], [2, 2, 1], [3, 2, 2], [4, 3, 3], [8, 4, 4], [64, 4, 4]])('on %i cores: %i tables at a time, %i threads at one', (cores, jobs, lanes) => {
  expect(threadsOf('auto', cores)).toEqual({ jobs, lanes });
});

it('does what a person says', () => {
  expect(threadsOf(6, 2)).toEqual({ jobs: 6, lanes: 6 });
  expect(threadsOf(1, 8)).toEqual({ jobs: 1, lanes: 1 });
});
