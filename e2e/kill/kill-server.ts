import { chmodSync } from 'node:fs';
import { embeddedServer, type EmbeddedServer } from '../../src-main/drivers/embedded-postgres/index.ts';
import { connectPostgres } from '../../src-main/drivers/postgres/index.ts';
import { isAlive, readPostmaster } from '../../src-main/drivers/embedded-postgres/postmaster.ts';
import { tempFolder } from '../../src-main/test-support/index.ts';

/** A server of its own, with PostgreSQL's durability, that can be struck down and comes back with its data on its port. */
export interface KillServer extends AsyncDisposable {
  readonly server: EmbeddedServer;
  /** SIGKILL leaves no chance to write anything; SIGQUIT is PostgreSQL's immediate stop. Answers once it is gone. */
  strike(signal: 'SIGKILL' | 'SIGQUIT'): Promise<void>;
  start(): Promise<void>;
  fresh(name: string): Promise<string>;
  drop(name: string): Promise<void>;
}

export async function killServer(): Promise<KillServer> {
  const folder = tempFolder('kill-server');
  // As root the server runs as another user, who must be able to walk in.
  chmodSync(folder.path, 0o755);
  const settings = { max_connections: '50' };
  let server = await embeddedServer({ folder: folder.path, settings });
  const admin = async (sql: string): Promise<void> => {
    await using session = await connectPostgres(server.config('postgres'));
    await session.exec(sql);
  };
  return {
    get server() { return server; },
    async strike(signal) {
      const postmaster = readPostmaster(server.dataFolder);
      if (postmaster === null) throw new Error('The server is not running.');
      process.kill(postmaster.pid, signal);
      while (isAlive(postmaster.pid) && readPostmaster(server.dataFolder) !== null) await new Promise((resolve) => setTimeout(resolve, 10));
    },
    async start() {
      const former = server;
      server = await embeddedServer({ folder: folder.path, settings });
      if (server.port !== former.port) throw new Error('The server came back on another port.');
      await former.close();
    },
    async fresh(name) {
      await admin(`CREATE DATABASE "${name}"`);
      return server.url(name);
    },
    drop: (name) => admin(`DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`),
    async [Symbol.asyncDispose]() {
      await server.close();
      folder.remove();
    },
  };
}
