import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { dataPaths } from '../../platform/paths.ts';
import { connectPostgres } from '../postgres/connect.ts';
import { resolvePostgres } from '../postgres/environment.ts';
import type { PostgresConfig } from '../postgres/environment.ts';
import { findBinaries, hasEmbeddedPostgres } from './binaries.ts';
import { awaitReady, createCluster, serverRole, startCluster, stopCluster } from './cluster.ts';
import type { ClusterOptions, ClusterPlace } from './cluster.ts';
import { readPostmaster } from './postmaster.ts';
import type { Postmaster } from './postmaster.ts';
import { withProcessLock } from '../sqlite/process-lock.ts';
import { openFolder } from './reach.ts';
import { serverUser } from './server-user.ts';
import { claim, countUsers } from './users.ts';

export interface EmbeddedOptions {
  /** Default `main`. */
  readonly name?: string;
  /** Folder of all servers. Default `servers` in the data folder. */
  readonly folder?: string;
  /** Stays up after the last user, until `stopEmbedded`. */
  readonly keep?: boolean;
  /** Server settings, used when this call starts it. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface EmbeddedServer {
  readonly name: string;
  readonly host: '127.0.0.1';
  readonly port: number;
  readonly socketFolder: string | null;
  readonly user: string;
  readonly password: string;
  /** The server's own version, `18.4`. */
  readonly version: string;
  readonly folder: string;
  readonly dataFolder: string;
  /** URL with the password, for other tools; never logged or stored. Default database `travessia`. */
  url(database?: string): string;
  config(database?: string): PostgresConfig;
  /** Gives the server back; the last user stops it, unless it is kept. Safe to call twice. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface EmbeddedStatus {
  readonly available: boolean;
  readonly state: 'running' | 'stopped' | 'absent';
  readonly kept: boolean;
  readonly version: string | null;
  readonly port: number | null;
  readonly users: number;
  readonly folder: string;
}

/** Everything about where one server lies. */
function placeOf(options: EmbeddedOptions) {
  const name = options.name ?? 'main';
  if (!/^[a-z0-9][a-z0-9_-]{0,39}$/i.test(name)) throw new TravessiaError('INVALID_INPUT', { message: `"${name}" cannot be the name of an embedded server.`, hint: 'Use up to 40 letters, digits, "-" and "_".' });
  const parent = resolve(options.folder ?? dataPaths().servers);
  const folder = join(parent, name);
  return {
    name, parent, folder,
    dataFolder: join(folder, 'data'), passwordFile: join(folder, 'password'), logFile: join(folder, 'server.log'),
    users: join(folder, 'users'), keep: join(folder, 'keep'), port: join(folder, 'port'), lock: join(folder, 'lock.db'),
  };
}

/**
 * Gives a running server of that name: made on first use, started when it is not running, adopted when it is (whoever
 * started it, also after a crash of that program). Two processes may call this at the same moment.
 *
 * @throws TravessiaError EMBEDDED_UNAVAILABLE, EMBEDDED_FAILED
 */
export async function embeddedServer(options: EmbeddedOptions = {}): Promise<EmbeddedServer> {
  const place = placeOf(options);
  const user = await serverUser();
  const binaries = await findBinaries(resolve(place.parent, '..'), user);
  openFolder(place.folder, user);
  const cluster: ClusterOptions = { binaries, user, durable: true, settings: { max_wal_size: '2GB', ...options.settings } };
  return await withProcessLock(place.lock, async () => {
    const mine = claim(place.users);
    try {
      await createCluster(place, cluster);
      const running = await awaitReady(place.dataFolder);
      const postmaster = running ?? (await startCluster(place, cluster, readPort(place.port)));
      writeFileSync(place.port, String(postmaster.port));
      if (options.keep === true) writeFileSync(place.keep, '');
      const server = describe(place, postmaster, binaries.version);
      await ensureDatabase(server.config('postgres'));
      return withClose(server, place, mine);
    } catch (error) {
      mine.release();
      if (countUsers(place.users) === 0 && !existsSync(place.keep)) await stopCluster(place.dataFolder);
      throw error;
    }
  });
}

type Described = Omit<EmbeddedServer, 'close' | typeof Symbol.asyncDispose>;

/** The handle's readable part; also used for scratch servers. */
export function describe(place: ClusterPlace & { readonly name: string; readonly folder: string }, postmaster: Postmaster, version: string): Described {
  const password = readFileSync(place.passwordFile, 'utf8').trim();
  const { port } = postmaster;
  const config = (database = serverRole): PostgresConfig =>
    resolvePostgres({ kind: 'postgres', hosts: [{ host: '127.0.0.1', port }], user: serverRole, password, database, sslMode: 'disable' }, { env: {}, home: '/nonexistent', systemUser: serverRole });
  return {
    name: place.name, host: '127.0.0.1', port, socketFolder: postmaster.socketFolder, user: serverRole, password, version, folder: place.folder, dataFolder: place.dataFolder,
    url: (database = serverRole) => `postgresql://${serverRole}:${encodeURIComponent(password)}@127.0.0.1:${port}/${encodeURIComponent(database)}?sslmode=disable`,
    config,
  };
}

function withClose(server: Described, place: ReturnType<typeof placeOf>, mine: { release(): void }): EmbeddedServer {
  let closing: Promise<void> | null = null;
  // A program that ends without closing (process.exit) still lets go, and the last one asks for a fast stop.
  const onExit = (): void => {
    mine.release();
    if (countUsers(place.users) > 0 || existsSync(place.keep)) return;
    const postmaster = readPostmaster(place.dataFolder);
    try {
      if (postmaster !== null) process.kill(postmaster.pid, 'SIGINT');
    } catch {
      // It is gone already.
    }
  };
  process.once('exit', onExit);
  const close = (): Promise<void> => {
    closing ??= (async () => {
      process.off('exit', onExit);
      await withProcessLock(place.lock, async () => {
        mine.release();
        if (countUsers(place.users) === 0 && !existsSync(place.keep)) await stopCluster(place.dataFolder);
      });
    })();
    return closing;
  };
  return { ...server, close, [Symbol.asyncDispose]: close };
}

async function ensureDatabase(config: PostgresConfig): Promise<void> {
  await using session = await connectPostgres(config);
  if ((await session.one('SELECT 1 FROM pg_database WHERE datname = $1', [serverRole])) === null) await session.exec(`CREATE DATABASE ${quoteIdent(serverRole)}`);
}

function readPort(path: string): number | null {
  const port = existsSync(path) ? Number(readFileSync(path, 'utf8')) : Number.NaN;
  return Number.isInteger(port) && port > 0 && port < 65536 ? port : null;
}

/** What is known of a server without starting it. */
export function embeddedStatus(options: EmbeddedOptions = {}): EmbeddedStatus {
  const place = placeOf(options);
  const postmaster = readPostmaster(place.dataFolder);
  const versionFile = join(place.dataFolder, 'PG_VERSION');
  return {
    available: hasEmbeddedPostgres(),
    state: postmaster !== null ? 'running' : existsSync(versionFile) ? 'stopped' : 'absent',
    kept: existsSync(place.keep),
    version: existsSync(versionFile) ? readFileSync(versionFile, 'utf8').trim() : null,
    port: postmaster?.port ?? null,
    users: countUsers(place.users),
    folder: place.folder,
  };
}

/** Stops a server even while programs use it, and no longer keeps it up. Its data stays. */
export async function stopEmbedded(options: EmbeddedOptions = {}): Promise<void> {
  const place = placeOf(options);
  if (!existsSync(place.folder)) return;
  await withProcessLock(place.lock, async () => {
    rmSync(place.keep, { force: true });
    await stopCluster(place.dataFolder);
  });
}

/** Names of the servers that exist. */
export function embeddedNames(folder: string = dataPaths().servers): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).filter((name) => existsSync(join(folder, name, 'data', 'PG_VERSION'))).toSorted();
}
