import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server, type Socket } from 'node:net';
import { createMessageReader, errorMessage, int32, message, messagesOf, text, type WireMessage } from './wire-messages.ts';

/** The one session of PGlite: takes whole requests, one after the other, and answers with everything up to ReadyForQuery. */
export interface SingleSession {
  execProtocolRaw(request: Uint8Array): Promise<Uint8Array>;
}

type Status = 'I' | 'T' | 'E';

const codes = { ssl: 80877103, gss: 80877104, cancel: 80877102 } as const;
const copyFromClient = /^\s*copy\b[^;]*\bfrom\s+stdin\b/i;

/**
 * Lets many connections share the one session of PGlite, as a pooler in transaction mode does: a connection in a transaction has the
 * session for itself, the others wait. What every client needs to know stands in its answers: the process id is not the session's, so
 * drivers/postgres gives its settings to each transaction.
 *
 * PGlite reads a request from memory and cannot wait for more of it: an extended query is handed over at its Sync, a COPY once its last
 * byte came.
 */
export function createWireServer(database: SingleSession, password: string): Server {
  const waiting: (() => void)[] = [];
  let owner: Connection | null = null;
  let busy = false;
  let last = 0;

  /** Gives the session to a connection until its transaction ends. */
  async function take(connection: Connection): Promise<void> {
    while (busy || (owner !== null && owner !== connection)) await new Promise<void>((go) => waiting.push(go));
    busy = true;
  }
  function give(connection: Connection, status: Status): void {
    busy = false;
    owner = status === 'I' ? null : connection;
    for (const go of waiting.splice(0)) go();
  }

  class Connection {
    readonly #socket: Socket;
    readonly #read = createMessageReader();
    readonly #id = (last += 1);
    #state: 'startup' | 'password' | 'ready' | 'copy' = 'startup';
    #batch: Buffer[] = [];
    #todo: Promise<void> = Promise.resolve();

    constructor(socket: Socket) {
      this.#socket = socket;
      socket.setNoDelay(true);
      socket.on('data', (chunk: Buffer) => {
        for (let next = this.#read(chunk, this.#state !== 'startup'); next !== null; next = this.#read(Buffer.alloc(0), this.#state !== 'startup')) this.#take(next);
      });
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        this.#todo = this.#todo.then(() => this.#leave());
      });
    }

    /** A connection that goes away in its transaction takes it back, as PostgreSQL does. */
    async #leave(): Promise<void> {
      if (owner !== this) return;
      await take(this);
      await database.execProtocolRaw(message('Q', text('ROLLBACK'))).catch(() => undefined);
      give(this, 'I');
    }

    #send(...parts: readonly Buffer[]): void {
      if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(parts));
    }

    #take({ type, bytes }: WireMessage): void {
      if (this.#state === 'startup') this.#startup(bytes);
      else if (this.#state === 'password') this.#password(bytes);
      else if (this.#state === 'copy') this.#copy(type, bytes);
      else if (type === 'X') this.#socket.end();
      else if (type === 'Q') this.#query(bytes);
      else if (type === 'S') this.#hand([...this.#batch, bytes]);
      // Without a Sync nothing is handed over, so there is nothing to flush.
      else if (type !== 'H' && type !== 'd' && type !== 'c' && type !== 'f') this.#batch.push(Buffer.from(bytes));
    }

    #startup(bytes: Buffer): void {
      const code = bytes.readInt32BE(4);
      if (code === codes.ssl || code === codes.gss) this.#send(Buffer.from('N'));
      // The session computes in this thread: by the time a wish to stop could be read, it has ended.
      else if (code === codes.cancel) this.#socket.destroy();
      else {
        this.#state = 'password';
        this.#send(message('R', int32(3)));
      }
    }

    #password(bytes: Buffer): void {
      const given = Buffer.from(bytes.subarray(5, -1));
      const wanted = Buffer.from(password, 'utf8');
      if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) {
        this.#send(errorMessage('FATAL', '28P01', 'password authentication failed'));
        this.#socket.end();
        return;
      }
      this.#state = 'ready';
      const parameters = Object.entries({ server_version: '18.3', server_encoding: 'UTF8', client_encoding: 'UTF8', DateStyle: 'ISO, MDY', TimeZone: 'UTC', integer_datetimes: 'on', standard_conforming_strings: 'on' });
      this.#send(message('R', int32(0)), ...parameters.map(([name, value]) => message('S', text(name), text(value))), message('K', int32(1_000_000 + this.#id), int32(0)), message('Z', Buffer.from('I')));
    }

    #query(bytes: Buffer): void {
      if (!copyFromClient.test(bytes.toString('utf8', 5, bytes.length - 1))) {
        this.#hand([bytes]);
        return;
      }
      this.#state = 'copy';
      this.#batch = [Buffer.from(bytes)];
      // Asked for the data only in its turn, after the answers of what came before.
      this.#todo = this.#todo.then(() => this.#send(message('G', Buffer.from([0, 0, 0]))));
    }

    #copy(type: string, bytes: Buffer): void {
      if (type === 'd') this.#batch.push(Buffer.from(bytes));
      else if (type === 'c' || type === 'f') {
        this.#state = 'ready';
        // What failed is not sent at all: the refusal alone fails the statement and with it the transaction.
        this.#hand(type === 'c' ? [...this.#batch, bytes] : [...this.#batch.slice(0, 1), bytes], true);
      }
    }

    /** Hands a whole request over once it is its turn, and sends what came back. */
    #hand(parts: readonly Buffer[], isCopy = false): void {
      const request = Buffer.concat(parts);
      this.#batch = [];
      this.#todo = this.#todo.then(async () => {
        await take(this);
        let status: Status = 'I';
        try {
          const answer = await database.execProtocolRaw(request);
          const sent: Buffer[] = [];
          for (const each of messagesOf(answer)) {
            // After an error PGlite is ready at once, and ready again at the Sync: a client expects it once.
            if (each.type === 'Z') status = statusOf(each.bytes);
            else if (!(isCopy && each.type === 'G')) sent.push(each.bytes);
          }
          this.#send(...sent, message('Z', Buffer.from(status)));
        } catch (error) {
          this.#send(errorMessage('FATAL', '58000', error instanceof Error ? error.message : String(error)));
          this.#socket.destroy();
        } finally {
          give(this, status);
        }
      });
    }
  }

  return createServer((socket) => void new Connection(socket));
}

function statusOf(bytes: Buffer): Status {
  const letter = bytes.toString('latin1', 5, 6);
  return letter === 'T' || letter === 'E' ? letter : 'I';
}
