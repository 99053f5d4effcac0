import { chmodSync, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { ServerUser } from './server-user.ts';

/** Whether a user may walk down to a path: execute permission on every folder above it. */
export function canReach(path: string, user: ServerUser): boolean {
  return closedFolder(path, user) === null;
}

/** The outermost folder above `path` that the user may not enter; null when the way is open. */
function closedFolder(path: string, user: ServerUser): string | null {
  const folders: string[] = [];
  for (let at = dirname(resolve(path)); ; at = dirname(at)) {
    folders.unshift(at);
    if (at === dirname(at)) break;
  }
  return folders.find((folder) => {
    const { mode, uid, gid } = statSync(folder);
    const bit = uid === user.uid ? 0o100 : gid === user.gid ? 0o010 : 0o001;
    return (mode & bit) === 0;
  }) ?? null;
}

/**
 * Makes a folder of the program that the server's user may pass through. Where the program is not root it is private.
 * For the server's user only the right to enter is given, never to list, and only on folders that belong to root itself
 * and that this program uses; the files inside keep their own modes.
 *
 * @throws TravessiaError EMBEDDED_UNAVAILABLE where a folder above is closed and is not the program's own
 */
export function openFolder(folder: string, user: ServerUser | null): void {
  const full = resolve(folder);
  const isNew: string[] = [];
  for (let at = full; !existsSync(at); at = dirname(at)) isNew.push(at);
  mkdirSync(full, { recursive: true, mode: 0o700 });
  if (user === null) return;
  for (const each of isNew) chmodSync(each, 0o711);
  for (let closed = closedFolder(`${full}/x`, user); closed !== null; closed = closedFolder(`${full}/x`, user)) {
    const { mode, uid } = statSync(closed);
    if (uid !== 0 || closed === '/root' || closed.startsWith('/home/')) {
      throw new TravessiaError('EMBEDDED_UNAVAILABLE', {
        message: `The embedded server runs as user ${user.name}, who cannot enter ${closed}.`,
        hint: 'Set TRAVESSIA_HOME to a folder that every user may enter, such as /var/lib/travessia.',
      });
    }
    chmodSync(closed, (mode & 0o7777) | 0o001);
  }
}
