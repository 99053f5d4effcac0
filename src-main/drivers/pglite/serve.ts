import { TravessiaError } from '../../../shared/contract/errors.ts';
import { createWireServer } from './wire-server.ts';

export interface ServedPglite {
  readonly port: number;
  /** Ends every connection, then the database, whose files are then at rest. */
  close(): Promise<void>;
}

/**
 * Opens a PGlite folder, made where there is none, and serves it in this thread to whoever knows the password.
 * @throws TravessiaError DATABASE_CORRUPT
 */
export async function servePglite(folder: string, password: string): Promise<ServedPglite> {
  // 20 MB of WebAssembly: only loaded where there is such a target.
  const { PGlite } = await import('@electric-sql/pglite');
  const database = await PGlite.create(folder).catch((cause: unknown) => {
    throw new TravessiaError('DATABASE_CORRUPT', { message: `PostgreSQL cannot open the data of ${folder}.`, hint: 'It may be incomplete, or made by another version. Name an empty folder.', cause });
  });
  const server = createWireServer({ execProtocolRaw: (request) => database.execProtocolRaw(request, { throwOnError: false }) }, password);
  const sockets = new Set<{ destroy(): void }>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await database.close();
    },
  };
}
