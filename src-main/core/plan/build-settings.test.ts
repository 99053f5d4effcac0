import { expect, it } from 'vitest';
import { buildSettings } from './build-settings.ts';

it('sorts in small pieces where two builds have every core to themselves, in as large ones as one merge needs', () => {
  const reading = 'SET LOCAL effective_io_concurrency = 0';
  const of = (rows: string, indexes = 2, jobs = 2): readonly string[] => buildSettings({ rows }, indexes, jobs);
  expect([of('2000000'), of('20000000'), of('2000000', 1), of('2000000', 2, 4), of('1000'), of('900000000')]).toEqual([["SET LOCAL maintenance_work_mem = '8MB'", reading], ["SET LOCAL maintenance_work_mem = '19MB'", reading], [], [], [], []]);
});
