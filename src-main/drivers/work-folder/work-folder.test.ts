import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { tempFolder } from '../../test-support/index.ts';
import { makeWorkFolder } from './index.ts';

test('what a killed program left is deleted by the next, also what it had just begun, or not deleted whole; and nothing else', () => {
  using temp = tempFolder('work');
  const made = (name: string): string => {
    const folder = join(temp.path, name);
    mkdirSync(folder);
    return folder;
  };
  const { pid } = spawnSync(process.execPath, ['--version']);
  const left = [made(`travessia-scan-${pid}-1-abcdef`), made(`travessia-copy-${pid}--abcdef`)];
  const half = made(`travessia-repair-${pid}-1-abcdef`);
  writeFileSync(join(half, 'source.db'), 'what people said');
  const reused = made(`travessia-pglite-${process.pid}-1-abcdef`);
  const others = [made('travessia-scan-abcdef'), made(`something-else-${pid}-1-abcdef`), made(`travessia-scratch-${pid}-1-abcdef`)];
  const own = makeWorkFolder('scan', temp.path);
  const second = makeWorkFolder('copy', temp.path);
  expect([...left, half, reused].filter((folder) => existsSync(folder))).toEqual([]);
  expect([...others, own, second].every((folder) => existsSync(folder))).toBe(true);
});
