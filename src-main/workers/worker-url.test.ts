import { existsSync } from 'node:fs';
import { expect, test } from 'vitest';
import { builtFile, workerUrl } from './worker-url.ts';

test('from source a worker is the TypeScript file', () => {
  const url = workerUrl('worker-url', import.meta.url);
  expect(existsSync(url)).toBe(true);
  expect(url.href).toBe(new URL('worker-url.ts', import.meta.url).href);
  const elsewhere = new URL('../../bench/run.ts', import.meta.url).href;
  expect(workerUrl('worker-url', elsewhere).href).toBe(url.href);
});

test('built, a worker lies beside the entries, also for a caller in a shared chunk', () => {
  expect(workerUrl('store', 'file:///app/out/main/cli.js').href).toBe('file:///app/out/main/store.js');
  expect(workerUrl('store', 'file:///app/out/main/chunks/load-1a2b.js').href).toBe('file:///app/out/main/store.js');
  expect(workerUrl('store', 'file:///app.asar/out/main/electron.js').href).toBe('file:///app.asar/out/main/store.js');
});

test('what the build leaves beside the entries is found from each of them, and nowhere from source', () => {
  expect(builtFile('empty.gz', 'file:///app/out/main/replica.js')?.href).toBe('file:///app/out/main/empty.gz');
  expect(builtFile('empty.gz', 'file:///app/out/main/chunks/pglite-1a2b.js')?.href).toBe('file:///app/out/main/empty.gz');
  expect(builtFile('empty.gz', import.meta.url)).toBeNull();
});
