/**
 * Loaded into the program before it starts (`--import`), with the moment in its address: `?at=A;;B&then=kill`. What the first thread sends is
 * looked through for A, then B; when the server has answered the last of them, the program ends at once (`kill`), or its connection is
 * gone before it hears the answer (`lose`).
 */
import { Socket } from 'node:net';
import { isMainThread } from 'node:worker_threads';

const parameters = new URL(import.meta.url).searchParams;
const awaited = (parameters.get('at') ?? '').split(';;').map((text) => new RegExp(text));

function strike(socket: Socket): void {
  socket.removeAllListeners('data');
  socket.once('data', () => {
    if (parameters.get('then') === 'kill') process.kill(process.pid, 'SIGKILL');
    else socket.destroy(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
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
