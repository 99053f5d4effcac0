import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/index.ts';
import { makeWorkFolder } from './index.ts';

test('what a killed program left is deleted by the next, and nothing else', () => {
  using temp = tempFolder('work');
  const made = (name: string, owner: string | null): string => {
    const folder = join(temp.path, name);
    mkdirSync(folder);
    if (owner !== null) writeFileSync(join(folder, 'owner'), owner);
    return folder;
  };
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = made('travessia-scan-dead', `${pid} 1`);
  const reused = made('travessia-pglite-reused', `${process.pid} 1`);
  const others = [made('travessia-scan-unmarked', null), made('something-else', `${pid} 1`)];
  const own = makeWorkFolder('scan', temp.path);
  const second = makeWorkFolder('copy', temp.path);
  expect([left, reused].filter((folder) => existsSync(folder))).toEqual([]);
  expect([...others, own, second].every((folder) => existsSync(folder))).toBe(true);
});
