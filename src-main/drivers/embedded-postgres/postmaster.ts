import { readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** What a running server says about itself in postmaster.pid (PostgreSQL's miscadmin.h, LOCK_FILE_LINE_*). */
export interface Postmaster {
  readonly pid: number;
  readonly port: number;
  readonly socketFolder: string | null;
  /** `starting`, `stopping`, `ready` or `standby`. */
  readonly status: string;
}

/** The server that runs on a data folder, or null. A file left by a dead one, or whose process id is another program's now, counts as none. */
export function readPostmaster(dataFolder: string): Postmaster | null {
  const lines = readLines(join(dataFolder, 'postmaster.pid'));
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid) || isOtherProgram(pid, dataFolder)) return null;
  return { pid, port: Number(lines[3] ?? 0), socketFolder: lines[4] === undefined || lines[4] === '' ? null : lines[4], status: (lines[7] ?? '').trim() };
}

/** PostgreSQL refuses to start while the process id in its stale file belongs to anything alive; this removes such a file. */
export function removeStalePid(dataFolder: string): void {
  if (readPostmaster(dataFolder) === null) rmSync(join(dataFolder, 'postmaster.pid'), { force: true });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Linux tells: a server's working folder is its data folder. Elsewhere a living process id is believed. */
function isOtherProgram(pid: number, dataFolder: string): boolean {
  if (process.platform !== 'linux') return false;
  try {
    if (/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))) return true;
    return readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(dataFolder);
  } catch {
    return false;
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return [];
  }
}
