/**
 * work folder: where a program puts a copy of somebody's data for a while. Its name says whose it is, so that what a killed one left is
 * deleted by the next: a copy is as private as what it was made of.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isAbandoned, ownPrefix } from '../embedded-postgres/users.ts';

const kinds = ['scan', 'pglite', 'copy', 'repair'] as const;
/** What is done there. */
export type WorkKind = (typeof kinds)[number];

const prefixOf = (kind: WorkKind): string => `travessia-${kind}-`;

/** Deletes what programs that are no longer there left in `parent`. Never throws: what cannot be deleted stays. */
export function sweepWorkFolders(parent: string = tmpdir()): void {
  for (const name of namesIn(parent)) {
    try {
      if (kinds.some((kind) => isAbandoned(name, prefixOf(kind)))) rmSync(join(parent, name), { recursive: true, force: true });
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
  return mkdtempSync(join(parent, ownPrefix(prefixOf(kind))));
}
