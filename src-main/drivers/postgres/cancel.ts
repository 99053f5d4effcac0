import { connect } from 'node:net';

export interface CancelTarget {
  readonly host: string;
  readonly port: number;
  readonly processId: number;
  readonly secretKey: number | Buffer;
}

/**
 * Asks the server to stop the statement a session is running, by a CancelRequest on a second connection
 * (PostgreSQL manual 54.2.8, 54.7). Works through poolers too, which hand out keys of their own. Never fails: the
 * server does not answer such a request, and when it cannot be reached the session's own socket will say so.
 */
export function requestCancel(target: CancelTarget): Promise<void> {
  const key = typeof target.secretKey === 'number' ? int32(target.secretKey) : target.secretKey;
  const body = Buffer.concat([int32(80877102), int32(target.processId), key]);
  const message = Buffer.concat([int32(body.length + 4), body]);
  return new Promise((done) => {
    const socket = target.host.startsWith('/') ? connect(`${target.host}/.s.PGSQL.${target.port}`) : connect(target.port, target.host);
    socket.setTimeout(5000, () => socket.destroy());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => done());
    socket.on('connect', () => socket.write(message));
    // The server closes the connection once it has signalled the backend.
    socket.resume();
  });
}

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value | 0);
  return buffer;
}
