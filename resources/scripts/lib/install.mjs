/** Installs the packages when they are missing or differ from the lock file. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { giveUp, inRoot, say } from './project.mjs';
import { withLock } from './lock.mjs';

const readPackages = (path) => JSON.parse(readFileSync(path, 'utf8')).packages;

/**
 * True when what npm recorded in node_modules is what the lock file asks for. Contents are compared, not
 * times: a checkout or a copy changes times without changing anything else. Optional packages may be
 * absent (another platform), never of another version.
 */
export function isInstalled() {
  try {
    const wanted = readPackages(inRoot('package-lock.json'));
    const present = readPackages(inRoot('node_modules', '.package-lock.json'));
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true;
      const found = present[path];
      if (!found) return Boolean(entry.optional || entry.devOptional || entry.peer);
      return found.version === entry.version && found.integrity === entry.integrity;
    });
  } catch {
    return false;
  }
}

function install() {
  if (isInstalled()) return;
  say('Installing packages…');
  const isWindows = process.platform === 'win32';
  const { status, error } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: inRoot(),
    // stdout of npm goes to stderr: a command's own stdout carries data only.
    stdio: ['ignore', 2, 2],
    shell: isWindows,
  });
  if (error || status !== 0) {
    giveUp(
      'Installing the packages failed.',
      'Run `npm ci` and see its message; the network or the npm registry may be out of reach.',
    );
  }
}

/** Runs `npm ci` unless the packages are there already. Ends the process with a message on failure. */
export async function ensureInstalled() {
  if (isInstalled()) return;
  await withLock('.install-lock', install, () => say('Waiting for another installation to finish…'));
}
