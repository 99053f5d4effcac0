/**
 * Loaded into the program before it starts (`--import`), with the moment in its address: `?at=A;;B&then=kill`. What the first thread sends is
 * looked through for A, then B; when the server has answered the last of them, the program ends at once (`kill`), or its connection is
 * gone before it hears the answer (`lose`), or hears in its place that the server's log finds no room, and then is gone (`panic`).
 */
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const parameters = new URL(import.meta.url).searchParams;
const awaited = (parameters.get('at') ?? '').split(';;').map((text) => new RegExp(text));

/** What a server says before it goes down (manual 54.8, ErrorResponse). */
function panic(): Buffer {
  const fields = Buffer.from('SPANIC\0VPANIC\0C53100\0Mcould not write to file "pg_wal/xlogtemp.1": No space left on device\0\0');
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  return Buffer.concat([head, fields]);
}

function strike(socket: Socket): void {
  const listeners = socket.rawListeners('data');
  socket.removeAllListeners('data');
  socket.once('data', () => {
    if (parameters.get('then') === 'kill') process.kill(process.pid, 'SIGKILL');
    if (parameters.get('then') === 'panic') for (const hear of listeners) Reflect.apply(hear, socket, [panic()]);
    socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
  });
}

if (isMainThread) {
  // Every statement passes here, whoever wrote it.
  const { write } = Socket.prototype;
  Reflect.set(Socket.prototype, 'write', function watched(this: Socket, sent: string | Uint8Array, ...more: unknown[]): unknown {
    if (awaited[0]?.test(typeof sent === 'string' ? sent : Buffer.from(sent).toString('latin1')) === true) {
      awaited.shift();
      if (awaited.length === 0) strike(this);
    }
    return Reflect.apply(write, this, [sent, ...more]);
  });
}
