import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { inRoot } from './project.mjs';

const folder = mkdtempSync(join(tmpdir(), 'travessia-lock-'));
const name = `.test-lock-${process.pid}`;
afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
  rmSync(inRoot('out', name), { recursive: true, force: true });
});

const log = join(folder, 'log');
const script = `
  const { withLock } = await import(${JSON.stringify(new URL('lock.mjs', import.meta.url).href)});
  const { appendFileSync } = await import('node:fs');
  await withLock(${JSON.stringify(name)}, async () => {
    appendFileSync(${JSON.stringify(log)}, 'in\\n');
    await new Promise(setImmediate);
    appendFileSync(${JSON.stringify(log)}, 'out\\n');
  });`;

test('one process at a time, also after a lock was left by a process that is gone', async () => {
  const gone = spawn(process.execPath, ['-e', '']);
  await once(gone, 'exit');
  mkdirSync(inRoot('out', name), { recursive: true });
  writeFileSync(inRoot('out', name, 'pid'), String(gone.pid));

  const children = Array.from({ length: 4 }, () => spawn(process.execPath, ['--input-type=module', '-e', script]));
  const codes = await Promise.all(children.map(async (child): Promise<unknown> => (await once(child, 'exit'))[0]));

  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(4));
  expect(existsSync(inRoot('out', name))).toBe(false);
});
