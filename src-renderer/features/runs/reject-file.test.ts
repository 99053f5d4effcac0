import { expect, test } from 'vitest';
import { createDouble } from '../../dev/double.ts';
import { rejects } from '../../dev/runs.ts';
import { rejectFile } from './reject-file.ts';

const make = (format: 'json' | 'csv', told: number[] = []) =>
  rejectFile({ client: createDouble(), runId: 'a1b2c3d4e5f60718', format, signal: new AbortController().signal, onProgress: (done) => told.push(done) });

test('the JSON file holds every reject, whole and in order', async () => {
  const told: number[] = [];
  expect(JSON.parse((await make('json', told)).join(''))).toEqual(rejects);
  expect(told).toEqual([500, 1000, 1203]);
});

test('the CSV file has one line for each reject, its row as JSON', async () => {
  const lines = (await make('csv')).join('').split('\r\n');
  expect(lines).toHaveLength(1203 + 2);
  expect(lines[0]).toBe('run,source,table,key,column,code,reason,row');
  const last = /,"(\{.*\})"$/.exec(lines[1] ?? '')?.[1] ?? '';
  expect(JSON.parse(last.replaceAll('""', '"'))).toEqual(rejects[0]?.row);
});

test('a cancelled export ends', async () => {
  const control = new AbortController();
  const file = rejectFile({ client: createDouble(), runId: 'a1b2c3d4e5f60718', format: 'csv', signal: control.signal, onProgress: () => control.abort() });
  await expect(file).rejects.toThrow('abort');
});
