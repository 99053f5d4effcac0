import type { Duplex } from 'node:stream';
import { finished } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { TravessiaError } from '../../../shared/contract/errors.ts';
import { toTravessiaError } from './errors-map.ts';
import type { PgSession } from './session.ts';
import { socketOf } from './socket.ts';

export interface CopyIn {
  /**
   * Sends a piece. Resolves when it has left the process: only then may its buffer be used again. With two buffers,
   * fill one while the other is on its way.
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Ends the COPY and returns the rows the server counted. */
  end(): Promise<number>;
  /** Ends the COPY with an error on the server, so that nothing of it stays. Never throws. */
  abort(reason?: string): Promise<void>;
}

/**
 * Starts a `COPY … FROM STDIN` with back-pressure. The first error, from the server or the network, rejects the write or
 * end that meets it, converted (STATEMENT_FAILED, DISK_FULL, CONNECTION_LOST, …).
 */
export function copyInto(session: PgSession, sql: string, doing = 'Loading rows'): CopyIn {
  if (session.closed) throw new TravessiaError('CONNECTION_LOST', { message: `${doing}: the connection is closed.`, retry: true });
  const stream = session.client.query(copyFrom(sql));
  let failure: TravessiaError | null = null;
  const { promise: failed, reject } = Promise.withResolvers<never>();
  // Nobody may be waiting when it fails; the next write or end reports it.
  failed.catch(() => undefined);
  stream.on('error', (error: unknown) => {
    failure ??= toTravessiaError(error, doing);
    reject(failure);
    // What still waits for the socket would be written to a connection that the stream has let go of by then. The CopyFail that this sends is
    // ignored by a server that has ended the COPY itself (manual 54.2.6, "COPY Operations").
    if (!stream.destroyed) stream.destroy();
  });
  const orFailed = <T>(work: Promise<T>): Promise<T> => {
    work.catch(() => undefined);
    return Promise.race([work, failed]);
  };
  return {
    async write(chunk) {
      if (failure !== null) throw failure;
      await orFailed(new Promise<void>((done) => { stream.write(chunk, () => done()); }));
      await orFailed(drained(socketOf(session.client)));
    },
    async end() {
      if (failure !== null) throw failure;
      const ended = finished(stream);
      stream.end();
      await orFailed(ended);
      return stream.rowCount;
    },
    async abort(reason = 'aborted by the program') {
      if (failure !== null || stream.destroyed || stream.writableFinished) return;
      const closed = new Promise<void>((done) => stream.once('close', () => done()));
      stream.destroy(new Error(reason));
      await closed;
    },
  };
}

/** pg-copy-streams hands a chunk to the socket by reference; an empty write behind it is called back once all before it went out. */
function drained(socket: Duplex | null): Promise<void> {
  return new Promise((done) => {
    if (socket === null || socket.writableLength === 0 || socket.destroyed) done();
    else socket.write(Buffer.alloc(0), () => done());
  });
}

/** Reads a `COPY … TO STDOUT` piece by piece, with back-pressure; leaving the loop early cancels the statement. */
export async function* copyOut(session: PgSession, sql: string, doing = 'Reading rows'): AsyncGenerator<Buffer, void, undefined> {
  if (session.closed) throw new TravessiaError('CONNECTION_LOST', { message: `${doing}: the connection is closed.`, retry: true });
  const stream = session.client.query(copyTo(sql));
  const done = new Promise<void>((settle) => {
    stream.once('end', settle);
    stream.once('error', () => settle());
  });
  let complete = false;
  try {
    // A destroyed stream would leave the rest of the answer unread on the connection, so it is never destroyed.
    for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
    complete = true;
  } catch (error) {
    complete = true;
    throw toTravessiaError(error, doing);
  } finally {
    if (!complete) {
      await session.cancel();
      stream.resume();
      await done;
    }
  }
}
