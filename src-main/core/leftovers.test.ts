/** What killed programs left half-made in the data folder goes at the next start; what somebody is at work on stays. */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../test-support/index.ts';
import { serveThreadsHere } from '../test-support/threads-here.ts';
import { createCore } from './composition.ts';
import { createFolders } from './folders.ts';

serveThreadsHere();

/** A program of its own that makes each of them, says so, and waits. */
const maker = `
  const { writeFileSync } = await import('node:fs');
  const { createFolders } = await import(process.argv[1]);
  const { withProcessLock } = await import(process.argv[2]);
  const folders = createFolders(process.argv[3]);
  const forever = new Promise((resolve) => setTimeout(resolve, 600_000));
  const { createExportedFiles } = await import(process.argv[5]);
  void folders.making(folders.snapshot('assessment', 'shop.db'), () => forever);
  const exported = createExportedFiles(folders.exports);
  void exported.making(process.argv[6], async () => {
    const file = await exported.create(process.argv[6], { fileName: 'a.json', masked: false });
    await file.append('half');
    process.stdout.write('made');
    return forever;
  });
  for (const [file, lock] of JSON.parse(process.argv[4])) void withProcessLock(lock, () => { writeFileSync(file, 'half'); return forever; });
  writeFileSync(folders.snapshot('assessment', 'shop.db') + '.part', 'half');`;

const job = '0b1f6d80-0000-4000-8000-000000000001';

it('copies of sources, of libraries and of conversations, and exports', async () => {
  using folder = tempFolder('leftovers');
  const folders = createFolders(join(folder.path, 'home'));
  const finished = folders.snapshot('finished', 'shop.db');
  const cache = folders.cache('library');
  for (const path of [dirname(finished), cache, folders.replicas]) mkdirSync(path, { recursive: true });
  writeFileSync(finished, 'whole');
  const replica = folders.replica('of-support');
  const locked = [[join(cache, '2.building'), join(cache, 'lock')], [`${replica}.partial`, `${replica}.lock`]] as const;
  const left = [dirname(folders.snapshot('assessment', 'shop.db')), ...locked.map(([file]) => file), join(folders.exports, job)];
  const source = (name: string): string => join(import.meta.dirname, name);
  const words = [source('folders.ts'), source('../drivers/sqlite/process-lock.ts'), folders.home, JSON.stringify(locked), source('conversations/export/exported-files.ts'), job];
  const child = spawn(process.execPath, ['--input-type=module', '--eval', maker, ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const start = async (): Promise<boolean[]> => {
    await (await createCore({ home: folders.home })).close();
    return left.map((path) => existsSync(path));
  };
  try {
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await start()).toEqual([true, true, true, true]);
  } finally {
    child.kill('SIGKILL');
  }
  await ended;
  await start();
  // Exports are looked after beside the start.
  await expect.poll(() => left.map((path) => existsSync(path))).toEqual([false, false, false, false]);
  expect(existsSync(finished)).toBe(true);
});
