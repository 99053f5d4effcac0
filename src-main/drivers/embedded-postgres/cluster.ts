import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, chownSync, closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import type { PostgresBinaries } from './binaries.ts';
import { isAlive, readPostmaster, removeStalePid } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';
import type { ServerUser } from './server-user.ts';

const run = promisify(execFile);

/** The role and the database of every embedded server. */
export const serverRole = 'travessia';

export interface ClusterPlace {
  readonly dataFolder: string;
  readonly passwordFile: string;
  readonly logFile: string;
}

export interface ClusterOptions {
  readonly binaries: PostgresBinaries;
  readonly user: ServerUser | null;
  /** Settings given on the server's command line. */
  readonly settings: Readonly<Record<string, string>>;
  /** False for throw-away clusters: nothing is flushed. */
  readonly durable: boolean;
}

/**
 * Makes a cluster: UTF8, the locale C.UTF-8 of PostgreSQL itself (code point order, the same on every system), SCRAM only, with a
 * random password in a file of mode 0600. Made beside and renamed, so that a crash leaves nothing half-made.
 */
export async function createCluster(place: ClusterPlace, options: ClusterOptions): Promise<void> {
  if (existsSync(join(place.dataFolder, 'PG_VERSION'))) return;
  const { user, binaries } = options;
  const partial = `${place.dataFolder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { mode: 0o700 });
  const password = randomBytes(24).toString('base64url');
  const forInitdb = join(dirname(place.dataFolder), '.initial-password');
  writeFileSync(forInitdb, password, { mode: 0o600 });
  if (user !== null) for (const path of [partial, forInitdb]) chownSync(path, user.uid, user.gid);
  // Its password is 192 random bits: no iteration makes that harder to guess, and the usual 4096 are a third of what each new session costs.
  const forgetful = [...(binaries.major >= 16 ? ['--set', 'scram_iterations=1'] : []), '--no-sync'];
  const provider = binaries.major >= 17 ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--no-locale'] : ['--locale=C'];
  try {
    await run(binaries.initdb, ['-D', partial, '-U', serverRole, '--encoding=UTF8', ...provider, '--auth=scram-sha-256', `--pwfile=${forInitdb}`, ...(options.durable ? [] : forgetful)], { cwd: partial, ...asUser(user), env: cleanEnvironment() });
  } catch (error) {
    rmSync(partial, { recursive: true, force: true });
    throw failed(`initdb did not succeed: ${error instanceof Error && 'stderr' in error ? String(error.stderr).trim().split('\n').at(-1) : String(error)}`, error);
  } finally {
    rmSync(forInitdb, { force: true });
  }
  writeFileSync(place.passwordFile, password, { mode: 0o600 });
  renameSync(partial, place.dataFolder);
}

/**
 * Starts the server on 127.0.0.1 and a free port (the wanted one where it is free), detached from this process so that
 * Ctrl-C in a terminal does not reach it, and waits until it accepts connections.
 *
 * @throws TravessiaError EMBEDDED_FAILED with the last lines of the server's log
 */
export async function startCluster(place: ClusterPlace, options: ClusterOptions, wantedPort: number | null): Promise<Postmaster> {
  assertVersion(place.dataFolder, options.binaries);
  let port = wantedPort ?? (await freePort());
  for (let attempt = 0; ; attempt += 1) {
    removeStalePid(place.dataFolder);
    const result = await startOnce(place, options, port);
    if (result.postmaster !== null) return result.postmaster;
    const portTaken = /could not (bind|create any TCP)|address already in use/i.test(result.log);
    // After kill -9 of the server its last children hold the shared memory for a moment.
    const settling = /shared memory block|lock file .* (already )?exists|is another postmaster/i.test(result.log);
    if (attempt >= 40 || !(portTaken || settling)) throw failed(`The embedded PostgreSQL did not start: ${lastLines(result.log)}`);
    if (portTaken) port = await freePort();
    else await pause(250);
  }
}

async function startOnce(place: ClusterPlace, options: ClusterOptions, port: number): Promise<{ postmaster: Postmaster | null; log: string }> {
  const logStart = rotateLog(place.logFile);
  const log = openSync(place.logFile, 'a', 0o600);
  const socketFolder = Buffer.byteLength(`${place.dataFolder}/.s.PGSQL.65535`) < 103 ? place.dataFolder : '';
  const settings = { listen_addresses: '127.0.0.1', unix_socket_directories: socketFolder, logging_collector: 'off', max_locks_per_transaction: '256', ...options.settings };
  const args = ['-D', place.dataFolder, '-p', String(port), ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const child = spawn(options.binaries.postgres, args, { cwd: place.dataFolder, detached: true, stdio: ['ignore', log, log], env: cleanEnvironment(), ...asUser(options.user) });
  closeSync(log);
  let exited = false;
  child.on('error', () => { exited = true; });
  child.on('exit', () => { exited = true; });
  child.unref();
  const postmaster = await waitFor(() => {
    const found = readPostmaster(place.dataFolder);
    return found?.status === 'ready' ? found : exited ? 'gone' : null;
  }, 120_000);
  return { postmaster: postmaster === 'gone' ? null : postmaster, log: readFileSync(place.logFile, 'utf8').slice(logStart) };
}

/** Waits for a server that somebody else is starting; null when it went away. */
export async function awaitReady(dataFolder: string): Promise<Postmaster | null> {
  const found = await waitFor(() => {
    const postmaster = readPostmaster(dataFolder);
    return postmaster === null || postmaster.status === 'stopping' ? 'gone' : postmaster.status === 'ready' ? postmaster : null;
  }, 120_000);
  return found === 'gone' ? null : found;
}

/** Stops a server fast (sessions end, data is flushed: PostgreSQL manual 18.5), at once when that takes over a minute. */
export async function stopCluster(dataFolder: string): Promise<void> {
  const postmaster = readPostmaster(dataFolder);
  if (postmaster === null) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    try {
      process.kill(postmaster.pid, signal);
    } catch {
      return;
    }
    if ((await waitFor(() => (isAlive(postmaster.pid) && readPostmaster(dataFolder) !== null ? null : 'gone'), signal === 'SIGINT' ? 60_000 : 10_000)) === 'gone') return;
  }
}

async function waitFor<T>(check: () => T | null, limit: number): Promise<T | null> {
  const end = Date.now() + limit;
  for (;;) {
    const value = check();
    if (value !== null || Date.now() > end) return value;
    await pause(15);
  }
}

function asUser(user: ServerUser | null): { uid?: number; gid?: number } {
  return user === null ? {} : { uid: user.uid, gid: user.gid };
}

/** PG* variables of the program's own surroundings must not configure the server; TZ and locale neither. */
function cleanEnvironment(): Record<string, string> {
  return { PATH: process.env['PATH'] ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };
}

function assertVersion(dataFolder: string, binaries: PostgresBinaries): void {
  const version = Number(readFileSync(join(dataFolder, 'PG_VERSION'), 'utf8').trim());
  if (version !== binaries.major) {
    throw new TravessiaError('EMBEDDED_FAILED', {
      message: `The data in ${dataFolder} was written by PostgreSQL ${version}; this program carries PostgreSQL ${binaries.version}.`,
      hint: 'Dump it with the program version that made it and restore it here, or use another server name (embedded:NAME).',
    });
  }
}

/** Keeps one older log of at most 10 MB; returns where this start's lines begin. */
function rotateLog(path: string): number {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size < 10 * 1024 * 1024) return size;
  renameSync(path, `${path}.1`);
  chmodSync(`${path}.1`, 0o600);
  return 0;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address !== null ? done(address.port) : fail(new Error('no address'))));
    });
  });
}

function lastLines(log: string): string {
  return log.trim().split('\n').slice(-4).join(' / ') || 'it ended without a word';
}

function failed(message: string, cause?: unknown): TravessiaError {
  return new TravessiaError('EMBEDDED_FAILED', { message, hint: 'See server.log in the server\'s folder.', ...(cause === undefined ? {} : { cause }) });
}
