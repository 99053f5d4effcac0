import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TravessiaError } from '../../../shared/contract/errors.ts';

const run = promisify(execFile);

/** The account the server runs as when the program itself runs as root, which PostgreSQL refuses to. */
export interface ServerUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

/**
 * null when the program is not root: the server then runs as the same user. As root: `postgres`, made as a system user
 * where there is none, or `nobody` where users cannot be made.
 */
export async function serverUser(): Promise<ServerUser | null> {
  if (process.getuid?.() !== 0) return null;
  const existing = await find('postgres');
  if (existing !== null) return existing;
  try {
    await run('useradd', ['--system', '--no-create-home', '--shell', '/usr/sbin/nologin', 'postgres']);
    const made = await find('postgres');
    if (made !== null) return made;
  } catch {
    // No useradd, or a read-only /etc: nobody has to do.
  }
  const nobody = await find('nobody');
  if (nobody !== null) return nobody;
  throw new TravessiaError('EMBEDDED_UNAVAILABLE', { message: 'PostgreSQL does not run as root, and there is no other user to run it.', hint: 'Start the program as an ordinary user.' });
}

async function find(name: string): Promise<ServerUser | null> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', name]), run('id', ['-g', name])]);
    return { name, uid: Number(uid.stdout.trim()), gid: Number(gid.stdout.trim()) };
  } catch {
    return null;
  }
}
