import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { isAlive } from './postmaster.ts';

/** A program's claim on a server; the server is stopped when the last one is given back. */
export interface UserClaim {
  release(): void;
}

/** One file per handle, `<pid>-<random>`, holding the process's start time, so that a reused process id is noticed. */
export function claim(folder: string): UserClaim {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, `${process.pid}-${randomBytes(6).toString('hex')}`);
  writeFileSync(path, startTime(process.pid), { mode: 0o600 });
  return { release: () => rmSync(path, { force: true }) };
}

/** How many handles of living programs there are; removes the files of dead ones. */
export function countUsers(folder: string): number {
  if (!existsSync(folder)) return 0;
  let count = 0;
  for (const name of readdirSync(folder)) {
    const pid = Number(name.split('-')[0]);
    const path = join(folder, name);
    if (Number.isInteger(pid) && isAlive(pid) && readText(path) === startTime(pid)) count += 1;
    else rmSync(path, { force: true });
  }
  return count;
}

/**
 * Beginning of the name of a folder that belongs to this program: what stands in its name it has from its first moment to its last, also while it is
 * being deleted.
 */
export function ownPrefix(prefix: string): string {
  return `${prefix}${process.pid}-${startTime(process.pid)}-`;
}

/** True where a folder's name says that it belongs to a program which is no longer there. */
export function isAbandoned(name: string, prefix: string): boolean {
  const [, pid, started] = name.startsWith(prefix) ? (/^(\d+)-(\d*)-/.exec(name.slice(prefix.length)) ?? []) : [];
  return pid !== undefined && !(isAlive(Number(pid)) && startTime(Number(pid)) === started);
}

/** Clock ticks since boot at which a process started (proc(5), field 22); empty where the system does not tell. */
export function startTime(pid: number): string {
  const stat = readText(`/proc/${pid}/stat`);
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
