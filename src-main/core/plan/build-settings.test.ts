import { expect, it } from 'vitest';
import { buildSettings, helpedBuild } from './build-settings.ts';

it('sorts in small pieces where two builds have every core to themselves, in as large ones as one merge needs', () => {
  const reading = 'SET LOCAL effective_io_concurrency = 0';
  const of = (rows: string, indexes = 2, jobs = 2): readonly string[] => buildSettings({ rows }, indexes, jobs);
  expect([of('2000000'), of('20000000'), of('2000000', 1), of('2000000', 2, 4), of('1000'), of('900000000')]).toEqual([["SET LOCAL maintenance_work_mem = '8MB'", reading], ["SET LOCAL maintenance_work_mem = '19MB'", reading], [], [], [], []]);
});

it('has a worker help with the index begun last where its keys are text, in twice the memory', () => {
  const columns = [{ include: true, target: 'name', type: 'text' }, { include: true, target: 'n', type: 'bigint' }];
  const of = (term: string, rows = '2000000') => helpedBuild({ rows, columns, indexes: [{ terms: [term] }] } as unknown as Parameters<typeof helpedBuild>[0], buildSettings({ rows }, 2, 2), '"s"."t"');
  expect([of('"name" COLLATE "C" DESC')?.last, of('"n"'), of('"name"', '1000'), of('"name"', '100000000')]).toEqual([["SET LOCAL maintenance_work_mem = '16MB'", 'SET LOCAL effective_io_concurrency = 0'], null, null, null]);
});
