import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** By fixed place, not by PATH: nothing of another name or folder is started. */
function opener(platform: NodeJS.Platform): { command: string; args: readonly string[] } | null {
  if (platform === 'darwin') return { command: '/usr/bin/open', args: [] };
  if (platform === 'win32') {
    return { command: join(process.env['SystemRoot'] ?? 'C:\\Windows', 'System32', 'rundll32.exe'), args: ['url.dll,FileProtocolHandler'] };
  }
  const command = ['/usr/bin/xdg-open', '/bin/xdg-open', '/usr/local/bin/xdg-open', '/run/current-system/sw/bin/xdg-open'].find((path) => existsSync(path));
  return command === undefined ? null : { command, args: [] };
}

/** True where a browser on this machine is likely to be in front of the person: a display, and no ssh session. */
export function hasBrowser(env: NodeJS.ProcessEnv = process.env, platform: NodeJS.Platform = process.platform): boolean {
  if (env['SSH_CONNECTION'] || env['SSH_TTY']) return false;
  if (platform === 'linux' && !env['DISPLAY'] && !env['WAYLAND_DISPLAY']) return false;
  return opener(platform) !== null;
}

/**
 * Opens a local file in the default browser, without a shell.
 *
 * @returns false when the opener could not be started
 */
export async function openBrowser(path: string): Promise<boolean> {
  const found = opener(process.platform);
  if (found === null) return false;
  const child = spawn(found.command, [...found.args, path], { stdio: 'ignore', detached: true });
  return new Promise((resolve) => {
    child.once('error', () => resolve(false));
    child.once('spawn', () => {
      child.unref();
      resolve(true);
    });
  });
}
