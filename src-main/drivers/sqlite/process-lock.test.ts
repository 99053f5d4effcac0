import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasSmallDisk, smallDisk } from '../../test-support/small-disk.ts';
import { withProcessLock } from './process-lock.ts';

it.skipIf(!hasSmallDisk())('a lock that finds no room is told as a full disk, and is free once there is some', async () => {
  using disk = smallDisk(1);
  const lock = join(disk.path, 'lock');
  disk.fill();
  await expect(withProcessLock(lock, () => Promise.resolve('done'), 0)).rejects.toMatchObject({ code: 'DISK_FULL' });
  disk.free();
  expect(await withProcessLock(lock, () => Promise.resolve('done'), 0)).toBe('done');
});
