import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { quoteIdent } from '../../../shared/pure/quote.ts';
import { connectPostgres } from '../postgres/connect.ts';
import { findBinaries } from './binaries.ts';
import { createCluster, serverRole, startCluster, stopCluster } from './cluster.ts';
import { readPostmaster } from './postmaster.ts';
import { openFolder } from './reach.ts';
import { describe } from './server.ts';
import type { EmbeddedServer } from './server.ts';
import { serverUser } from './server-user.ts';
import { isAbandoned, ownPrefix } from './users.ts';

export interface ScratchOptions {
  /** Folder under which the server's own is made. Default: the system's temporary folder. */
  readonly parent?: string;
  readonly settings?: Readonly<Record<string, string>>;
}

const prefix = 'travessia-scratch-';

/** Fast and forgetful: nothing in a scratch server survives it. */
const settings = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', wal_level: 'minimal', max_wal_senders: '0', max_wal_size: '2GB' };

/**
 * A server in a folder of its own, for rehearsals and tests; `close` stops it and deletes everything. Leftovers of
 * programs that were killed are removed first.
 */
export async function scratchServer(options: ScratchOptions = {}): Promise<EmbeddedServer> {
  const parent = options.parent ?? tmpdir();
  const user = await serverUser();
  if (parent !== tmpdir()) openFolder(parent, user);
  await sweepScratchServers(parent);
  const folder = mkdtempSync(join(parent, ownPrefix(prefix)));
  const place = { name: 'scratch', folder, dataFolder: join(folder, 'data'), passwordFile: join(folder, 'password'), logFile: join(folder, 'server.log') };
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    const cluster = { binaries: await findBinaries(parent, user), user, durable: false, settings: { ...settings, ...options.settings } };
    if (user !== null) chmodSync(folder, 0o711);
    await createCluster(place, cluster);
    const postmaster = await startCluster(place, cluster, null);
    const server = describe(place, postmaster, cluster.binaries.version);
    await using session = await connectPostgres(server.config('postgres'));
    await session.exec(`CREATE DATABASE ${quoteIdent(serverRole)}`);
    const onExit = (): void => {
      const running = readPostmaster(place.dataFolder);
      try {
        if (running !== null) process.kill(running.pid, 'SIGQUIT');
      } catch {
        // It is gone already.
      }
      remove();
    };
    process.once('exit', onExit);
    const close = async (): Promise<void> => {
      process.off('exit', onExit);
      await stopCluster(place.dataFolder);
      remove();
    };
    return { ...server, close, [Symbol.asyncDispose]: close };
  } catch (error) {
    await stopCluster(place.dataFolder);
    remove();
    throw error;
  }
}

/** Stops and deletes scratch servers whose program is no longer there. */
export async function sweepScratchServers(parent: string = tmpdir()): Promise<void> {
  for (const name of existsSync(parent) ? readdirSync(parent) : []) {
    const folder = join(parent, name);
    if (!isAbandoned(name, prefix)) continue;
    try {
      await stopCluster(join(folder, 'data'));
      rmSync(folder, { recursive: true, force: true });
    } catch {
      // Somebody else's, or being swept by another process.
    }
  }
}
