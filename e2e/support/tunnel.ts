import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';

/** A way to the console that can be cut and mended, as `ssh -L` is. */
export interface Tunnel {
  readonly url: string;
  cut(): Promise<void>;
  mend(): Promise<void>;
  close(): Promise<void>;
}

export async function openTunnel(to: string): Promise<Tunnel> {
  const target = Number(new URL(to).port);
  const sockets = new Set<Socket>();
  let server: Server | null = null;
  let port = 0;

  function keep(socket: Socket): Socket {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    return socket;
  }
  async function mend(): Promise<void> {
    const opened = createServer((near) => {
      const far = keep(connect(target, '127.0.0.1'));
      keep(near).pipe(far).pipe(near);
      near.on('close', () => far.destroy());
      far.on('close', () => near.destroy());
    });
    await new Promise<void>((resolve, reject) => opened.once('error', reject).listen(port, '127.0.0.1', resolve));
    const address = opened.address();
    if (address !== null && typeof address === 'object') port = address.port;
    server = opened;
  }
  async function cut(): Promise<void> {
    const closing = server;
    server = null;
    if (closing === null) return;
    const closed = new Promise<void>((resolve) => closing.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  }
  await mend();
  return { url: `http://127.0.0.1:${port}/`, cut, mend, close: cut };
}
