import { arch, availableParallelism, cpus, platform, release, totalmem } from 'node:os';

/** What a figure needs to be compared with another: no names of machines or people. */
export function machine(): Record<string, string | number> {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model ?? 'unknown',
    cores: availableParallelism(),
    memoryGigabytes: Math.round(totalmem() / 1024 ** 3),
    node: process.versions.node,
  };
}
