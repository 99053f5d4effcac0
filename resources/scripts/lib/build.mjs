/** Builds the program when its sources changed since the last build. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { giveUp, inRoot, root, say } from './project.mjs';
import { childEnv, findNode } from './node.mjs';
import { withLock } from './lock.mjs';

const sources = [
  'src-main',
  'src-renderer',
  'shared',
  'resources/templates',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'electron.vite.config.ts',
];
const stampPath = () => inRoot('out', '.stamp');
const isTest = (name) => /\.test\.tsx?$/.test(name);

function* filesBelow(path) {
  const stat = statSync(inRoot(path), { throwIfNoEntry: false });
  if (!stat) return;
  if (!stat.isDirectory()) yield `${path} ${stat.size} ${stat.mtimeMs}`;
  else {
    for (const name of readdirSync(inRoot(path)).sort()) {
      if (!isTest(name)) yield* filesBelow(`${path}/${name}`);
    }
  }
}

/** Names, sizes and times of all sources as one hash: also notices deleted files and times that went back. */
export function fingerprint() {
  const hash = createHash('sha256');
  for (const path of sources) for (const line of filesBelow(path)) hash.update(`${line}\n`);
  return hash.digest('hex');
}

/** True when `out/` was built from the sources as they are now. */
export function isBuilt() {
  try {
    return existsSync(inRoot('out', 'main', 'cli.js')) && readFileSync(stampPath(), 'utf8') === fingerprint();
  } catch {
    return false;
  }
}

function build(isForced, output) {
  if (!isForced && isBuilt()) return;
  say('Building…');
  // Taken before the build: what is edited meanwhile makes the result stale again.
  const stamp = fingerprint();
  const staging = inRoot('out', `.building-${process.pid}`);
  // The lock is held: other such folders were left by builds that were killed.
  for (const name of readdirSync(inRoot('out'))) {
    if (name.startsWith('.building-')) rmSync(inRoot('out', name), { recursive: true, force: true });
  }
  mkdirSync(staging);
  try {
    const args = [
      inRoot('node_modules/electron-vite/bin/electron-vite.js'),
      'build',
      '--logLevel',
      output === 'full' ? 'info' : 'warn',
    ];
    const { status, stdout, stderr } = spawnSync(findNode(), args, {
      cwd: root,
      env: childEnv({ TRAVESSIA_OUT: staging }),
      stdio: ['ignore', output === 'full' ? 'inherit' : 'pipe', output === 'full' ? 'inherit' : 'pipe'],
      encoding: 'utf8',
    });
    if (status !== 0) {
      if (output !== 'full') say(`${stdout}${stderr}`);
      rmSync(staging, { recursive: true, force: true });
      giveUp('The build failed.');
    }
    rmSync(stampPath(), { force: true });
    // A build that fails leaves the former one whole: only a finished one is moved into place.
    for (const name of readdirSync(staging)) {
      const former = join(staging, `.former-${name}`);
      if (existsSync(inRoot('out', name))) renameSync(inRoot('out', name), former);
      renameSync(join(staging, name), inRoot('out', name));
    }
    writeFileSync(stampPath(), stamp);
  } finally {
    rmSync(staging, { recursive: true, force: true });
  }
}

/**
 * Builds into `out/` unless it is fresh. Ends the process with the builder's messages on failure.
 *
 * @param {{force?: boolean, output?: 'quiet' | 'full'}} [options] `quiet` keeps the builder's output back unless it fails
 */
export async function ensureBuilt({ force = false, output = 'quiet' } = {}) {
  if (!force && isBuilt()) return;
  await withLock(
    '.build-lock',
    () => build(force, output),
    () => say('Waiting for another build to finish…'),
  );
}
