/**
 * work folder: where a program puts a copy of somebody's data for a while. It bears the program's mark, so that what a killed one left is
 * deleted by the next: a copy is as private as what it was made of.
 */
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAlive } from '../embedded-postgres/postmaster.ts';
import { startTime } from '../embedded-postgres/users.ts';

const kinds = ['scan', 'pglite', 'copy', 'repair'] as const;
/** What is done there. */
export type WorkKind = (typeof kinds)[number];

const named = new RegExp(`^travessia-(?:${kinds.join('|')})-`);
const mark = (pid: number): string => `${pid} ${startTime(pid)}`;

/** Deletes what programs that are no longer there left in `parent`. Never throws: what cannot be deleted stays. */
export function sweepWorkFolders(parent: string = tmpdir()): void {
  for (const name of namesIn(parent)) {
    const folder = join(parent, name);
    try {
      if (!named.test(name) || !existsSync(join(folder, 'owner'))) continue;
      const owner = readFileSync(join(folder, 'owner'), 'utf8');
      const pid = Number.parseInt(owner, 10);
      if (!isAlive(pid) || owner !== mark(pid)) rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else's, or being deleted by another program; the others are looked at all the same.
    }
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/**
 * A new folder that only this user may enter; whoever made it removes it.
 *
 * @param parent - the system's folder for such things unless there is a better place
 */
export function makeWorkFolder(kind: WorkKind, parent: string = tmpdir()): string {
  sweepWorkFolders(parent);
  const folder = mkdtempSync(join(parent, `travessia-${kind}-`));
  writeFileSync(join(folder, 'owner'), mark(process.pid));
  return folder;
}
