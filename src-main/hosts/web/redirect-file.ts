import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface RedirectFile {
  readonly path: string;
  remove(): Promise<void>;
}

/**
 * A page only this user can read (0600 in a 0700 folder) that leads the browser to the sign-in page with the token in the
 * address's fragment. The browser is given the file's name, so the token stands in no process list; a fragment is sent
 * to no server and stands in no log. (On Windows the user's profile folder keeps others out, modes do not exist.)
 *
 * @param home the console's data folder
 */
export async function writeRedirectFile(home: string, url: string, token: string): Promise<RedirectFile> {
  const parent = join(home, 'serve');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  await removeLeftovers(parent);
  const folder = join(parent, String(process.pid));
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
  // mkdir leaves the mode of a folder that was there, and subtracts the umask from a new one.
  await chmod(parent, 0o700);
  const path = join(folder, 'open.html');
  const target = `${url}enter#${token}`;
  const html = `<!doctype html><meta charset="utf-8"><meta name="referrer" content="no-referrer"><title>Travessia</title>
<meta http-equiv="refresh" content="0; url=${target}"><p><a href="${target}">Travessia</a></p>\n`;
  await writeFile(path, html, { mode: 0o600, flag: 'wx' });
  return { path, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Files of hosts that were killed; their tokens ended with them. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    if (/^\d+$/.test(name) && !isAlive(Number(name))) await rm(join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
