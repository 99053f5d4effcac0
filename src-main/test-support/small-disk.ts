/** A disk that is really full: a file system in memory of a few megabytes, where tests may mount one. */
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from './temp-folder.ts';

export interface SmallDisk {
  readonly path: string;
  /** Leaves so many bytes free, by a file that takes the rest. */
  fill(left?: number): void;
  /** Takes that file away. */
  free(): void;
  /** Gives it more room. */
  grow(megabytes: number): void;
  /** From now on nothing is written there, as on a disk that the system found faults on. */
  lock(): void;
  [Symbol.dispose](): void;
}

let mayMount: boolean | undefined;

/** True on Linux as root, where the system lets it mount. */
export function hasSmallDisk(): boolean {
  if (mayMount !== undefined) return mayMount;
  mayMount = false;
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  using folder = tempFolder('mount');
  mayMount = mount(folder.path, 1);
  if (mayMount) unmount(folder.path);
  return mayMount;
}

const mount = (path: string, megabytes: number): boolean => spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]).status === 0;
const unmount = (path: string): void => void spawnSync('umount', ['-l', path]);

export function smallDisk(megabytes: number): SmallDisk {
  const folder = tempFolder('disk');
  if (!mount(folder.path, megabytes)) throw new Error('No file system could be mounted.');
  const filler = join(folder.path, 'filler');
  const free = (): void => rmSync(filler, { force: true });
  return {
    path: folder.path,
    free,
    grow: (more) => void spawnSync('mount', ['-o', `remount,size=${more}m`, folder.path]),
    lock: () => void spawnSync('mount', ['-o', 'remount,ro', folder.path]),
    fill(left = 0) {
      free();
      const { bavail, bsize } = statfsSync(folder.path);
      const file = openSync(filler, 'w');
      for (let taken = 0; taken + left < bavail * bsize; taken += bsize) writeSync(file, Buffer.alloc(bsize));
      closeSync(file);
    },
    [Symbol.dispose]() {
      unmount(folder.path);
      folder.remove();
    },
  };
}
